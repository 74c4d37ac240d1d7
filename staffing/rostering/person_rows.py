"""One person's rules as rows of the program: blocks of work, what may follow, totals, weekends, spans."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from staffing.rostering.cells import blocks, must_carry_on, must_work, open_cells
from staffing.rostering.mip import Builder
from staffing.rostering.problem import OFF, Person, Problem

NONE = -1

Cliques = list[tuple[frozenset[int], frozenset[int]]]


class PersonRows:
    """Adds the columns and rows of one person; tells where his cells, blocks, weekends and changes are."""

    def __init__(self, builder: Builder, problem: Problem, person: Person, pairs: Cliques) -> None:
        self.builder, self.problem, self.person = builder, problem, person
        self.cells = np.full((problem.days, len(problem.kinds)), NONE, dtype=np.int64)
        self.spans: dict[tuple[int, int], int] = {}
        self.marks: dict[tuple[int, int], int] = {}
        self.switches: dict[int, int] = {}
        self._ending: list[list[int]] = [[] for _ in range(problem.days)]
        self._add_cells()
        self._add_blocks()
        if person.minds_succession:
            self._add_successions(pairs)
        self._add_totals()
        if person.max_weekends is not None:
            self._add_weekends(person.max_weekends)
        self._add_spans()
        if problem.change_cost:
            self._add_changes()

    def _add_cells(self) -> None:
        costs = self.person.costs
        for day, kind in np.argwhere(open_cells(self.problem, self.person)):
            cost = costs.get((day, kind), 0) - costs.get((day, OFF), 0)
            self.cells[day, kind] = self.builder.column(cost=cost)

    def _add_blocks(self) -> None:
        """Who works on a day is in a block that covers it, and between blocks lie enough days off."""
        days, min_off = self.problem.days, self.person.min_off
        covering: list[list[int]] = [[] for _ in range(days)]
        resting: list[list[int]] = [[] for _ in range(days)]
        for first, last in blocks(self.problem, self.person, (self.cells != NONE).any(axis=1)):
            column = self.spans[first, last] = self.builder.column()
            self._ending[last].append(column)
            for day in range(first, last + 1):
                covering[day].append(column)
            for day in range(first, min(days, last + min_off + 1)):
                resting[day].append(column)
        due = must_work(self.problem, self.person)
        for day in range(days):
            worked = self._of(day)
            if worked or covering[day]:
                self.builder.row(worked, covering[day], lower=0, upper=0)
            if resting[day]:
                self.builder.row(resting[day], upper=1)
            if due[day]:
                self.builder.row(covering[day], lower=1)
        if must_carry_on(self.person):
            self.builder.row(covering[0], lower=1)

    def _of(self, day: int, kinds: Iterable[int] | None = None) -> list[int]:
        columns = self.cells[day] if kinds is None else self.cells[day, list(kinds)]
        return [int(column) for column in columns if column != NONE]

    def _add_successions(self, pairs: Cliques) -> None:
        """Who works one of these kinds, and not as the last day of a block, works an allowed one next."""
        for day in range(self.problem.days - 1):
            for before, after in pairs:
                left, right = self._of(day, before), set(self._of(day + 1, after))
                if left and right:
                    allowed = [column for column in self._of(day + 1) if column not in right]
                    self.builder.row(left, [*allowed, *self._ending[day]], upper=0)

    def _add_totals(self) -> None:
        person, kinds = self.person, self.problem.kinds
        cells = [(int(self.cells[day, kind]), kinds[kind].minutes) for day, kind in self._open()]
        most = np.inf if person.max_minutes is None else person.max_minutes
        if person.min_minutes > 0 or np.isfinite(most):
            scale = int(np.gcd.reduce([minutes for _, minutes in cells])) if cells else 1
            self.builder.row(
                [column for column, _ in cells],
                weights=[minutes / max(1, scale) for _, minutes in cells],
                lower=np.ceil(person.min_minutes / max(1, scale)),
                upper=np.floor(most / max(1, scale)),
            )
        for kind, limit in person.max_shifts.items():
            taken = [int(column) for column in self.cells[:, kind] if column != NONE]
            if len(taken) > limit:
                self.builder.row(taken, upper=limit)

    def _open(self) -> list[tuple[int, int]]:
        return [(int(day), int(kind)) for day, kind in np.argwhere(self.cells != NONE)]

    def _add_weekends(self, most: int) -> None:
        """Blocks that touch a weekend exclude one another, so their sum is whether it is worked."""
        history = self.person.history
        taken: list[int] = []
        for weekend in self.problem.weekends:
            if any(history[day] != OFF for day in weekend if day < 0 and -day <= len(history)):
                most -= 1
                continue
            days = [day for day in weekend if 0 <= day < self.problem.days]
            touching = [
                column
                for (first, last), column in self.spans.items()
                if any(first <= day <= last for day in days)
            ]
            if touching:
                column = self.marks[days[0], days[-1]] = self.builder.column()
                self.builder.row(touching, [column], upper=0)
                taken.append(column)
        if len(taken) > most:
            self.builder.row(taken, upper=most)

    def _add_spans(self) -> None:
        history, kinds = self.person.history, self.problem.kinds
        for span in self.person.spans:
            past = range(max(span.first, -len(history)), min(0, span.last + 1))
            carried = [history[day] for day in past if history[day] != OFF]
            days = range(max(0, span.first), min(span.last + 1, self.problem.days))
            cells = [(day, kind) for day, kind in self._open() if day in days]
            columns = [int(self.cells[cell]) for cell in cells]
            if span.max_days is not None and len(days) > span.max_days - len(carried):
                self.builder.row(columns, upper=span.max_days - len(carried))
            if span.max_minutes is not None:
                left = span.max_minutes - sum(kinds[kind].minutes for kind in carried)
                minutes = [float(kinds[kind].minutes) for _, kind in cells]
                self.builder.row(columns, weights=minutes, upper=left)

    def _add_changes(self) -> None:
        """A kind is followed by itself, by the end of the block, or by a change that is paid for."""
        cost, last = self.problem.change_cost, self.person.history[-1:]
        kinds = range(len(self.problem.kinds))
        others = self._of(0, [kind for kind in kinds if (kind,) != last])
        if last and last != (OFF,) and others:
            self.switches[0] = self.builder.column(cost=cost, whole=False)
            self.builder.row(others, [self.switches[0]], upper=0)
        for day in range(self.problem.days - 1):
            column = self.switches[day + 1] = self.builder.column(cost=cost, whole=False)
            for kind in kinds:
                before, after = self._of(day, [kind]), self._of(day + 1, [kind])
                if before:
                    self.builder.row(before, [*after, *self._ending[day], column], upper=0)


def cliques(problem: Problem) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Pairs of sets of kinds, as large as can be: none of the second may follow any of the first."""
    after = {
        kind: frozenset(b for a, b in problem.forbidden if a == kind) for kind in range(len(problem.kinds))
    }
    rights = {right for right in after.values() if right}
    for size in (2, 3):
        rights |= {frozenset.intersection(*group) for group in combinations(sorted(rights, key=sorted), size)}
    rights.discard(frozenset())
    return [
        (frozenset(kind for kind, right in after.items() if right >= wanted), wanted)
        for wanted in sorted(rights, key=sorted)
    ]
