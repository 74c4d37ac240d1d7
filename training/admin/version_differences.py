"""Two versions beside each other, field by field, ready for a template."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import Text
from training.knowledge import differences
from training.knowledge.differences import Line
from training.models import ArticleVersion

CONTEXT = 2
"""Unchanged lines that are shown around changed ones."""


@dataclass(frozen=True)
class Change:
    """One field. `lines` are those to show; None among them stands for lines that were left out."""

    label: Text
    lines: Sequence[Line | None]


@dataclass(frozen=True)
class Difference:
    changes: Sequence[Change]
    came: int
    went: int


def difference(old: ArticleVersion, new: ArticleVersion) -> Difference:
    """What a reader finds changed; fields that are the same are left out."""
    fields: Sequence[tuple[Text, str, str]] = (
        (_("title"), old.title, new.title),
        (pgettext_lazy("article", "text"), old.body, new.body),
        (_("similar questions"), "\n".join(old.questions), "\n".join(new.questions)),
        (_("keywords"), "\n".join(old.keywords), "\n".join(new.keywords)),
        (_("products"), "\n".join(old.products), "\n".join(new.products)),
    )
    changes, came, went = [], 0, 0
    for label, before, after in fields:
        lines = differences.compare(before, after)
        if any(line.is_changed for line in lines):
            changes.append(Change(label, _near(lines)))
            more = differences.counted(lines)
            came, went = came + more[0], went + more[1]
    return Difference(changes, came, went)


def sides_of(request: HttpRequest) -> Sequence[tuple[str, Text]]:
    """The two ways to show it, as query strings."""
    shown = request.GET.copy()
    found = []
    for value, label in (("side", _("Side by side")), ("inline", _("In one text"))):
        shown["view"] = value
        found.append((f"?{shown.urlencode()}", label))
    return found


def _near(lines: Sequence[Line]) -> Sequence[Line | None]:
    """The changed lines with a few around them."""
    changed = [number for number, line in enumerate(lines) if line.is_changed]
    near = {
        other
        for number in changed
        for other in range(max(0, number - CONTEXT), min(len(lines), number + CONTEXT + 1))
    }
    shown: list[Line | None] = []
    for number, line in enumerate(lines):
        if number in near:
            shown.append(line)
        elif not shown or shown[-1] is not None:
            shown.append(None)
    return shown
