"""How many people a phase takes, who is missing, and whether help comes in time. # S9"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from staffing.choices import NeedState, PeopleSource
from staffing.peaks import uplift
from staffing.peaks.uplift import Flaw, Help

FIRST = date(2026, 12, 12)
DAY = timedelta(days=1)


def help_(first: int = 0, last: int = 0, *, planned: int = 3, found: int = 0, trained: int = 0) -> Help:
    return Help(FIRST + first * DAY, FIRST + last * DAY, planned, found, trained)


def balance(*coming: Help, there: int = 10, factor: str = "2.5", on: int = 0) -> uplift.Balance:
    return uplift.balance(FIRST + on * DAY, baseline=10, factor=Decimal(factor), there=there, help_=coming)


@pytest.mark.parametrize(
    ("baseline", "factor", "people"), [(10, "2.5", 25), (7, "1.5", 11), (10, "0.7", 7), (3, "1.01", 4)]
)
def test_people_needed_are_those_of_an_ordinary_day_times_the_uplift_rounded_up(baseline, factor, people):
    assert uplift.people_needed(baseline, Decimal(factor)) == people


def test_the_gap_is_what_the_own_people_leave_open_and_help_fills_it():
    found = balance(help_(planned=8, found=5), help_(planned=4, found=4))
    assert (found.needed, found.gap, found.planned, found.found) == (25, 15, 12, 9)
    assert (found.open_by_plan, found.open_by_now) == (3, 6)


def test_nobody_lacks_where_more_are_there_than_needed():
    found = balance(help_(planned=2), there=30)
    assert (found.gap, found.open_by_plan, found.open_by_now) == (0, 0, 0)


def test_help_counts_on_its_days_only_both_ends_included():
    coming = help_(first=1, last=2)
    assert [balance(coming, on=day).planned for day in range(4)] == [0, 3, 3, 0]


def test_a_phase_is_staffed_as_its_worst_day():
    days = [balance(help_(planned=15), there=10), balance(there=10, on=1), balance(there=12, on=2)]
    assert uplift.worst(days) == days[1]


def test_of_equally_bad_days_the_first_is_shown():
    days = [balance(on=day) for day in (2, 0, 1)]
    assert uplift.worst(days).on == FIRST


@pytest.mark.parametrize(
    ("source", "state", "named", "certified", "filled"),
    [
        (PeopleSource.TEMPORARY, NeedState.READY, 2, 1, (2, 1)),  # By name only, whatever is told.
        (PeopleSource.RECRUITMENT, NeedState.FOUND, 0, 0, (0, 0)),
        (PeopleSource.OUTSOURCED, NeedState.FOUND, 0, 0, (4, 0)),
        (PeopleSource.OUTSOURCED, NeedState.READY, 0, 0, (4, 4)),
        (PeopleSource.OVERTIME, NeedState.PLANNED, 3, 3, (3, 3)),
        (PeopleSource.CROSS_TEAM, NeedState.FOUND, 2, 2, (4, 2)),
        (PeopleSource.TEMPORARY, NeedState.PLANNED, 9, 9, (4, 4)),  # Never more than wanted.
        (PeopleSource.OVERTIME, NeedState.CANCELLED, 3, 3, (0, 0)),
    ],
)
def test_people_count_as_found_and_trained(source, state, named, certified, filled):
    assert uplift.filled(source, state, wanted=4, named=named, certified=certified) == filled


def flaws(source=PeopleSource.TEMPORARY, *, hired=-7, trained=None, is_filled=False, today=-30):
    return uplift.flaws(
        source,
        first_on=FIRST,
        hired_by=None if hired is None else FIRST + hired * DAY,
        trained_by=None if trained is None else FIRST + trained * DAY,
        is_filled=is_filled,
        today=FIRST + today * DAY,
    )


def test_temporary_staff_hired_within_the_time_that_training_takes_are_flagged():
    assert flaws(hired=-7) == ()
    assert flaws(hired=-6) == (Flaw.HIRED_LATE,)


def test_a_colleague_who_helps_needs_less_time_than_a_recruit():
    assert flaws(PeopleSource.CROSS_TEAM, hired=-3) == ()
    assert flaws(PeopleSource.RECRUITMENT, hired=-20) == (Flaw.HIRED_LATE,)


def test_who_has_to_be_hired_needs_a_day_for_it():
    assert flaws(hired=None) == (Flaw.NO_DATE,)
    assert flaws(PeopleSource.OVERTIME, hired=None) == ()


def test_training_ends_before_the_first_day():
    assert flaws(trained=-1) == ()
    assert flaws(trained=0) == (Flaw.TRAINED_LATE,)


def test_people_not_found_by_their_day_are_overdue_and_found_ones_are_not():
    assert flaws(today=-7) == ()
    assert flaws(today=-6) == (Flaw.OVERDUE,)
    assert flaws(today=-6, is_filled=True) == ()


START = datetime(2026, 12, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_day_has_half_hours_by_what_really_passes():
    assert len(uplift.half_hours(START, START + DAY)) == 48
    assert len(uplift.half_hours(START, START + timedelta(hours=23))) == 46


@pytest.mark.parametrize(("late", "counted"), [(0, 1), (15, 1), (16, 0)])
def test_who_is_there_for_half_of_a_half_hour_counts_in_it(late, counted):
    stay = (START + late * MINUTE, START + timedelta(hours=1))
    first, second = uplift.half_hours(START, START + timedelta(hours=1))
    assert uplift.count_in_each([first, second], [stay]) == {first: counted, second: 1}
