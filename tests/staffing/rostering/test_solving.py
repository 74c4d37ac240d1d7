"""D6: where all rosters can be tried, the best one comes out, and the same for the same seed."""

from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from staffing.rostering import checking
from staffing.rostering.clock import Clock
from staffing.rostering.problem import (
    OFF,
    Bar,
    CoverRow,
    Person,
    Pin,
    Problem,
    SharedCover,
    ShiftKind,
    SkillNeed,
    Span,
    Tally,
    evenly,
    resting,
)
from staffing.rostering.search import Search
from staffing.rostering.solving import solve
from staffing.rostering.starting import begin
from tests.staffing.rostering.months import month

DAYS = 5
KINDS = (ShiftKind("D", 480, 9 * 60, 17 * 60), ShiftKind("N", 600, 22 * 60, 32 * 60, is_night=True))
CELLS = [(day, kind) for day in range(DAYS) for kind in range(len(KINDS))]
cell = st.sampled_from(CELLS)
history = st.lists(st.sampled_from((OFF, 0, 1)), max_size=4).map(tuple)


@st.composite
def people(draw, number):
    key = str(number)
    first = draw(st.integers(-2, DAYS - 2))
    return Person(
        key=key,
        min_minutes=draw(st.sampled_from((0, 480, 960))),
        max_minutes=draw(st.sampled_from((None, 1600, 2000))),
        max_shifts=draw(st.sampled_from(({}, {1: 1}, {0: 2, 1: 2}))),
        min_run=draw(st.integers(1, 2)),
        max_run=draw(st.sampled_from((None, 2, 3, 4))),
        min_off=draw(st.integers(1, 2)),
        max_weekends=draw(st.sampled_from((None, 1))),
        skills=draw(st.sampled_from((frozenset("a"), frozenset("b"), frozenset("ab")))),
        history=draw(history),
        bars=(Bar(("leave", key), frozenset(draw(st.sets(cell, max_size=3)))),),
        pins=draw(st.sampled_from(((), (Pin(("pin", key), 2, 0),), (Pin(("pin", key), 1, OFF),)))),
        spans=(
            Span(
                ("week", key), first, first + 3, draw(st.integers(1, 3)), draw(st.sampled_from((None, 1500)))
            ),
        ),
        costs=draw(
            st.dictionaries(st.tuples(st.integers(0, 4), st.integers(OFF, 1)), st.integers(-4, 4), max_size=4)
        ),
    )


@st.composite
def problems(draw):
    unders, overs = evenly(draw(st.integers(0, 3)), weight=2, top=4)
    return Problem(
        days=DAYS,
        kinds=KINDS,
        people=(draw(people(0)), draw(people(1))),
        forbidden=resting(KINDS, 11 * 60),
        cover=tuple(
            CoverRow(
                ("cover", *one),
                frozenset({one}),
                unders=((draw(st.integers(0, 2)), 7),),
                overs=((1, 3),),
                minimum=draw(st.integers(0, 1)),
            )
            for one in draw(st.sets(cell, max_size=5))
        ),
        shared=tuple(
            SharedCover(
                ("shared", day),
                frozenset({(day, 0), (day, 1)}),
                (
                    SkillNeed(("a", day), "a", ((1, 5), (2, 2)), minimum=draw(st.integers(0, 1))),
                    SkillNeed(("b", day), "b", ((1, 6),)),
                ),
                present=draw(st.sampled_from(((), (frozenset("a"),), (frozenset("ab"),)))),
                idle_cost=draw(st.sampled_from((0, 4))),
            )
            for day in draw(st.sets(st.integers(0, DAYS - 1), max_size=2))
        ),
        tallies=(
            Tally(
                ("nights", "0"),
                0,
                frozenset((day, 1) for day in range(DAYS)),
                draw(st.integers(0, 2)),
                unders,
                overs,
            ),
        ),
        weekends=draw(st.sampled_from((((-1, 0),), ((2, 3),), ((0, 1), (3, 4))))),
        change_cost=draw(st.sampled_from((0, 2))),
        shortfall_weight=100,
    )


