"""The order of what was found: BM25 over all terms of a question, with how well one title or question fits.

Both databases hand over candidates; this decides about them, so both answer alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log1p

from training.search import tokens

UNIT = "|"
"""Stands between the terms of a title, of each similar question and of the keywords."""

SATURATION = 1.5
LENGTH = 0.6
"""BM25's k1 and b, for heads of some dozen terms. Tuned on four sets (docs/decisions/0011-search.md)."""
BODY = 0.6
"""What a term of the text counts against one of the head."""
FIT = 0.4
"""How much a title or question adds that says nothing beyond what was asked."""
FITTED = 40
"""So many of the best are asked how well they fit."""
USE, FRESHNESS = 0.004, 0.002
"""Parts of a score by which use and freshness count: they decide between near equals only."""


@dataclass(frozen=True)
class Statistics:
    """How many articles there are, how long their heads are, and in how many of them each term occurs."""

    articles: int
    mean_length: float
    n: Mapping[str, int]

    def rarity(self, term: str) -> float:
        n = min(self.n.get(term, 0), self.articles)
        return log1p((self.articles - n + 0.5) / (n + 0.5))


@dataclass(frozen=True)
class Entry:
    """What is known of a candidate: the terms of its head and of its text, and how many are in the head."""

    key: int
    head: str
    body: str
    length: int


@dataclass(frozen=True)
class Scored:
    key: int
    score: float
    found: float
    """The weight of what was asked and is there."""
    matched: tuple[str, ...] = ()


@dataclass
class Question:
    """The terms of a question with what each is worth among these articles."""

    terms: Sequence[str]
    statistics: Statistics
    worth: dict[str, float] = field(default_factory=dict)
    rarest: float = 0.0
    """What no article holds."""

    def __post_init__(self) -> None:
        self.worth = {term: tokens.weight(term) * self.statistics.rarity(term) for term in self.terms}
        self.rarest = self.statistics.rarity("")

    @property
    def whole(self) -> float:
        """What an article would have to be worth that holds all of it."""
        return sum(self.worth.values())


def rank(question: Question, entries: Iterable[Entry]) -> list[Scored]:
    """Best first; the same entries in any order give the same ranking.

    How well one title or question fits is asked of the best only: for the others it could not change enough.
    """
    scored = [(one, entry) for entry in entries if (one := _score(question, entry)).score > 0]
    scored.sort(key=_order)
    close = [(_fitted(question, one, entry), entry) for one, entry in scored[:FITTED]]
    close.sort(key=_order)
    return [one for one, _entry in (*close, *scored[FITTED:])]


def settle(ranked: Sequence[Scored], *, uses: Mapping[int, int], age_days: Mapping[int, int]) -> list[Scored]:
    """Order what fits nearly alike by how often it has helped, and how fresh it is."""

    def weighed(one: Scored) -> float:
        favour = USE * log1p(uses.get(one.key, 0)) - FRESHNESS * log1p(max(age_days.get(one.key, 0), 0))
        return one.score * (1 + favour)

    return sorted(ranked, key=lambda one: (-weighed(one), one.key))


def _order(pair: tuple[Scored, Entry]) -> tuple[float, int]:
    return -pair[0].score, pair[0].key


def _score(question: Question, entry: Entry) -> Scored:
    terms = entry.head.split()
    held = set(terms)
    body = set(entry.body.split())
    longer = 1 - LENGTH + LENGTH * entry.length / max(question.statistics.mean_length, 1)
    score = found = 0.0
    matched = []
    for term, worth in question.worth.items():
        if term in held:
            count = terms.count(term)
            share = count * (1 + SATURATION) / (count + SATURATION * longer)
        elif term in (entry.body if len(term) == 1 else body):  # Of characters the text's pairs tell.
            share = BODY
        else:
            continue
        score += worth * share
        found += worth * min(share, 1)
        matched.append(term)
    return Scored(entry.key, score, found, tuple(matched))


def _fitted(question: Question, one: Scored, entry: Entry) -> Scored:
    units = (unit.split() for unit in entry.head.split(UNIT))
    return replace(one, score=one.score * (1 + FIT * max(_fit(question, unit) for unit in units)))


def _fit(question: Question, unit: Sequence[str]) -> float:
    """The share of a title or question that was asked for, by worth; 1 when nothing is beside the point."""
    terms = set(unit)
    common = terms & question.worth.keys()
    if not common:
        return 0.0
    asked = sum(question.worth[term] for term in common)
    beside = sum(map(tokens.weight, terms - common)) * question.rarest
    return asked / (asked + beside) if asked else 0.0
