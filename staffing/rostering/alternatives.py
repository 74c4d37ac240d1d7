"""What to do when a published roster no longer holds: touch nobody, change little, or begin anew.

Without a price on change the best roster moves dozens of people for one who is ill. So each cell that is
changed costs a tax, and the three alternatives differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from staffing.rostering import checking
from staffing.rostering.checking import Shortfall
from staffing.rostering.loosening import PAST
from staffing.rostering.problem import Cell, Label, Person, Pin, Problem, Roster, Row
from staffing.rostering.search import Progress
from staffing.rostering.solving import solve

TAXES = {"touch_nobody": 5_000.0, "few_changes": 20.0, "best_roster": 0.0}


@dataclass(frozen=True, slots=True)
class Change:
    """A cell unlike the published roster; `is_forced` where the published one may not be worked."""

    person: int
    day: int
    before: int
    after: int
    is_forced: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """A roster in place of the published one; its value is without the tax."""

    name: str
    roster: Roster
    value: float
    changes: tuple[Change, ...]
    shortfalls: tuple[Shortfall, ...]
    loosened: tuple[Label, ...]
    status: str
    seconds: float

    @property
    def touched(self) -> int:
        return sum(not change.is_forced for change in self.changes)

    @property
    def people(self) -> int:
        """How many people have another roster."""
        return len({change.person for change in self.changes})


def alternatives(
    problem: Problem,
    published: Roster,
    *,
    since: int = 0,
    seconds: float = 20,
    seed: int = 0,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Alternative, ...]:
    """Three proposals, each in so many processor seconds. `problem` knows of the absence, as a bar.

    Days before `since` stay as they were. Unlike the others, the proposal to touch nobody changes a cell of
    others only where else a need with a minimum would go unmet or a rule be broken.

    Raises: NoRoster.
    """
    settled = with_past(problem, published, since)
    found = []
    for name, tax in TAXES.items():
        solution = solve(
            taxed(settled, published, tax, since=since),
            seconds=seconds,
            seed=seed,
            workers=workers,
            start=published,
            on_progress=on_progress,
            should_stop=should_stop,
        )
        found.append(
            Alternative(
                name=name,
                roster=solution.roster,
                value=checking.value(problem, solution.roster).total,
                changes=changes(problem, published, solution.roster),
                shortfalls=solution.shortfalls,
                loosened=solution.loosened,
                status=solution.status,
                seconds=solution.seconds,
            )
        )
    return tuple(found)


def with_past(problem: Problem, published: Roster, since: int) -> Problem:
    """The problem with all days before `since` as they were worked."""
    people = zip(problem.people, published, strict=True)
    return replace(problem, people=tuple(_with_past(person, row, since) for person, row in people))


def taxed(problem: Problem, published: Roster, tax: float, *, since: int = 0) -> Problem:
    """The problem in which a cell that is not as published costs the tax, unless it may not be worked."""
    if not tax:
        return problem
    people, kept = [], 0
    for person, row in zip(problem.people, published, strict=True):
        barred = _barred(person)
        costs = dict(person.costs)
        for day in range(since, problem.days):
            cell = (day, row[day])
            if cell not in barred:
                costs[cell] = costs.get(cell, 0) - tax
                kept += 1
        people.append(replace(person, costs=costs))
    return replace(problem, people=tuple(people), constant=problem.constant + tax * kept)


def changes(problem: Problem, published: Roster, roster: Roster) -> tuple[Change, ...]:
    return tuple(
        Change(number, day, before, after, is_forced=(day, before) in _barred(person))
        for number, person in enumerate(problem.people)
        for day, (before, after) in enumerate(zip(published[number], roster[number], strict=True))
        if before != after
    )


def _with_past(person: Person, row: Row, since: int) -> Person:
    """What was worked is settled; bars and pins of days gone by are of no more account."""
    return replace(
        person,
        bars=tuple(
            replace(bar, cells=frozenset(cell for cell in bar.cells if cell[0] >= since))
            for bar in person.bars
        ),
        pins=(
            *(pin for pin in person.pins if pin.day >= since),
            *(Pin((PAST, person.key, day), day, row[day]) for day in range(since)),
        ),
    )


def _barred(person: Person) -> frozenset[Cell]:
    """Cells that the person may not work."""
    return frozenset().union(*(bar.cells for bar in person.bars))
