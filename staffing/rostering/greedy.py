"""A first roster: each person alone, at the price of what the cover lacks when his turn comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from staffing.rostering.checking import person_breaches
from staffing.rostering.mip import Limits, solve
from staffing.rostering.model import Model
from staffing.rostering.neighbourhoods import Freedom
from staffing.rostering.person_rows import NONE
from staffing.rostering.problem import OFF, Cell, CoverRow, Problem, Roster, Row, SkillNeed

SECONDS_A_PERSON = 20.0
NODES_A_PERSON = 50
GAP_A_PERSON = 50.0


def first_roster(
    model: Model, order: Sequence[int], start: Roster | None = None
) -> tuple[Roster, tuple[int, ...]]:
    """New rows for these people, in this order, and those of them who have none that keeps the rules.

    Lack of cover never makes it fail, since nobody's rules depend on others.
    """
    shape = (len(model.problem.people), model.problem.days)
    roster: list[Row] = list(start) if start else [(OFF,) * shape[1]] * shape[0]
    freedom, prices = Freedom(model), _Prices(model.problem)
    for person in sorted(set(range(shape[0])) - set(order)):
        prices.take(person, roster[person])
    stuck = []
    for person in order:
        row = _row(model, freedom, prices, person)
        if row is None:
            stuck.append(person)
            continue
        roster[person] = row
        prices.take(person, row)
    return tuple(roster), tuple(stuck)


def _row(model: Model, freedom: Freedom, prices: _Prices, person: int) -> Row | None:
    """The person's best row by himself; None where his rules leave none."""
    shape = (len(model.problem.people), model.problem.days)
    free, off = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    free[person] = True
    columns = freedom.columns(free, off, with_cover=False)
    cost, values = model.program.cost.copy(), np.zeros(len(model.program.lower))
    for day, kind in np.argwhere(model.cells[person] != NONE):
        cost[model.cells[person, day, kind]] += prices.of(person, (int(day), int(kind)))
    program = replace(model.program, cost=cost).part(columns, values, without_rows=model.cover_rows)
    answer = solve(program, Limits(seconds=SECONDS_A_PERSON, nodes=NODES_A_PERSON, gap=GAP_A_PERSON))
    if answer.values is None:
        return None
    values[columns] = answer.values
    row = model.roster(values)[person]
    # Where nothing can be chosen there is no row of the program to say that it is not enough.
    return None if any(person_breaches(model.problem, model.problem.people[person], row)) else row


class _Prices:
    """What one head more on a cell adds to the cost of cover, or saves of it."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.shortfall = problem.shortfall_weight
        self.counts = [0] * len(problem.cover)
        self.filled = [[0] * len(shared.needs) for shared in problem.shared]
        self.rows: dict[Cell, list[int]] = defaultdict(list)
        self.shared: dict[Cell, list[int]] = defaultdict(list)
        for number, row in enumerate(problem.cover):
            for cell in row.cells:
                self.rows[cell].append(number)
        for number, shared in enumerate(problem.shared):
            for cell in shared.cells:
                self.shared[cell].append(number)

    def of(self, person: int, cell: Cell) -> float:
        price = 0.0
        for number in self._rows(person, cell):
            price += self._slope(self.problem.cover[number], self.counts[number])
        for number in self.shared[cell]:
            price += self._best(person, number)[0]
        return price

    def take(self, person: int, row: Row) -> None:
        for cell in enumerate(row):
            for number in self._rows(person, cell):
                self.counts[number] += 1
            for number in self.shared[cell]:
                need = self._best(person, number)[1]
                if need is not None:
                    self.filled[number][need] += 1

    def _rows(self, person: int, cell: Cell) -> list[int]:
        cover = self.problem.cover
        return [n for n in self.rows[cell] if (members := cover[n].members) is None or person in members]

    def _slope(self, row: CoverRow | SkillNeed, count: int) -> float:
        slope = -sum(weight for level, weight in row.unders if level > count)
        if isinstance(row, CoverRow):
            slope += sum(weight for level, weight in row.overs if level <= count)
        return slope - self.shortfall * (count < row.minimum)

    def _best(self, person: int, number: int) -> tuple[float, int | None]:
        """The need that gains most from this head; heads already allotted are not moved."""
        shared, skills = self.problem.shared[number], self.problem.people[person].skills
        gains = [
            (self._slope(need, filled), place)
            for place, (need, filled) in enumerate(zip(shared.needs, self.filled[number], strict=True))
            if need.skill in skills and self._slope(need, filled) < 0
        ]
        return min(gains, default=(shared.idle_cost, None), key=lambda gain: gain[0])
