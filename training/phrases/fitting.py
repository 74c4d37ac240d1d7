"""What the tables of phrases hold: codes that nobody wants to name, and texts as long as their columns."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from training.models import ForbiddenPhrase, StandardPhrase

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are taken for each other."""


def free_code(table: type[StandardPhrase] | type[ForbiddenPhrase], code: str, *, group: str) -> str:
    """The code as given; without one a new one. Raises: MissingInformation for one that is taken."""
    code = code.strip() or new_code(group)
    if table.objects.filter(code=code).exists():
        message = _("This code is taken.")
        raise MissingInformation(message, fields={"code": message})
    return code


def new_code(group: str) -> str:
    """Such as greeting-k7m2xa: one in seven hundred million of its group."""
    return f"{group.replace('_', '-')[:30]}-{get_random_string(6, LETTERS)}"


def require_fitting(phrase: StandardPhrase | ForbiddenPhrase, names: Iterable[str]) -> None:
    """What was set in some columns is what they hold. Raises: MissingInformation, at each that is wrong."""
    given = set(names)
    try:
        phrase.clean_fields(exclude={field.name for field in phrase._meta.fields} - given)
    except ValidationError as error:
        fields = {name: " ".join(told) for name, told in error.message_dict.items()}
        raise MissingInformation(next(iter(fields.values())), fields=fields) from error
