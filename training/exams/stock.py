"""What the bank holds by topic (with those below it), kind and difficulty; can a paper be drawn of it?"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from portal.errors import Text
from training.exams.picking import TooFewError, Want, pick
from training.models import ExamPart, Question, Topic


class Kept(NamedTuple):
    """An active question, as far as it decides in which pools it is."""

    pk: int
    topic_id: int
    kind: str
    difficulty: int


@dataclass(frozen=True)
class Coverage:
    """A blueprint held against the bank. `held` is by part; `shortage` says what is missing, or nothing."""

    held: tuple[int, ...]
    questions: int
    marks: Decimal
    shortage: Text

    @property
    def suffices(self) -> bool:
        return not self.shortage


class Stock:
    """The active questions, read once for as many exams as one likes."""

    def __init__(self, kept: Iterable[Kept], above: Mapping[int, int | None]) -> None:
        self._by_topic: dict[int, list[Kept]] = defaultdict(list)
        for one in kept:
            for topic in _with_those_above(one.topic_id, above):
                self._by_topic[topic].append(one)

    @classmethod
    def load(cls) -> "Stock":
        rows = Question.objects.active().order_by("pk").values_list("pk", "topic_id", "kind", "difficulty")
        return cls(map(Kept._make, rows), dict(Topic.objects.values_list("pk", "parent_id")))

    def pool(self, part: ExamPart) -> list[int]:
        """The questions that fit a part, in a fixed order."""
        return [
            one.pk
            for one in self._by_topic.get(part.topic_id, ())
            if part.kind in {"", one.kind} and part.difficulty in {None, one.difficulty}
        ]

    def wants(self, parts: Iterable[ExamPart]) -> list[Want]:
        return [Want(part.count, self.pool(part)) for part in parts]

    def coverage(self, written: Iterable[ExamPart]) -> Coverage:
        """Parts need not be stored. Those that ask for the same questions are counted together."""
        parts = list(written)
        wants = self.wants(parts)
        return Coverage(
            held=tuple(len(want.pool) for want in wants),
            questions=sum(part.count for part in parts),
            marks=sum((part.count * part.marks_each for part in parts), Decimal(0)),
            shortage=_shortage(parts, wants),
        )


def told(parts: Sequence[ExamPart], shortage: TooFewError) -> Text:
    """What is missing in the bank, and for which parts."""
    names = "; ".join(f"{place + 1}. {parts[place]}" for place in shortage.parts)
    facts = {"parts": names, "held": shortage.held, "wanted": shortage.wanted}
    if len(shortage.parts) > 1:
        together = _("Too few questions for “%(parts)s” together: the bank holds %(held)s of %(wanted)s.")
        return together % facts
    return _("Too few questions for “%(parts)s”: the bank holds %(held)s of %(wanted)s.") % facts


def _shortage(parts: Sequence[ExamPart], wants: Sequence[Want]) -> Text:
    if not parts:
        return _("The exam has no parts yet: say which questions are to be drawn.")
    try:
        pick(wants, Random(0))  # noqa: S311 - whether it can be done depends on no seed
    except TooFewError as shortage:
        return told(parts, shortage)
    return ""


def _with_those_above(topic: int, above: Mapping[int, int | None]) -> list[int]:
    found: list[int] = []
    step: int | None = topic
    while step is not None and step not in found:
        found.append(step)
        step = above.get(step)
    return found
