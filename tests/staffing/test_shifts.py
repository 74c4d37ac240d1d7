from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from staffing import shifts
from staffing.shifts import Span
from tests.factories import SHANGHAI

BERLIN = ZoneInfo("Europe/Berlin")
DAY, NIGHT = (time(9), time(18)), (time(22), time(6))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def shanghai(day: int, starts: time, ends: time) -> Span:
    return shifts.span(date(2026, 3, day), starts, ends, SHANGHAI)


# S2


def test_a_day_shift_covers_the_hours_of_its_date() -> None:
    assert shanghai(11, *DAY) == (local(11, 9), local(11, 18))


def test_a_shift_that_ends_before_its_start_ends_on_the_next_day() -> None:
    assert shanghai(31, *NIGHT) == (local(31, 22), datetime(2026, 4, 1, 6, tzinfo=SHANGHAI))


def test_a_shift_that_ends_at_its_start_lasts_a_whole_day() -> None:
    starts_at, ends_at = shanghai(11, time(8), time(8))
    assert ends_at - starts_at == timedelta(hours=24)


@pytest.mark.parametrize(("on", "hours"), [(date(2026, 3, 28), 7), (date(2026, 10, 24), 9)])
def test_a_night_on_which_the_clocks_change_lasts_what_really_passes(on: date, hours: int) -> None:
    starts_at, ends_at = shifts.span(on, *NIGHT, BERLIN)
    assert ends_at - starts_at == timedelta(hours=hours)
    assert ends_at.astimezone(BERLIN).time() == time(6)


def test_a_start_that_the_clock_skips_is_moved_on_and_one_shown_twice_is_the_first() -> None:
    skipped, _ = shifts.span(date(2026, 3, 29), time(2, 30), time(10), BERLIN)
    twice, _ = shifts.span(date(2026, 10, 25), time(2, 30), time(10), BERLIN)
    assert skipped == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert skipped.astimezone(BERLIN).time() == time(3, 30)
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


# S6


@pytest.mark.parametrize("at", [local(11, 8), local(11, 9), local(11, 19)])
def test_a_signing_in_belongs_to_the_shift_whose_widened_span_contains_it(at: datetime) -> None:
    day = shanghai(11, *DAY)
    assert shifts.belonging_to(at, [day]) == day


@pytest.mark.parametrize("at", [local(11, 7, 59), local(11, 19, 1)])
def test_a_signing_in_outside_every_window_belongs_to_no_shift(at: datetime) -> None:
    assert shifts.belonging_to(at, [shanghai(11, *DAY)]) is None


def test_between_two_windows_the_running_shift_wins_then_the_next_then_the_one_just_over() -> None:
    night, morning = shanghai(10, *NIGHT), shanghai(11, time(7), time(15))
    both = [night, morning]
    assert shifts.belonging_to(local(11, 5, 59), both) == night
    assert shifts.belonging_to(local(11, 6), both) == morning
    assert shifts.belonging_to(local(11, 6, 50), both) == morning
    assert shifts.belonging_to(local(11, 7), both) == morning
    assert shifts.belonging_to(local(11, 6, 50), [night]) == night


@pytest.mark.parametrize(
    ("minute", "late_by"), [(0, None), (5, None), (6, timedelta(minutes=6)), (30, timedelta(minutes=30))]
)
def test_lateness_counts_from_the_start_once_the_grace_is_over(
    minute: int, late_by: timedelta | None
) -> None:
    assert shifts.lateness(local(11, 9, minute), local(11, 9)) == late_by


def test_whoever_comes_early_is_not_late() -> None:
    assert shifts.lateness(local(11, 8, 40), local(11, 9)) is None


def test_a_run_ends_with_the_last_shift_that_adjoins() -> None:
    first, second = shanghai(11, *DAY), shanghai(11, time(18), time(22))
    next_morning = shanghai(12, *DAY)
    assert shifts.end_of_run(first, []) == local(11, 18)
    assert shifts.end_of_run(first, [second, next_morning]) == local(11, 22)
    assert shifts.end_of_run(first, [next_morning]) == local(11, 18)
