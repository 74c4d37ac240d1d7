"""D4: needs by half hour become few rows."""

import numpy as np

from staffing.rostering.coverage import shared_cover
from staffing.rostering.problem import OFF, Person, ShiftKind

EARLY, NIGHT = 0, 1
KINDS = (ShiftKind("E", 480, 8 * 60, 16 * 60), ShiftKind("N", 480, 22 * 60, 30 * 60, is_night=True))
PEOPLE = (
    Person("a", skills=frozenset({"chat"}), history=(NIGHT,)),
    Person("b", skills=frozenset({"phone"}), history=(OFF,)),
)


def needs(days=2):
    chat = np.zeros((days, 48), dtype=int)
    chat[:, 16:24] = 3
    chat[:, 24:32] = 2
    chat[:, 44:] = 1
    return {"chat": chat, "phone": chat // 2}


def rows(**more):
    return shared_cover(KINDS, PEOPLE, needs(), under_weight=10, **more)


def test_time_in_which_the_same_shifts_are_at_work_is_one_row():
    assert {row.label: row.cells for row in rows()} == {
        ("cover", 0, 480, 960): frozenset({(0, EARLY)}),
        ("cover", 0, 1320, 1800): frozenset({(0, NIGHT)}),
        ("cover", 1, 480, 960): frozenset({(1, EARLY)}),
        ("cover", 1, 1320, 1440): frozenset({(1, NIGHT)}),
    }


def test_a_head_missing_for_a_slot_costs_the_weight_once_a_slot():
    morning = rows()[0]
    chat, phone = morning.needs
    assert (chat.skill, chat.unders) == ("chat", ((2.0, 80.0), (3.0, 80.0)))
    assert (phone.label, phone.unders) == (("cover", 0, 480, 960, "phone"), ((1.0, 160.0),))


def test_minima_and_idle_heads_and_a_price_for_each_skill():
    priced = shared_cover(
        KINDS,
        PEOPLE,
        needs(),
        under_weight={"chat": 1, "phone": 2},
        idle_cost=0.5,
        minima={"chat": needs()["chat"]},
    )
    assert [need.minimum for need in priced[0].needs] == [3, 0]
    assert priced[0].idle_cost == 8
    assert priced[0].needs[1].unders == ((1.0, 32.0),)


def test_who_came_for_the_night_before_the_month_is_still_there():
    early = np.zeros((1, 48), dtype=int)
    early[:, :12] = 1
    kinds = (ShiftKind("M", 480, 0, 8 * 60), KINDS[NIGHT])
    present = {row.label: row.present for row in shared_cover(kinds, PEOPLE, {"chat": early}, under_weight=1)}
    assert present["cover", 0, 0, 480] == (frozenset({"chat"}),)


def test_time_without_any_shift_makes_no_row():
    assert all(row.cells for row in rows())
    assert {cell for row in rows() for cell in row.cells} == {
        (day, kind) for day in (0, 1) for kind in (EARLY, NIGHT)
    }
