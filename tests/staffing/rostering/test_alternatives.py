"""D8: what to do when somebody falls ill after the roster was published."""

from dataclasses import replace

import pytest

from staffing.rostering import checking
from staffing.rostering.alternatives import alternatives, changes
from staffing.rostering.problem import OFF, Bar, CoverRow, Person, Problem, ShiftKind
from staffing.rostering.solving import solve

DAY = 0
KINDS = (ShiftKind("D", 480, 9 * 60, 17 * 60), ShiftKind("L", 480, 14 * 60, 22 * 60))
DAYS = 10
ILL = 2
SINCE = 3


@pytest.fixture
def problem():
    people = tuple(
        Person(key, max_run=5, min_off=2, min_run=2, max_minutes=6 * 480, costs={(number, OFF): -2})
        for number, key in enumerate("abcdef")
    )
    cover = tuple(
        CoverRow(("cover", day, kind), frozenset({(day, kind)}), unders=((1, 100), (2, 30)), overs=((2, 1),))
        for day in range(DAYS)
        for kind in (0, 1)
    )
    return Problem(days=DAYS, kinds=KINDS, people=people, forbidden=frozenset({(1, 0)}), cover=cover)


@pytest.fixture
def published(problem):
    return solve(problem, seconds=30).roster


@pytest.fixture
def ill(problem):
    """From a day on one of them is away."""
    away = frozenset((day, kind) for day in range(SINCE, DAYS) for kind in (0, 1))
    people = list(problem.people)
    people[ILL] = replace(people[ILL], bars=(Bar(("leave", "c", SINCE), away),))
    return replace(problem, people=tuple(people))


@pytest.fixture
def proposals(ill, published):
    return alternatives(ill, published, since=SINCE, seconds=20)


def test_three_proposals_are_made_and_the_freer_one_is_never_dearer(proposals):
    assert [proposal.name for proposal in proposals] == ["touch_nobody", "few_changes", "best_roster"]
    assert [proposal.value for proposal in proposals] == sorted((p.value for p in proposals), reverse=True)
    assert [proposal.touched for proposal in proposals] == sorted(proposal.touched for proposal in proposals)


def test_who_touches_nobody_changes_no_cell_that_could_stay(proposals):
    assert proposals[0].touched == 0
    assert {change.person for change in proposals[0].changes} <= {ILL}


def test_what_is_past_stays_and_who_is_ill_does_not_work(proposals, published, ill):
    for proposal in proposals:
        assert [row[:SINCE] for row in proposal.roster] == [row[:SINCE] for row in published]
        assert set(proposal.roster[ILL][SINCE:]) == {OFF}
        kept = {breach.label[0] for breach in checking.breaches(ill, proposal.roster)}
        assert kept <= {label[0] for label in proposal.loosened}


def test_the_changes_tell_both_rosters(proposals, published, ill):
    for proposal in proposals:
        rows = [list(row) for row in published]
        for change in proposal.changes:
            assert rows[change.person][change.day] == change.before
            rows[change.person][change.day] = change.after
        assert tuple(map(tuple, rows)) == proposal.roster
        assert proposal.value == checking.value(ill, proposal.roster).total
    assert changes(ill, published, published) == ()
