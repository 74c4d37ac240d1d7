"""Why a need cannot be met: the smallest set of rules that exclude one another, and the arithmetic of it.

CP-SAT, told to assume all rules, names a set that it could refute; a filter drops from it one rule after
the other that is not needed. One worker: only then does CP-SAT name such a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from staffing.rostering.assuming import Assumptions, Grouping, Undecided
from staffing.rostering.greedy import first_roster
from staffing.rostering.loosening import LADDER, group, without
from staffing.rostering.model import build
from staffing.rostering.problem import Label, Problem

EFFORT = 10.0  # CP-SAT's deterministic seconds for one question
COVER = "cover"


@dataclass(frozen=True, slots=True)
class Way:
    """What dropping one rule of a conflict achieves: heads at posts with a minimum (None: not found out)."""

    rule: Label
    filled: int | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules that exclude one another; where `is_least`, no one of them may be left out.

    `needed` are the heads that the minima in the set ask for, `available` the most that were found under all;
    both 0 where one person's own rules exclude one another. `ways` begin with what achieves most.
    """

    rules: tuple[Label, ...]
    needed: int = 0
    available: int | None = 0
    is_least: bool = True
    ways: tuple[Way, ...] = ()


def by_name(label: Label) -> Label:
    """Rules of one name are one rule for all people; cover and maxima are told apart by skill or kind."""
    return (label[0], label[-1]) if label[0] in {COVER, "max_shifts"} else (label[0],)


def of_person(problem: Problem, person: int) -> Conflict | None:
    """The rules of one person that exclude one another, each by its own label; None where there are none.

    One person is little enough to be asked about again for each rule: HiGHS refutes sums faster than CP-SAT.
    """
    alone = replace(problem, people=(problem.people[person],), cover=(), shared=(), tallies=(), change_cost=0)
    if _has_row(alone):
        return None
    dropped: list[Label] = []
    rules = sorted(
        group(alone, alone.people[0]).items(), key=lambda rule: (-LADDER.index(rule[1]), str(rule[0]))
    )
    for label, _ in rules:
        if not _has_row(without(alone, [*dropped, label])):
            dropped.append(label)
    return Conflict(tuple(label for label, _ in rules if label not in dropped))


def _has_row(alone: Problem) -> bool:
    _, stuck = first_roster(build(alone), [0])
    return not stuck


def of_cover(
    problem: Problem, *, grouping: Grouping = by_name, effort: float = EFFORT
) -> tuple[Conflict, ...]:
    """Why the minima cannot be met: for each group of them that cannot alone, else for all together.

    Empty where they can be met, or where it could not be found out.
    """
    asking = Assumptions(problem, grouping, effort=effort)
    covers = sorted(asking.needed, key=str)
    rules = [group for group in asking.literals if group not in asking.needed]
    alone = [_conflict(asking, [*rules, cover]) for cover in covers]
    found = [conflict for conflict in alone if conflict is not None]
    if not found and len(covers) > 1:
        together = _conflict(asking, [*rules, *covers])
        found = [together] if together is not None else []
    return tuple(_with_arithmetic(asking, conflict, rules) for conflict in found)


def _conflict(asking: Assumptions, groups: Sequence[Label]) -> Conflict | None:
    try:
        core = asking.refuted(groups)
    except Undecided:
        return None
    return None if core is None else _filtered(asking, core)


def _filtered(asking: Assumptions, core: list[Label]) -> Conflict:
    """Drop what the refutation does not need; a rule about which CP-SAT cannot tell stays."""
    is_least, needed = True, list(core)
    for rule in core:
        if rule not in needed:
            continue
        rest = [other for other in needed if other != rule]
        try:
            smaller = asking.refuted(rest)
        except Undecided:
            is_least = False
            continue
        if smaller is not None:
            needed = smaller
    return Conflict(tuple(needed), is_least=is_least)


def _with_arithmetic(asking: Assumptions, conflict: Conflict, rules: Iterable[Label]) -> Conflict:
    covers = [rule for rule in conflict.rules if rule in asking.needed]
    if not covers:
        return conflict
    kept = list(rules)
    ways = [
        Way(rule, _filled(asking, covers, [other for other in kept if other != rule]))
        for rule in conflict.rules
        if rule not in covers
    ]
    return Conflict(
        rules=conflict.rules,
        needed=sum(asking.needed[cover] for cover in covers),
        available=_filled(asking, covers, kept),
        is_least=conflict.is_least,
        ways=tuple(sorted(ways, key=lambda way: -(way.filled or 0))),
    )


def _filled(asking: Assumptions, covers: Iterable[Label], rules: Iterable[Label]) -> int | None:
    try:
        return asking.most_filled(covers, rules)
    except Undecided:
        return None
