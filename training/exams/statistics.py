"""How well a question tells those who know from those who do not, reckoned from papers that were judged.

Shares run from 0 to 1. Papers are drawn at random, so people are compared by the share of marks they reached
on their own paper, and a question by the rest of each paper, without itself.

Source: the usual figures of classical test theory; groups of 27 per cent after Kelley (1939).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from training import policy
from training.choices import Finding

BANDS = 10


@dataclass(frozen=True)
class Answered:
    """One question on one judged paper. `share` of its marks; `paper` and `rest` are shares of the paper's
    marks, with and without the question (`rest` is None where the paper holds nothing else). `offered` are
    the texts of the options as they stood on that paper."""

    share: float
    paper: float
    rest: float | None
    chosen: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()


@dataclass(frozen=True)
class OptionCount:
    """How often an option was offered and chosen, in all and by the best and the weakest."""

    text: str
    is_correct: bool
    offered: int
    chosen: int
    by_best: int
    by_weakest: int

    @property
    def share(self) -> float:
        return self.chosen / self.offered if self.offered else 0.0


@dataclass(frozen=True)
class Item:
    """`difficulty` is the mean share of marks (high: easy), `discrimination` that of the best minus that of
    the weakest, `correlation` that of its share with the rest of the paper. None: too few to tell."""

    answers: int
    difficulty: float | None
    discrimination: float | None
    correlation: float | None
    findings: tuple[Finding, ...] = ()


def item(answers: Sequence[Answered], *, idle_options: bool = False) -> Item:
    """The figures of a question, and what they warn of once enough have answered it."""
    difficulty = fmean(one.share for one in answers) if answers else None
    discrimination = _discrimination(answers)
    correlation = _correlation(answers)
    findings: list[Finding] = []
    if difficulty is not None and len(answers) >= policy.JUDGED_BEFORE_WARNING:
        findings = list(_findings(len(answers), difficulty, discrimination, correlation))
        if idle_options:
            findings.append(Finding.IDLE_OPTION)
    return Item(len(answers), difficulty, discrimination, correlation, tuple(findings))


def options(answers: Sequence[Answered], offered: Mapping[str, bool]) -> list[OptionCount]:
    """Counts for the options as they stand now (text -> whether it is right), in their order.

    Answers to options that were since written otherwise belong to none of them.
    """
    best, weakest = _extremes(answers)
    everybody, at_best, at_worst = (_chosen(group) for group in (answers, best, weakest))
    asked = Counter(text for one in answers for text in one.offered)
    return [
        OptionCount(text, is_correct, asked[text], everybody[text], at_best[text], at_worst[text])
        for text, is_correct in offered.items()
    ]


def has_idle_option(counts: Iterable[OptionCount]) -> bool:
    """A wrong option that misleads nobody."""
    return any(not one.chosen and not one.is_correct for one in counts)


def bands(shares: Iterable[float]) -> list[int]:
    """How many papers lie in each tenth of the marks, the full mark in the last one."""
    counted = Counter(min(int(share * BANDS), BANDS - 1) for share in shares)
    return [counted[band] for band in range(BANDS)]


def _findings(
    count: int, difficulty: float, discrimination: float | None, correlation: float | None
) -> Iterable[Finding]:
    """A key is doubted when those who know more choose against it more often than chance would have it."""
    told = [one for one in (discrimination, correlation) if one is not None]
    if difficulty > policy.TOO_EASY_ABOVE:
        yield Finding.TOO_EASY
        return  # The few who fail tell nothing of the rest.
    if difficulty < policy.TOO_HARD_BELOW:
        yield Finding.TOO_HARD
    if correlation is not None and correlation < -policy.STANDARD_ERRORS / sqrt(count):
        yield Finding.KEY_DOUBTED
    elif told and max(told) < policy.TELLS_LITTLE_BELOW:
        yield Finding.TELLS_LITTLE


def _extremes(answers: Sequence[Answered]) -> tuple[list[Answered], list[Answered]]:
    """The best and the weakest 27 per cent by their paper; nobody where all are alike or too few."""
    size = round(len(answers) * policy.EXTREME_SHARE)
    if size < policy.FEWEST_IN_A_GROUP:
        return [], []
    ranked = sorted(answers, key=lambda one: (one.paper, one.share, one.chosen))
    return ranked[-size:], ranked[:size]


def _discrimination(answers: Sequence[Answered]) -> float | None:
    """Who stands at the border of a group beside others of the same mark counts as they do on average."""
    size = round(len(answers) * policy.EXTREME_SHARE)
    if size < policy.FEWEST_IN_A_GROUP or len({one.paper for one in answers}) == 1:
        return None
    return _mean_of_first(answers, size, best=True) - _mean_of_first(answers, size, best=False)


def _mean_of_first(answers: Sequence[Answered], size: int, *, best: bool) -> float:
    border = sorted((one.paper for one in answers), reverse=best)[size - 1]
    inside = [one.share for one in answers if (one.paper > border if best else one.paper < border)]
    on_border = [one.share for one in answers if one.paper == border]
    return (sum(inside) + (size - len(inside)) * fmean(on_border)) / size


def _correlation(answers: Sequence[Answered]) -> float | None:
    """Point-biserial for right or wrong, its like for parts of the marks; None where either never varies."""
    pairs = [(one.share, one.rest) for one in answers if one.rest is not None]
    if len(pairs) < policy.FEWEST_IN_A_GROUP:
        return None
    own, rest = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(own)) == 1 or len(set(rest)) == 1:
        return None
    own_mean, rest_mean = fmean(own), fmean(rest)
    both = sum((x - own_mean) * (y - rest_mean) for x, y in pairs)
    spread = sqrt(sum((x - own_mean) ** 2 for x in own) * sum((y - rest_mean) ** 2 for y in rest))
    return both / spread


def _chosen(answers: Collection[Answered]) -> Counter[str]:
    return Counter(text for one in answers for text in one.chosen)
