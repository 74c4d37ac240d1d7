"""When an answer is sure enough to be told by a machine. Four numbers, since fewer are not enough.

Coverage is the share of what was asked that the best article holds, margin its lead over the second, fit the
share of its title (or of one of its similar questions) that was asked for, missed the share of what the
question means (its concepts) of which its head does not speak. With the first two alone a machine stays below
nine of ten however much is asked of it: what it gets wrong is a sibling of the right article, whose title
speaks of more or of less than the question. Measured: docs/decisions/0011-search.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from training.search import tokens
from training.search.ranking import UNIT, Question, Scored, Statistics

COVERAGE = 0.4
MARGIN = 0.2
FIT = 0.25
"""At least so much of each."""
COVERAGE_AND_MARGIN = 1.0
"""At least so much of both together: what has little of the one needs more of the other."""
MISSED = 0.2
"""At most so much."""
SHORTEST_TITLE = 6
"""Terms. A keyword is a part of an answer's name and no question."""

PLAUSIBLE = 0.18
"""Coverage from which on an article may be offered to choose from; below it nothing was found."""


@dataclass(frozen=True)
class Confidence:
    """`fit` and `missed` are asked for only where coverage and margin are enough; else they stay 0."""

    coverage: float = 0.0
    margin: float = 0.0
    fit: float = 0.0
    missed: float = 0.0

    @property
    def is_ahead(self) -> bool:
        """Enough of it is found, and enough more than of the second."""
        is_each = self.coverage >= COVERAGE and self.margin >= MARGIN
        return is_each and self.coverage + self.margin >= COVERAGE_AND_MARGIN

    @property
    def is_confident(self) -> bool:
        return self.is_ahead and self.fit >= FIT and self.missed <= MISSED

    @property
    def is_plausible(self) -> bool:
        return self.coverage >= PLAUSIBLE


def of(
    question: Question, ranked: Sequence[Scored], *, head: str, titles: Callable[[], Statistics]
) -> Confidence:
    """`head` is that of the best article, `titles` says how rare its terms are, if it comes to that."""
    if not ranked or not question.whole:
        return Confidence()
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    found = Confidence(best.found / question.whole, max(best.score - second, 0.0) / best.score)
    if not found.is_ahead:
        return found
    known = titles()
    fit = max((_fit(question, unit, known) for unit in titles_of(head)), default=0.0)
    return replace(found, fit=fit, missed=_missed(question, set(head.split())))


def titles_of(head: str) -> list[list[str]]:
    """The title and the similar questions in a head, as terms."""
    units = [unit.split() for unit in head.split(UNIT)]
    return [unit for unit in units if len(unit) >= SHORTEST_TITLE] or units[:1]


def _fit(question: Question, unit: Sequence[str], titles: Statistics) -> float:
    worth = {term: tokens.weight(term) * titles.rarity(term) for term in set(unit)}
    asked = sum(value for term, value in worth.items() if term in question.worth)
    return asked / (sum(worth.values()) or 1)


def _missed(question: Question, held: set[str]) -> float:
    meant = {term: worth for term, worth in question.worth.items() if term.startswith(tokens.CONCEPT)}
    return sum(worth for term, worth in meant.items() if term not in held) / (sum(meant.values()) or 1)
