"""The way in: a problem and so many processor seconds, out comes a roster, its value, a bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

from staffing.rostering import checking
from staffing.rostering.checking import Shortfall
from staffing.rostering.clock import Clock
from staffing.rostering.mip import relax
from staffing.rostering.problem import Label, Problem, Roster
from staffing.rostering.search import Progress, Search, State
from staffing.rostering.starting import begin


@dataclass(frozen=True, slots=True)
class Solution:
    """A roster and what is known of it. Units: processor seconds.

    `status` is optimal, time (the budget ran out), stopped, or effort (all of it spent). `repeats`: the same
    call gives the same roster, on any machine. `loosened` are rules dropped for people who could keep them in
    no roster at all.
    """

    roster: Roster
    value: float
    bound: float
    status: str
    seconds: float
    first_after: float
    first_value: float
    repeats: bool
    shortfalls: tuple[Shortfall, ...] = ()
    loosened: tuple[Label, ...] = ()


def solve(
    problem: Problem,
    *,
    seconds: float,
    wall_seconds: float | None = None,
    seed: int = 0,
    workers: int = 1,
    start: Roster | None = None,
    effort: float | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best roster that the budget allows; the rules are kept by whatever roster comes out.

    A problem in which somebody's own rules exclude one another is solved without the least of them, told in
    `loosened`; minima that cannot be met are told in `shortfalls`. `start` is a roster to better, published
    for instance. `effort` ends the search by the work done (units: see Search), which repeats where the
    seconds did not end it before.

    Raises: NoRoster.
    """
    clock = Clock(seconds, wall_seconds=wall_seconds, should_stop=should_stop)
    first = begin(problem, start)
    first_after = clock.spent()
    if on_progress is not None:
        on_progress(first_after, checking.value(problem, first.roster).total, -inf, "start")
    relaxation = relax(first.model.program, clock.on_wall(max(1.0, clock.left() / 3)))
    search = Search(first.model, clock, seed, workers, effort, relaxation, on_progress)
    state = search.run(first.roster)
    status = _status(state, clock)
    return Solution(
        roster=state.roster,
        value=state.value,
        bound=state.bound,
        status=status,
        seconds=clock.spent(),
        first_after=first_after,
        first_value=checking.value(problem, first.roster).total,
        repeats=status not in ("time", "stopped") and not state.was_cut and relaxation is not None,
        shortfalls=tuple(checking.shortfalls(problem, state.roster)),
        loosened=first.loosened,
    )


def _status(state: State, clock: Clock) -> str:
    if state.is_proven:
        return "optimal"
    if clock.is_stopped():
        return "stopped"
    return "time" if clock.left() <= 0 else "effort"
