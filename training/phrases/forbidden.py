"""The forbidden words in force, looked for in any text: replies, conversations, standard phrases."""

from datetime import datetime
from threading import Lock

from django.db.models import Count, Max, Sum

from training.choices import MatchKind
from training.models import ForbiddenPhrase
from training.phrases.matching import Hit, Rule, Rulebook

Edition = tuple[int, int | None, datetime | None]


def check(text: str) -> tuple[Hit, ...]:
    """The forbidden words in a text, in their order; see `worst`. One query, and one more after a change."""
    return rulebook().check(text)


def worst(hits: tuple[Hit, ...]) -> int:
    """The gravest severity; 0 where nothing was found."""
    return max((hit.severity for hit in hits), default=0)


def rulebook() -> Rulebook:
    """The active rules made ready, kept in this process until the table is another."""
    edition = _edition()
    kept = _kept.get(edition)
    if kept is None:
        with _making:
            kept = _kept.get(edition) or _made(edition)
    return kept


def rule_of(row: ForbiddenPhrase) -> Rule:
    """A row as the pure matcher knows it."""
    return Rule(
        code=row.code,
        forbidden_class=row.forbidden_class,
        severity=row.severity,
        text=row.text,
        is_pattern=row.match == MatchKind.PATTERN,
        exceptions=tuple(row.exceptions),
        remedy=row.remedy,
    )


def forget() -> None:
    """Make the rules ready anew at the next check, though nothing tells that they are others."""
    _kept.clear()


_kept: dict[Edition, Rulebook] = {}
"""At most one, by the edition of the table it was made of."""
_making = Lock()


def _edition() -> Edition:
    """Each rule is counted and each change of one, and nothing is deleted: no two states are alike."""
    counted = ForbiddenPhrase.objects.aggregate(
        rows=Count("pk"), changes=Sum("revision"), latest=Max("changed_at")
    )
    return counted["rows"], counted["changes"], counted["latest"]


def _made(edition: Edition) -> Rulebook:
    """Rules read after the edition may be newer than it; then the next check makes them once more."""
    made = Rulebook(map(rule_of, ForbiddenPhrase.objects.active().order_by("pk")))
    _kept.clear()
    _kept[edition] = made
    return made
