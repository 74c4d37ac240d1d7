"""S11: hours, overtime and rest, each worked minute counted once."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from staffing.labour.facts import DayFacts, dates
from staffing.labour.hours import hours_by_day, reach, runs
from tests.staffing.labour.cases import (
    BERLIN,
    BOOK,
    CALENDAR,
    DAY,
    EARLY,
    HOUR,
    LATE,
    LI,
    NIGHT,
    account,
    day_shifts,
    march,
    shift,
)

H = 60


def test_the_break_is_not_paid() -> None:
    told = account([shift(march(2), ("09:00", "18:00"), pause=45)], march(1), march(31))
    assert (told.paid_minutes, told.worked_days) == (8 * H + 15, 1)


def test_standard_hours_are_eight_for_each_workday_of_the_month() -> None:
    workdays = [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    months = [(date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1)) for month in range(1, 12)]
    assert [account([], *month).standard_minutes for month in months] == [n * 8 * H for n in workdays[:11]]


def test_a_contract_of_twenty_hours_asks_for_half() -> None:
    half = replace(LI, weekly_minutes=20 * H)
    assert account([], march(2), march(6), worker=half).standard_minutes == 20 * H


def test_standard_hours_begin_with_employment() -> None:
    new = replace(LI, employed_from=march(5))
    told = account([], march(2), march(8), worker=new)
    assert (told.standard_minutes, told.rest_days) == (16 * H, 4)


def test_beyond_eight_hours_a_day_is_150_per_cent() -> None:
    told = account([shift(march(2), ("09:00", "20:00"), pause=60)], march(1), march(31))
    assert (told.regular_minutes, told.extended_minutes, told.rest_day_minutes) == (8 * H, 2 * H, 0)


def test_a_saturday_after_five_days_is_200_per_cent_also_beyond_its_eighth_hour() -> None:
    week = [*day_shifts(march(2), march(6)), shift(march(7), ("09:00", "20:00"), pause=60)]
    told = account(week, march(1), march(31))
    assert (told.regular_minutes, told.extended_minutes, told.rest_day_minutes) == (40 * H, 0, 10 * H)


def test_a_saturday_instead_of_a_weekday_is_no_overtime() -> None:
    told = account(day_shifts(march(3), march(7)), march(1), march(31))
    assert (told.overtime_minutes, told.weekends) == (0, 1)


def test_hours_beyond_the_day_do_not_count_for_the_week_again() -> None:
    """Five times nine hours and a Saturday of three: five hours of the days, three of the week."""
    days = [shift(march(day), ("09:00", "19:00"), pause=60) for day in range(2, 7)]
    told = account([*days, shift(march(7), ("09:00", "12:00"))], march(1), march(31))
    assert (told.paid_minutes, told.extended_minutes, told.rest_day_minutes) == (48 * H, 5 * H, 3 * H)
    assert told.regular_minutes == 40 * H


def test_a_make_up_workday_is_no_overtime_and_the_exchanged_day_is() -> None:
    """Week of 5 October 2026: Monday to Wednesday are off, Saturday is made up for."""
    own = day_shifts(date(2026, 10, 8), date(2026, 10, 10))
    week = (date(2026, 10, 5), date(2026, 10, 11))
    assert account(own, *week).overtime_minutes == 0
    told = account([shift(date(2026, 10, 5)), *own], *week)
    assert (told.rest_day_minutes, told.statutory_minutes, told.holidays) == (8 * H, 0, 1)


def test_a_statutory_holiday_is_300_per_cent_whatever_the_week() -> None:
    told = account([shift(date(2026, 10, 1))], date(2026, 10, 1), date(2026, 10, 31))
    assert (told.statutory_minutes, told.regular_minutes, told.holidays) == (8 * H, 0, 1)


def test_a_night_into_a_statutory_holiday_is_300_per_cent_from_midnight() -> None:
    told = account([shift(date(2026, 9, 30), NIGHT)], date(2026, 9, 1), date(2026, 9, 30))
    assert (told.statutory_minutes, told.regular_minutes) == (6 * H, 2 * H)


def test_a_night_out_of_a_statutory_holiday_is_300_per_cent_until_midnight() -> None:
    told = account([shift(date(2026, 10, 3), NIGHT)], date(2026, 10, 1), date(2026, 10, 31))
    assert (told.statutory_minutes, told.paid_minutes) == (2 * H, 8 * H)


def test_the_week_at_the_border_of_a_month_is_weighed_whole() -> None:
    """Monday 30 March to Saturday 4 April; the sixth day is April's."""
    week = day_shifts(march(30), date(2026, 4, 4))
    assert account(week, march(1), march(31)).overtime_minutes == 0
    assert account(week, date(2026, 4, 1), date(2026, 4, 30)).rest_day_minutes == 8 * H