def best_of_all(problem):
    rows = [
        [
            row
            for row in product((OFF, 0, 1), repeat=DAYS)
            if not any(checking.person_breaches(problem, person, row))
        ]
        for person in problem.people
    ]
    return min((checking.value(problem, roster).total for roster in product(*rows)), default=None)


@settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)
@given(problems())
def test_no_roster_that_keeps_the_rules_is_better(problem):
    best = best_of_all(problem)
    solution = solve(problem, seconds=20)
    if best is None:
        assert solution.loosened
        return
    assert checking.breaches(problem, solution.roster) == []
    assert solution.status == "optimal"
    assert abs(checking.value(problem, solution.roster).total - best) < 1e-6
    assert abs(solution.value - best) < 1e-6
    assert solution.bound <= best + 1e-6


def small_month():
    return month(agents=6, days=10)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_gives_the_same_roster(workers):
    """The search alone, since what is as small as this is solved as a whole before it begins."""
    start = begin(small_month())
    states = []
    for _ in range(2):
        search = Search(start.model, Clock(60), seed=3, workers=workers, effort=0.05, tries_whole=False)
        states.append(search.run(start.roster))
    first, second = states
    assert first.effort >= 0.05
    assert first.rounds == second.rounds
    assert first.value < checking.value(small_month(), start.roster).total
    assert first.roster == second.roster
    assert checking.breaches(small_month(), first.roster) == []
    assert checking.value(small_month(), first.roster).total == first.value


def test_whether_a_roster_repeats_is_told():
    by_work = solve(month(agents=14, days=21), seconds=60, effort=0.1)
    assert (by_work.status, by_work.repeats) == ("effort", True)
    by_clock = solve(small_month(), seconds=0.01, effort=10)
    assert (by_clock.status, by_clock.repeats) == ("time", False)


def test_a_search_makes_the_first_roster_better_and_tells_how_far_it_is():
    told = []
    solution = solve(small_month(), seconds=60, on_progress=lambda *news: told.append(news))
    assert solution.value < solution.first_value
    assert solution.bound <= solution.value
    assert [phase for *_, phase in told][:2] == ["start", "bound"]
    assert [value for _, value, *_ in told] == sorted((value for _, value, *_ in told), reverse=True)


def test_a_stop_is_heard_and_the_roster_so_far_is_whole():
    solution = solve(small_month(), seconds=60, should_stop=lambda: True)
    assert solution.status == "stopped"
    assert checking.breaches(small_month(), solution.roster) == []


def test_a_budget_of_nothing_still_gives_a_roster_that_keeps_the_rules():
    solution = solve(small_month(), seconds=0.01)
    assert solution.status == "time"
    assert checking.breaches(small_month(), solution.roster) == []


def test_a_roster_to_begin_with_is_never_made_worse():
    problem = small_month()
    begun = solve(problem, seconds=60)
    assert solve(problem, seconds=60, effort=0, start=begun.roster).roster == begun.roster


def test_where_a_persons_rules_exclude_one_another_the_least_is_dropped_and_named():
    leave = Bar(("leave", "0"), frozenset(CELLS))
    person = Person("0", min_minutes=480, max_run=3, bars=(leave,))
    problem = Problem(days=DAYS, kinds=KINDS, people=(person,))
    solution = solve(problem, seconds=10)
    assert solution.loosened == (("min_minutes", "0"),)
    assert solution.roster == ((OFF,) * DAYS,)


def test_a_minimum_that_cannot_be_met_is_told_and_the_roster_is_given_all_the_same():
    person = Person("0", max_minutes=960)
    cover = tuple(CoverRow(("cover", day, "D"), frozenset({(day, 0)}), minimum=1) for day in range(DAYS))
    solution = solve(Problem(days=DAYS, kinds=KINDS, people=(person,), cover=cover), seconds=10)
    assert len(solution.shortfalls) == DAYS - 2
    assert {fall.staffed for fall in solution.shortfalls} == {0}
