"""The problem as a linear program over blocks of work.

A column stands for a person's block of working days (first day, last day), another for the kind worked on a
day. The rules on runs are then the choice of blocks itself, and the relaxation comes close to the truth;
the usual model of one column a cell with clauses over windows does not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from staffing.rostering.mip import Builder, Limits, Program, solve
from staffing.rostering.person_rows import NONE, PersonRows, cliques
from staffing.rostering.problem import OFF, CoverRow, Problem, Roster, SharedCover, Step, Tally

SHARING_SECONDS = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Count:
    """A convex cost: columns that fill from the cheapest, the cells they count, the row that ties them."""

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

    `cells[person, day, kind]` is a column or NONE; a block is a row of `spans` (person, first, last) and a
    column; `marks` (person, first, last) and their columns tell a weekend with work, `switches` (person,
    day, column) a change of kind between the day before and this one. `cover_rows` are the rows that tie
    people together.
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
        self.spans: list[tuple[int, int, int, int]] = []
        self.marks: list[tuple[int, int, int, int]] = []
        self.counts: list[Count] = []
        self.shares: list[Share] = []
        self.cover_rows: list[int] = []
        self.switches: list[tuple[int, int, int]] = []

    def model(self) -> Model:
        self._people()
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
            spans=_table(self.spans)[:, :3],
            span_columns=_table(self.spans)[:, 3],
            marks=_table(self.marks)[:, :3],
            mark_columns=_table(self.marks)[:, 3],
            counts=tuple(self.counts),
            shares=tuple(self.shares),
            cover_rows=np.array(self.cover_rows, dtype=np.int64),
            switches=np.array(self.switches, dtype=np.int64).reshape(-1, 3),
        )

    def _people(self) -> None:
        pairs = cliques(self.problem)
        for number, person in enumerate(self.problem.people):
            rows = PersonRows(self.builder, self.problem, person, pairs)
            self.cells[number] = rows.cells
            self.spans += [(number, *span, column) for span, column in rows.spans.items()]
            self.marks += [(number, *days, column) for days, column in rows.marks.items()]
            self.switches += [(number, day, column) for day, column in rows.switches.items()]
            self.offset += sum(cost for (_, kind), cost in person.costs.items() if kind == OFF)

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


def _table(rows: list[tuple[int, int, int, int]]) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, 4)


def _opened(tally: Tally) -> Tally:
    """The tally as counted from now on."""
    return Tally(
        label=tally.label,
        person=tally.person,
        cells=tally.cells,
        unders=tuple((level - tally.opening, weight) for level, weight in tally.unders),
        overs=tuple((level - tally.opening, weight) for level, weight in tally.overs),
    )
