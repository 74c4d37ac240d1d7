"""The way in: a problem and so many processor seconds, out comes a roster, its value, a bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from staffing.rostering import checking
from staffing.rostering.checking import Shortfall
from staffing.rostering.clock import Clock
from staffing.rostering.greedy import first_roster
from staffing.rostering.mip import relax
from staffing.rostering.model import build
from staffing.rostering.neighbourhoods import Freedom
from staffing.rostering.problem import Problem, Roster
from staffing.rostering.search import Progress, Search


@dataclass(frozen=True, slots=True)
class Solution:
    """A roster and what is known of it. Units: processor seconds.

    `status` is optimal, time (the budget ran out), stopped, or rounds. `loosened` are rules dropped for people
    who could keep them in no roster at all.
    """

    roster: Roster
    value: float
    bound: float
    status: str
    seconds: float
    first_after: float
    first_value: float
    rounds: int
    shortfalls: tuple[Shortfall, ...] = ()


def solve(
    problem: Problem,
    *,
    seconds: float,
    wall_seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    start: Roster | None = None,
    rounds: int | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    clock = Clock(seconds, wall_seconds=wall_seconds, should_stop=should_stop)
    model = build(problem)
    if start is None:
        order = list(range(len(problem.people)))
        start, stuck = first_roster(model, Freedom(model), order)
    first_after = clock.spent()
    relaxation = relax(model.program, max(1.0, clock.left() / 3))
    search = Search(model, clock, seed, workers, rounds, relaxation, on_progress)
    state = search.run(start)
    return Solution(
        roster=state.roster,
        value=state.value,
        bound=state.bound,
        status="optimal" if state.is_proven else "stopped" if clock.is_stopped() else "time",
        seconds=clock.spent(),
        first_after=first_after,
        first_value=checking.value(problem, start).total,
        rounds=state.rounds,
        shortfalls=tuple(checking.shortfalls(problem, state.roster)),
    )
