"""D6: what the independent check of a roster finds."""

from dataclasses import replace

import pytest

from staffing.rostering.checking import allotted, breaches, shortfalls, value
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

D, N = 0, 1
KINDS = (ShiftKind("D", 480, 9 * 60, 17 * 60), ShiftKind("N", 600, 22 * 60, 32 * 60, is_night=True))
ROW = (D, D, OFF, OFF, N, N, OFF)


def problem(**changes):
    return Problem(
        days=7, kinds=KINDS, people=(replace(Person("a"), **changes),), forbidden=frozenset({(N, D)})
    )


def found(row=ROW, **changes):
    return [(breach.label[0], breach.day, breach.amount) for breach in breaches(problem(**changes), (row,))]


@pytest.mark.parametrize(
    ("rules", "breach"),
    [
        ({"max_run": 1}, [("max_run", 0, 1), ("max_run", 4, 1)]),
        ({"max_run": 2, "history": (OFF, D)}, [("max_run", -1, 1)]),
        ({"min_run": 3}, [("min_run", 4, 1)]),
        ({"min_run": 3, "history": (OFF,)}, [("min_run", 0, 1), ("min_run", 4, 1)]),
        ({"min_off": 3}, [("min_off", 2, 1)]),
        ({"min_off": 2, "history": (D, OFF)}, [("min_off", -1, 1)]),
        ({"min_off": 2, "history": (OFF,)}, []),
        ({"min_minutes": 2161}, [("min_minutes", None, 1)]),
        ({"max_minutes": 2000}, [("max_minutes", None, 160)]),
        ({"max_shifts": {N: 1}}, [("max_shifts", None, 1)]),
        ({"history": (N,)}, [("succession", 0, 1)]),
        ({"history": (N,), "minds_succession": False}, []),
        ({"bars": (Bar(("leave",), frozenset({(4, N), (3, N)})),)}, [("leave", 4, 1)]),
        ({"pins": (Pin(("pin",), 0, N), Pin(("pin",), 6, OFF))}, [("pin", 0, 1)]),
        ({"spans": (Span(("week",), 0, 6, max_days=3),)}, [("week", 0, 1)]),
        ({"spans": (Span(("week",), -2, 1, max_days=3),), "history": (D, D)}, [("week", -2, 1)]),
        ({"spans": (Span(("week",), 4, 9, max_minutes=600),)}, [("week", 4, 600)]),
    ],
)
def test_each_rule_that_is_broken_is_named_with_its_day_and_by_how_much(rules, breach):
    assert found(**rules) == breach


def test_a_roster_that_keeps_all_rules_has_no_breach():
    assert (
        found(min_run=2, max_run=2, min_off=2, min_minutes=2160, max_minutes=2160, max_shifts={D: 2, N: 2})
        == []
    )


def test_a_weekend_counts_once_and_history_counts():
    weekends = replace(problem(max_weekends=1, history=(D,)), weekends=((-1, 0), (5, 6)))
    assert [breach.amount for breach in breaches(weekends, (ROW,))] == [1]


def test_too_little_rest_between_two_shifts_is_a_forbidden_pair():
    assert resting(KINDS, 11 * 60) == {(N, D)}
    assert resting(KINDS, 15 * 60) == {(N, D), (N, N)}
    assert resting(KINDS, 0) == frozenset()


def test_a_roster_of_another_size_is_refused():
    with pytest.raises(ValueError, match="not one row a person"):
        breaches(problem(), (ROW[:-1],))


def test_the_value_adds_wishes_cover_tallies_and_changes():
    unders, overs = evenly(1, weight=3, top=3)
    costly = replace(
        problem(costs={(0, D): -5, (2, OFF): 2}),
        cover=(
            CoverRow(("cover", "D"), frozenset({(0, D)}), unders=((2, 10),)),
            CoverRow(("cover", "N"), frozenset({(4, N), (5, N)}), overs=((1, 7),), minimum=3),
        ),
        tallies=(
            Tally(("nights", "a"), 0, frozenset({(4, N), (5, N)}), opening=1, unders=unders, overs=overs),
        ),
        change_cost=4,
        constant=100,
        shortfall_weight=1000,
    )
    row = (D, N, OFF, OFF, N, N, OFF)
    cost = value(costly, (row,))
    assert (cost.wishes, cost.cover, cost.tallies, cost.changes, cost.shortfall) == (
        97,
        17,
        3 * 2**2,
        4,
        1000,
    )
    assert cost.total == 1130
    assert [(fall.needed, fall.staffed) for fall in shortfalls(costly, (row,))] == [(3, 2)]


def test_each_head_is_counted_once_and_moved_where_that_makes_room():
    people = tuple(
        Person(str(number), skills=frozenset(skills)) for number, skills in enumerate(("ab", "a", "c"))
    )
    shared = SharedCover(
        ("noon",),
        frozenset({(0, D)}),
        (SkillNeed(("a",), "a", ((1, 9),)), SkillNeed(("b",), "b", ((1, 5),)), SkillNeed(("c",), "c")),
        present=(frozenset("b"),),
    )
    one = Problem(days=1, kinds=KINDS, people=people, shared=(shared,))
    assert allotted(one, shared, ((D,), (OFF,), (OFF,))) == ([1, 1, 0], 0)
    assert allotted(one, replace(shared, present=()), ((D,), (D,), (D,))) == ([1, 1, 0], 1)
    assert allotted(one, replace(shared, present=()), ((D,), (OFF,), (OFF,))) == ([1, 0, 0], 0)


def test_evenly_costs_the_square_of_the_distance():
    unders, overs = evenly(3, weight=2, top=5)
    for count in range(8):
        cost = sum(w * max(0, level - count) for level, w in unders) + sum(
            w * max(0, count - level) for level, w in overs
        )
        assert cost == 2 * (count - 3) ** 2


def test_a_cell_outside_of_the_horizon_is_refused():
    with pytest.raises(ValueError, match="outside"):
        problem(pins=(Pin(("pin",), 7, D),))
