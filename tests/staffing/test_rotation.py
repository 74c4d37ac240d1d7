"""Whose turn it is. # S4"""

from datetime import date, timedelta

from staffing.rotation import Present, Record, Slot, next_up, plan

MONDAY = date(2026, 3, 9)
DAY = timedelta(days=1)
ANNA, BERT, CARL = Present(1, "CS1"), Present(2, "CS2"), Present(3, "CS3")
NIGHT = Present(4, "CS0", is_overnight=True)
SWEEPING, WATERING = 1, 2


def days(count: int) -> list[date]:
    return [MONDAY + number * DAY for number in range(count)]


def always(count: int, *people: Present) -> dict[date, list[Present]]:
    return {on: list(people) for on in days(count)}


def who(plan_: dict[Slot, int]) -> list[int]:
    return [plan_[slot] for slot in sorted(plan_)]


def test_who_has_done_least_for_the_days_on_duty_is_next():
    records = {1: Record(turns=2, days=20), 2: Record(turns=1, days=5), 3: Record(turns=3, days=15)}
    assert next_up([ANNA, BERT, CARL], records) == ANNA


def test_of_equals_whose_last_turn_is_longest_ago_is_next():
    records = {1: Record(1, 10, MONDAY), 2: Record(1, 10, MONDAY - DAY), 3: Record(2, 20, MONDAY - 2 * DAY)}
    assert next_up([ANNA, BERT, CARL], records) == CARL
    assert next_up([ANNA, BERT], records) == BERT


def test_of_those_who_never_had_a_turn_the_staff_number_decides():
    assert next_up([BERT, ANNA], {}) == ANNA


def test_who_is_on_nights_is_spared_while_another_is_there():
    records = {1: Record(turns=9, days=10)}
    assert next_up([ANNA, NIGHT], records) == ANNA
    assert next_up([NIGHT], records) == NIGHT


def test_nobody_has_two_turns_on_a_day_while_another_is_there():
    records = {1: Record(turns=9, days=10)}
    assert next_up([ANNA, BERT], records, busy={2}) == ANNA
    assert next_up([BERT], records, busy={2}) == BERT


def test_where_nobody_is_there_it_is_nobodys_turn():
    assert next_up([], {}) is None
    assert plan([Slot(MONDAY, SWEEPING)], {}, {}, kept={}) == {}


def test_a_turn_does_not_come_back_to_whoever_was_excused_from_it():
    slots, present = [Slot(MONDAY, SWEEPING), Slot(MONDAY + DAY, SWEEPING)], always(2, ANNA, BERT)
    assert who(plan(slots, present, {}, kept={}, excused={slots[0]: {1}})) == [2, 1]
    assert plan(slots[:1], present, {}, kept={}, excused={slots[0]: {1, 2}}) == {}


def test_three_who_are_always_there_take_turns():
    slots = [Slot(on, SWEEPING) for on in days(7)]
    present = always(7, ANNA, BERT, CARL)
    assert who(plan(slots, present, {}, kept={})) == [1, 2, 3, 1, 2, 3, 1]


def test_the_absent_are_passed_over_and_their_share_follows_their_days():
    slots = [Slot(on, SWEEPING) for on in days(30)]
    half = {on: [ANNA, BERT] if number % 2 else [ANNA] for number, on in enumerate(days(30))}
    chosen = who(plan(slots, half, {}, kept={}))
    assert all(agent_id == 1 for agent_id in chosen[::2])
    assert 9 <= chosen.count(2) <= 11


def test_two_tasks_of_a_day_go_to_two_people():
    slots = [Slot(MONDAY, SWEEPING), Slot(MONDAY, WATERING)]
    assert who(plan(slots, {MONDAY: [ANNA, BERT]}, {}, kept={})) == [1, 2]


def test_what_stands_is_kept_and_counts():
    slots = [Slot(on, SWEEPING) for on in days(3)]
    present = always(3, ANNA, BERT)
    kept = {Slot(MONDAY, SWEEPING): 2}
    assert who(plan(slots, present, {}, kept=kept)) == [1, 2]
    assert Slot(MONDAY, SWEEPING) not in plan(slots, present, {}, kept=kept)


def test_who_has_a_turn_tomorrow_does_not_stand_in_today_while_another_is_free():
    kept = {Slot(MONDAY + DAY, SWEEPING): 1}
    assert who(plan([Slot(MONDAY, SWEEPING)], always(2, ANNA, BERT), {}, kept=kept)) == [2]


def test_the_same_facts_give_the_same_turns():
    slots = [Slot(on, task) for on in days(14) for task in (WATERING, SWEEPING)]
    one_way = always(14, ANNA, BERT, CARL)
    other_way = dict(reversed(always(14, CARL, BERT, ANNA).items()))
    assert plan(slots, one_way, {}, kept={}) == plan(list(reversed(slots)), other_way, {}, kept={})
