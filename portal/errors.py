"""Why a step refuses. Steps raise only these; doors translate them in one place each."""

from collections.abc import Mapping

from django.utils.functional import Promise

Text = str | Promise


class DomainError(Exception):
    """A rule of the department forbids what was asked. `fields` names the remedy by form field."""

    def __init__(self, message: Text, *, fields: Mapping[str, Text] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class MissingInformation(DomainError):  # noqa: N818 - named as the rule, as every error of a step
    """Something the step needs was not given. The API answers 400."""


class NotAllowed(DomainError):  # noqa: N818
    """This person may not do that to this object. The API answers 403."""


class WrongState(DomainError):  # noqa: N818
    """The object is not in a state from which this step is possible. The API answers 409."""


class AlreadyTaken(DomainError):  # noqa: N818
    """Somebody else was faster. The API answers 409."""


class TooOften(DomainError):  # noqa: N818
    """This person asks more often than any work needs. The API answers 429."""


class Stale(DomainError):  # noqa: N818
    """The object changed since it was read. The API answers 412."""
