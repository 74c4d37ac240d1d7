"""How a step's refusal reaches the person: on the form he filled in, or as a message above the list."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm, ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.errors import DomainError, Text

NAMES_TOLD = 3


def put_on_form(form: BaseForm, refusal: DomainError) -> None:
    """The sentence above the form, and each named remedy at its field; nothing twice."""
    form.add_error(None, str(refusal))
    for name, text in refusal.fields.items():
        if name in form.fields or str(text) != str(refusal):
            form.add_error(name if name in form.fields else None, str(text))


def refused_form(form_class: type[ModelForm], refusal: DomainError) -> type[ModelForm]:
    """The same form, which now also says why the step refused."""

    class Refused(form_class):  # type: ignore[valid-type, misc]
        def _post_clean(self) -> None:
            super()._post_clean()
            put_on_form(self, refusal)

    return Refused


def act_on_each(
    request: HttpRequest,
    objects: Iterable[Any],
    step: Callable[[Any], object],
    *,
    done: Text,
) -> None:
    """Call the step for each object and tell the person what was done and what was refused, and why.

    `done` is a plain sentence with %(count)s, such as _("%(count)s tickets assigned.").
    """
    count = 0
    refusals: dict[str, list[str]] = {}
    for obj in objects:
        try:
            step(obj)
            count += 1
        except DomainError as refusal:
            refusals.setdefault(str(refusal), []).append(str(obj))
    if count:
        messages.success(request, str(done) % {"count": count})
    _tell(request, refusals)


def _tell(request: HttpRequest, refusals: Mapping[str, list[str]]) -> None:
    for text in sentences(refusals):
        messages.error(request, text)


def sentences(refusals: Mapping[str, list[str]]) -> Iterator[str]:
    """What was refused and why: each reason once, after the names of what it concerns."""
    for reason, names in refusals.items():
        told = {"names": ", ".join(names[:NAMES_TOLD]), "count": len(names), "reason": reason}
        if len(names) > NAMES_TOLD:
            yield _("%(names)s (%(count)s in all): %(reason)s") % told
        else:
            yield _("%(names)s: %(reason)s") % told
