"""A first roster: each person alone, at what the cover lacks when his turn comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from staffing.rostering.mip import Limits, solve
from staffing.rostering.model import Model
from staffing.rostering.neighbourhoods import Freedom
from staffing.rostering.problem import OFF, Roster, Row

SECONDS_A_PERSON = 20.0
NODES_A_PERSON = 50


def first_roster(
    model: Model, freedom: Freedom, order: Sequence[int], start: Roster | None = None
) -> tuple[Roster, tuple[int, ...]]:
    """A roster that keeps all rules, and the people for whom there is none (their rows stay off).

    Lack of cover never makes it fail, since nobody's rules depend on others.
    """
    shape = (len(model.problem.people), model.problem.days)
    roster: list[Row] = list(start or [(OFF,) * shape[1]] * shape[0])
    stuck = []
    for person in order:
        free = np.zeros(shape, dtype=bool)
        free[person] = True
        worked = np.array(roster) != OFF
        columns = freedom.columns(free, worked)
        values = model.values(tuple(roster))
        values[columns] = 0
        answer = solve(
            model.program.part(columns, values), Limits(seconds=SECONDS_A_PERSON, nodes=NODES_A_PERSON)
        )
        if answer.values is None:
            stuck.append(person)
            continue
        values[columns] = answer.values
        roster[person] = model.roster(values)[person]
    return tuple(roster), tuple(stuck)
