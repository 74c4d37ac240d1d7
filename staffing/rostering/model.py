"""The problem as a linear program over blocks of work.

A column stands for a person's block of working days (first day, last day), another for the kind worked on a day. The
rules on runs are then the choice of blocks itself, and the relaxation comes close to the truth; the usual model of
one column a cell with clauses over windows does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from staffing.rostering.cells import blocks, must_carry_on, must_work, open_cells
from staffing.rostering.mip import Builder, Limits, Program, solve
from staffing.rostering.problem import OFF, CoverRow, Person, Problem, Roster, SharedCover, Step, Tally

NONE = -1
SHARING_SECONDS = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """A convex cost: its columns, that fill from the cheapest, the cells they count, and the row that ties them."""

    row: int
    columns: np.ndarray
    widths: np.ndarray
    cells: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """The columns that allot the heads of one SharedCover, and their rows."""

    columns: np.ndarray
    rows: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The program and where in it a cell, a block, a count is found.

    `cells[person, day, kind]` is a column or NONE; a block is a row of `spans` (person, first, last) and a column;
    `marks` (person, first, last) and their columns tell a weekend with work, `switches` (person, day, column)
    a change of kind between the day before and this one. `cover_rows` are the rows that tie people together.
    """

    problem: Problem
    program: Program
    cells: np.ndarray
    spans: np.ndarray
    span_columns: np.ndarray
    marks: np.ndarray
    mark_columns: np.ndarray
    counts: tuple[Count, ...]
    shares: tuple[Share, ...]
    cover_rows: np.ndarray
    switches: np.ndarray

    def roster(self, values: np.ndarray) -> Roster:
        chosen = np.append(values, 0)[self.cells] > 0.5  # noqa: PLR2004 - nearer to yes
        kinds = np.where(chosen.any(axis=2), chosen.argmax(axis=2), OFF)
        return tuple(tuple(row) for row in kinds.tolist())

    def values(self, roster: Roster | np.ndarray) -> np.ndarray:
        """All columns as this roster sets them."""
        values = np.zeros(len(self.program.lower))
        kinds = np.array(roster)
        people, days = np.nonzero(kinds != OFF)
        values[self.cells[people, days, kinds[people, days]]] = 1
        self._set_blocks(values, kinds != OFF)
        person, first, last = self.marks.T
        values[self.mark_columns] = (kinds[person, first] != OFF) | (kinds[person, last] != OFF)
        for count in self.counts:
            left = values[count.cells].sum() - np.concatenate(([0], np.cumsum(count.widths)[:-1]))
            values[count.columns] = np.clip(left, 0, count.widths)
        for person, day, column in self.switches:
            history = self.problem.people[person].history
            before = kinds[person, day - 1] if day else (history[-1] if history else OFF)
            now = kinds[person, day]
            values[column] = OFF not in (before, now) and before != now
        self._set_shares(values)
        return values

    def _set_shares(self, values: np.ndarray) -> None:
        """The best allotment of the heads at hand: what is left of the program when all else is held."""
        if not self.shares:
            return
        free = np.zeros(len(values), dtype=bool)
        free[np.concatenate([share.columns for share in self.shares])] = True
        found = solve(self.program.part(free, values), Limits(seconds=SHARING_SECONDS)).values
        if found is None:
            raise RuntimeError("heads could not be allotted")
        values[free] = found

    def _set_blocks(self, values: np.ndarray, worked: np.ndarray) -> None:
        person, first, last = self.spans.T
        padded = np.pad(worked, ((0, 0), (1, 1)))
        total = np.cumsum(padded, axis=1)
        inside = total[person, last + 1] - total[person, first] == last - first + 1
        values[self.span_columns] = inside & ~padded[person, first] & ~padded[person, last + 2]


def build(problem: Problem) -> Model:
    return _Builder(problem).model()