def test_a_night_on_the_last_of_the_month_is_that_months() -> None:
    nights = [shift(march(31), NIGHT)]
    assert account(nights, march(1), march(31)).paid_minutes == 8 * H
    assert account(nights, date(2026, 4, 1), date(2026, 4, 30)).paid_minutes == 0


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_night_on_which_the_clocks_change_is_paid_by_what_really_passes(on: date, hours: int) -> None:
    there = replace(LI, zone=BERLIN)
    told = account([shift(on, NIGHT, zone=BERLIN)], on, on, worker=there)
    assert (told.paid_minutes, told.night_minutes) == (hours * H, hours * H)


@pytest.mark.parametrize(
    ("hours", "nights", "minutes"),
    [(DAY, 0, 0), (("16:00", "00:00"), 0, 2 * H), (("20:00", "02:00"), 1, 4 * H), (NIGHT, 1, 8 * H)],
)
def test_a_shift_with_three_hours_at_night_counts_as_one(
    hours: tuple[str, str], nights: int, minutes: int
) -> None:
    told = account([shift(march(2), hours)], march(1), march(31))
    assert (told.nights, told.night_minutes) == (nights, minutes)


def test_a_made_up_saturday_is_no_weekend() -> None:
    assert account([shift(date(2026, 10, 10))], date(2026, 10, 1), date(2026, 10, 31)).weekends == 0


def test_the_shortest_rest_may_begin_before_the_period() -> None:
    pair = [shift(march(31), LATE), shift(date(2026, 4, 1), EARLY)]
    assert account(pair, date(2026, 4, 1), date(2026, 4, 30)).shortest_rest == 8 * HOUR
    assert account(pair, march(1), march(31)).shortest_rest is None


def test_the_longest_run_counts_days_beyond_the_period() -> None:
    run = day_shifts(march(29), date(2026, 4, 2))
    assert account(run, date(2026, 4, 1), date(2026, 4, 30)).longest_run == 5


def test_whole_months_and_weeks_are_needed_to_judge_a_few_days() -> None:
    first, last = reach(march(18), march(20))
    assert first <= date(2026, 2, 23)
    assert last >= date(2026, 4, 5)
    assert reach(date(2026, 12, 30), date(2027, 1, 2))[1] >= date(2027, 1, 31)


# --- What holds for every roster

days = st.dates(date(2026, 9, 14), date(2026, 10, 25))
lengths = st.tuples(st.integers(0, 23 * 4 + 3), st.integers(1, 64), st.integers(0, 60))


@st.composite
def rosters(draw):
    """Any shifts on any days around the national holiday, also several on one day."""
    chosen = draw(st.lists(st.tuples(days, lengths), max_size=30))
    found = []
    for on, (start, length, pause) in chosen:
        end = (start + length) % 96
        hours = tuple(f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in (start, end))
        found.append(shift(on, hours, pause=min(pause, length * 15)))
    return found


@given(rosters())
def test_each_minute_is_counted_once(roster) -> None:
    told = hours_by_day(LI, roster, BOOK)
    for on, day in told.items():
        parts = (day.regular, day.extended, day.rest_day, day.statutory)
        assert min(parts) >= 0
        assert sum(parts) == sum(each.paid_minutes for each in roster if each.on == on)


@given(rosters())
def test_no_week_keeps_more_regular_hours_than_its_standard(roster) -> None:
    told = hours_by_day(LI, roster, BOOK)
    for monday in dates(date(2026, 9, 14), date(2026, 10, 19))[::7]:
        week = [told[on].regular for on in dates(monday, monday + timedelta(days=6)) if on in told]
        assert sum(week) <= CALENDAR.workdays(monday, monday + timedelta(days=6)) * 8 * H
        assert all(minutes <= 8 * H for minutes in week)


@given(rosters(), days)
def test_two_periods_make_up_the_whole(roster, cut: date) -> None:
    first, last = date(2026, 9, 1), date(2026, 10, 31)
    whole = account(roster, first, last)
    one, other = account(roster, first, cut), account(roster, cut + timedelta(days=1), last)
    for name in ("paid_minutes", "extended_minutes", "rest_day_minutes", "statutory_minutes", "nights"):
        assert getattr(whole, name) == getattr(one, name) + getattr(other, name)
    assert whole.rest_days == one.rest_days + other.rest_days


@given(st.sets(days))
def test_runs_are_the_days_themselves_and_never_adjoin(worked: set[date]) -> None:
    found = runs(worked)
    assert [on for run in found for on in dates(*run)] == sorted(worked)
    assert all((two.first_on - one.last_on).days > 1 for one, two in pairwise(found))


def test_a_calendar_without_exceptions_is_monday_to_friday() -> None:
    assert DayFacts().workdays(date(2026, 10, 1), date(2026, 10, 7)) == 5