def steps(row: CoverRow | Tally, extra: Sequence[Step] = ()) -> tuple[float, list[tuple[float, float]]]:
    """A convex cost as its value at nothing, and (width, slope) of its pieces, the last one endless."""
    unders, overs = (*row.unders, *extra), row.overs
    nothing = sum(weight * max(0, level) for level, weight in unders)
    slope = -sum(weight for level, weight in unders if level > 0) + sum(w for level, w in overs if level <= 0)
    turns: dict[float, float] = defaultdict(float)
    for level, weight in (*unders, *overs):
        if level > 0:
            turns[level] += weight
    pieces, at = [], 0.0
    for level in sorted(turns):
        pieces.append((level - at, slope))
        slope, at = slope + turns[level], level
    return nothing + sum(weight * max(0, -level) for level, weight in overs), [*pieces, (np.inf, slope)]


class _Builder:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.builder = Builder()
        self.offset = problem.constant
        size = (len(problem.people), problem.days, len(problem.kinds))
        self.cells = np.full(size, NONE, dtype=np.int64)
        self.spans: list[tuple[int, int, int]] = []
        self.span_columns: list[int] = []
        self.marks: list[tuple[int, int, int]] = []
        self.mark_columns: list[int] = []
        self.counts: list[Count] = []
        self.shares: list[Share] = []
        self.cover_rows: list[int] = []
        self.switches: list[tuple[int, int, int]] = []
        self.cliques = cliques(problem)

    def model(self) -> Model:
        for number, person in enumerate(self.problem.people):
            self._person(number, person)
        for row in self.problem.cover:
            members = range(len(self.cells)) if row.members is None else sorted(row.members)
            minimum = [(row.minimum, self.problem.shortfall_weight)] if row.minimum else []
            self._count(row, members, minimum)
        for shared in self.problem.shared:
            self._share(shared)
        for tally in self.problem.tallies:
            self._count(tally, [tally.person])
        return Model(
            problem=self.problem,
            program=self.builder.program(self.offset),
            cells=self.cells,
            spans=np.array(self.spans, dtype=np.int64).reshape(-1, 3),
            span_columns=np.array(self.span_columns, dtype=np.int64),
            marks=np.array(self.marks, dtype=np.int64).reshape(-1, 3),
            mark_columns=np.array(self.mark_columns, dtype=np.int64),
            counts=tuple(self.counts),
            shares=tuple(self.shares),
            cover_rows=np.array(self.cover_rows, dtype=np.int64),
            switches=np.array(self.switches, dtype=np.int64).reshape(-1, 3),
        )

    def _person(self, number: int, person: Person) -> None:
        builder, days = self.builder, self.problem.days
        cells = open_cells(self.problem, person)
        due = must_work(self.problem, person)
        for day, kind in np.argwhere(cells):
            cost = person.costs.get((day, kind), 0) - person.costs.get((day, OFF), 0)
            self.cells[number, day, kind] = builder.column(cost=cost)
        self.offset += sum(cost for (_, kind), cost in person.costs.items() if kind == OFF)
        found = blocks(self.problem, person, cells.any(axis=1))
        covering: list[list[int]] = [[] for _ in range(days)]
        beginning: list[list[int]] = [[] for _ in range(days)]
        ending: list[list[int]] = [[] for _ in range(days)]
        resting: list[list[int]] = [[] for _ in range(days)]
        columns = {}
        for first, last in found:
            columns[first, last] = column = builder.column()
            self.spans.append((number, first, last))
            self.span_columns.append(column)
            beginning[first].append(column)
            ending[last].append(column)
            for day in range(first, last + 1):
                covering[day].append(column)
            for day in range(first, min(days, last + person.min_off + 1)):
                resting[day].append(column)
        for day in range(days):
            worked = self._worked(number, day)
            if worked or covering[day]:
                builder.row(worked, covering[day], lower=0, upper=0)
            if resting[day]:
                builder.row(resting[day], lower=float(due[day] and bool(covering[day])), upper=1)
            if due[day]:
                builder.row(covering[day], lower=1)
        if must_carry_on(person):
            builder.row(beginning[0], lower=1)
        self._successions(number, ending, beginning)
        self._totals(number, person, columns)
        self._spans(number, person)
        if self.problem.change_cost:
            self._changes(number, person, ending)

    def _worked(self, number: int, day: int) -> list[int]:
        columns = self.cells[number, day]
        return columns[columns != NONE].tolist()

    def _of(self, number: int, day: int, kinds: Iterable[int]) -> list[int]:
        columns = self.cells[number, day, list(kinds)]
        return columns[columns != NONE].tolist()

    def _successions(self, number: int, ending: list[list[int]], beginning: list[list[int]]) -> None:
        """Who works one of these kinds and not the last day of a block works one of those on the next day."""
        for day in range(self.problem.days - 1):
            for before, after in self.cliques:
                left, right = self._of(number, day, before), self._of(number, day + 1, after)
                if left and right:
                    allowed = set(self._worked(number, day + 1)) - set(right)
                    self.builder.row(left, [*sorted(allowed), *ending[day]], upper=0)

    def _totals(self, number: int, person: Person, columns: dict[tuple[int, int], int]) -> None:
        kinds = self.problem.kinds
        own = self.cells[number]
        pairs = [(int(own[day, kind]), kinds[kind].minutes) for day, kind in np.argwhere(own != NONE)]
        most = np.inf if person.max_minutes is None else person.max_minutes
        if person.min_minutes > 0 or np.isfinite(most):
            scale = np.gcd.reduce([minutes for _, minutes in pairs]) if pairs else 1
            self.builder.row(
                [column for column, _ in pairs],
                weights=[minutes / scale for _, minutes in pairs],
                lower=np.ceil(person.min_minutes / scale),
                upper=np.floor(most / scale),
            )
        for kind, limit in person.max_shifts.items():
            taken = own[:, kind][own[:, kind] != NONE].tolist()
            if len(taken) > limit:
                self.builder.row(taken, upper=limit)
        if person.max_weekends is not None:
            self._weekends(number, person, columns, person.max_weekends)

    def _weekends(self, number: int, person: Person, columns: dict[tuple[int, int], int], most: int) -> None:
        taken: list[int] = []
        for weekend in self.problem.weekends:
            past = [day for day in weekend if day < 0 and -day <= len(person.history)]
            if any(person.history[day] != OFF for day in past):
                most -= 1
                continue
            days = [day for day in weekend if 0 <= day < self.problem.days]
            touching = [
                column
                for (first, last), column in columns.items()
                if any(first <= day <= last for day in days)
            ]
            if touching:
                weekend_column = self.builder.column()
                self.builder.row(touching, [weekend_column], upper=0)
                self.marks.append((number, days[0], days[-1]))
                taken.append(weekend_column)
                self.mark_columns.append(weekend_column)
        if len(taken) > most:
            self.builder.row(taken, upper=most)

    def _spans(self, number: int, person: Person) -> None:
        for span in person.spans:
            past = range(max(span.first, -len(person.history)), min(0, span.last + 1))
            carried = [person.history[day] for day in past if person.history[day] != OFF]
            days = range(max(0, span.first), min(span.last + 1, self.problem.days))
            worked = [(day, kind) for day in days for kind in np.flatnonzero(self.cells[number, day] != NONE)]
            columns = [int(self.cells[number, day, kind]) for day, kind in worked]
            if span.max_days is not None and len(days) > span.max_days - len(carried):
                self.builder.row(columns, upper=span.max_days - len(carried))
            if span.max_minutes is not None and columns:
                minutes = [self.problem.kinds[kind].minutes for _, kind in worked]
                left = span.max_minutes - sum(self.problem.kinds[kind].minutes for kind in carried)
                self.builder.row(columns, weights=[float(m) for m in minutes], upper=left)

    def _changes(self, number: int, person: Person, ending: list[list[int]]) -> None:
        """A kind is followed by itself, by the end of the block, or by a change that is paid for."""
        kinds = range(len(self.problem.kinds))
        if person.history and person.history[-1] != OFF:
            others = self._of(number, 0, [kind for kind in kinds if kind != person.history[-1]])
            if others:
                column = self.builder.column(cost=self.problem.change_cost, whole=False)
                self.builder.row(others, [column], upper=0)
                self.switches.append((number, 0, column))
        for day in range(self.problem.days - 1):
            column = self.builder.column(cost=self.problem.change_cost, whole=False)
            self.switches.append((number, day + 1, column))
            for kind in kinds:
                before = self._of(number, day, [kind])
                if before:
                    after = self._of(number, day + 1, [kind])
                    self.builder.row(before, [*after, *ending[day], column], upper=0)

    def _count(self, row: CoverRow | Tally, members: Iterable[int], extra: Sequence[Step] = ()) -> None:
        cells = [
            int(self.cells[member, day, kind])
            for member in members
            for day, kind in sorted(row.cells)
            if self.cells[member, day, kind] != NONE
        ]
        shifted = row if isinstance(row, CoverRow) or not row.opening else _opened(row)
        nothing, pieces = steps(shifted, extra)
        self.offset += nothing
        widths: list[float] = []
        columns: list[int] = []
        left = float(len(cells))
        for width, slope in pieces:
            if left > 0:
                widths.append(min(width, left))
                left -= width
                columns.append(self.builder.column(upper=widths[-1], cost=slope, whole=False))
        if columns and any(slope for _, slope in pieces):
            number = self.builder.row(cells, columns, lower=0, upper=0)
            if isinstance(row, CoverRow):
                self.cover_rows.append(number)
            self.counts.append(Count(number, np.array(columns), np.array(widths), np.array(cells)))

    def _share(self, shared: SharedCover) -> None:
        """Heads are told apart by what they can only; each goes to one need or stays idle."""
        builder, first_row = self.builder, len(self.builder.row_lower)
        wanted = frozenset(need.skill for need in shared.needs)
        heads: dict[frozenset[str], list[int]] = defaultdict(list)
        present: dict[frozenset[str], int] = defaultdict(int)
        for skills in shared.present:
            present[skills & wanted] += 1
        for number, person in enumerate(self.problem.people):
            columns = [int(self.cells[number, day, kind]) for day, kind in sorted(shared.cells)]
            heads[person.skills & wanted] += [column for column in columns if column != NONE]
        given: dict[str, list[int]] = defaultdict(list)
        first = len(builder.lower)
        for skills in sorted({*heads, *present}, key=sorted):
            most = len(heads[skills]) + present[skills]
            idle = builder.column(upper=most, cost=shared.idle_cost, whole=False)
            allotted = {skill: builder.column(upper=most, whole=False) for skill in sorted(skills)}
            for skill, column in allotted.items():
                given[skill].append(column)
            at_hand = float(present[skills])
            builder.row([*allotted.values(), idle], heads[skills], lower=at_hand, upper=at_hand)
        for need in shared.needs:
            extra = [(need.minimum, self.problem.shortfall_weight)] if need.minimum else []
            nothing, pieces = steps(CoverRow(need.label, shared.cells, unders=need.unders), extra)
            self.offset += nothing
            taken = [builder.column(upper=width, cost=slope, whole=False) for width, slope in pieces[:-1]]
            builder.row(given[need.skill], taken, lower=0, upper=0)
        self.shares.append(
            Share(np.arange(first, len(builder.lower)), np.arange(first_row, len(builder.row_lower)))
        )
        self.cover_rows += range(first_row, len(builder.row_lower))


def _opened(tally: Tally) -> Tally:
    """The tally as counted from now on."""
    return Tally(
        label=tally.label,
        person=tally.person,
        cells=tally.cells,
        unders=tuple((level - tally.opening, weight) for level, weight in tally.unders),
        overs=tuple((level - tally.opening, weight) for level, weight in tally.overs),
    )


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
