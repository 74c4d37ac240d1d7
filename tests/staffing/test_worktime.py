"""C8: when a target is used up, and how much of it has run."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.windows import WEEKDAYS, Window
from staffing.worktime import Schedule, due_at, elapsed
from tests.staffing.hours import AROUND_THE_CLOCK, HOUR, MINUTE, OFFICE, PARIS, SHANGHAI, at

# --- C8: the due time


@pytest.mark.parametrize(
    ("calendar", "target", "due"),
    [
        (OFFICE, 5 * MINUTE, "2026-03-16T09:03"),
        (OFFICE, 48 * HOUR, "2026-03-23T11:58"),
        (AROUND_THE_CLOCK, 48 * HOUR, "2026-03-15T17:58"),
    ],
)
def test_friday_evening_runs_over_the_weekend(calendar, target, due):
    assert due_at(at("2026-03-13T17:58"), target, calendar) == at(due)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-03-16T10:00:00", "2026-03-16T11:00:00"),
        ("2026-03-16T09:00:00", "2026-03-16T10:00:00"),
        ("2026-03-16T07:12:31", "2026-03-16T10:00:00"),
        ("2026-03-16T18:00:00", "2026-03-17T10:00:00"),
        ("2026-03-16T17:59:59", "2026-03-17T09:59:59"),
        ("2026-03-14T12:00:00", "2026-03-16T10:00:00"),
    ],
)
def test_an_hour_counts_from_the_next_open_second(start, due):
    assert due_at(at(start), HOUR, OFFICE) == at(due)


def test_a_target_used_up_at_closing_time_is_due_then_and_not_at_the_next_opening():
    assert due_at(at("2026-03-13T17:00"), HOUR, OFFICE) == at("2026-03-13T18:00")
    assert due_at(at("2026-03-13T09:00"), 9 * HOUR, OFFICE) == at("2026-03-13T18:00")


def test_a_target_of_zero_is_due_at_its_start_even_when_closed():
    assert due_at(at("2026-03-14T12:00"), timedelta(0), OFFICE) == at("2026-03-14T12:00")


def test_seconds_and_less_are_not_rounded():
    start = at("2026-03-13T17:59:59.250000")
    assert due_at(start, timedelta(seconds=1), OFFICE) == at("2026-03-16T09:00:00.250000")


def test_answers_are_given_in_utc():
    assert due_at(at("2026-03-13T10:00"), HOUR, OFFICE).tzinfo is UTC


def test_a_negative_target_or_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="negative"):
        due_at(at("2026-03-13T10:00"), -HOUR, OFFICE)
    with pytest.raises(ValueError, match="naive"):
        due_at(datetime(2026, 3, 13, 10), HOUR, OFFICE)
    with pytest.raises(ValueError, match="naive"):
        elapsed(at("2026-03-13T10:00"), datetime(2026, 3, 13, 11), OFFICE)


# --- C8: pauses


def test_a_pause_moves_the_due_time_by_its_open_length():
    pause = [(at("2026-03-13T17:00"), at("2026-03-16T09:30"))]
    assert due_at(at("2026-03-13T16:00"), 2 * HOUR, OFFICE, pause) == at("2026-03-16T10:30")


def test_a_pause_that_begins_at_the_due_instant_comes_too_late():
    pause = [(at("2026-03-13T11:00"), at("2026-03-13T12:00"))]
    assert due_at(at("2026-03-13T10:00"), HOUR, OFFICE, pause) == at("2026-03-13T11:00")
    one_second_more = HOUR + timedelta(seconds=1)
    assert due_at(at("2026-03-13T10:00"), one_second_more, OFFICE, pause) == at("2026-03-13T12:00:01")


def test_a_pause_is_half_open():
    pause = [(at("2026-03-13T10:00"), at("2026-03-13T10:30"))]
    assert elapsed(at("2026-03-13T09:59"), at("2026-03-13T10:31"), OFFICE, pause) == 2 * MINUTE


def test_two_pauses_that_begin_in_the_same_minute_both_count():
    pauses = [
        (at("2026-03-13T10:00:05"), at("2026-03-13T10:00:15")),
        (at("2026-03-13T10:00:20"), at("2026-03-13T10:00:50")),
    ]
    due = due_at(at("2026-03-13T10:00"), 5 * MINUTE, OFFICE, pauses)
    assert due == at("2026-03-13T10:05:40")


def test_equal_nested_and_overlapping_pauses_are_counted_once():
    pauses = [
        (at("2026-03-13T10:00"), at("2026-03-13T12:00")),
        (at("2026-03-13T10:00"), at("2026-03-13T12:00")),
        (at("2026-03-13T10:30"), at("2026-03-13T11:00")),
        (at("2026-03-13T11:30"), at("2026-03-13T12:30")),
    ]
    assert elapsed(at("2026-03-13T09:00"), at("2026-03-13T18:00"), OFFICE, pauses) == 6.5 * HOUR


def test_while_a_pause_is_open_there_is_no_due_time():
    waiting = [(at("2026-03-13T10:30"), None)]
    assert due_at(at("2026-03-13T10:00"), HOUR, OFFICE, waiting) is None
    assert elapsed(at("2026-03-13T10:00"), at("2026-03-20T10:00"), OFFICE, waiting) == 30 * MINUTE


def test_a_pause_opened_after_the_target_was_used_up_changes_nothing():
    waiting = [(at("2026-03-13T11:00"), None)]
    assert due_at(at("2026-03-13T10:00"), HOUR, OFFICE, waiting) == at("2026-03-13T11:00")


def test_a_pause_from_before_the_start_is_cut_to_it():
    pause = [(at("2026-03-12T10:00"), at("2026-03-13T10:30"))]
    assert due_at(at("2026-03-13T10:00"), HOUR, OFFICE, pause) == at("2026-03-13T11:30")


def test_a_pause_that_ends_before_it_begins_is_refused():
    pause = [(at("2026-03-13T11:00"), at("2026-03-13T10:00"))]
    with pytest.raises(ValueError, match="ends before it begins"):
        due_at(at("2026-03-13T10:00"), HOUR, OFFICE, pause)


def test_nothing_has_elapsed_when_the_end_lies_before_the_start():
    assert elapsed(at("2026-03-13T11:00"), at("2026-03-13T10:00"), OFFICE) == timedelta(0)


# --- Properties, against a minute-by-minute count

REPEATABLE = settings(derandomize=True, deadline=None)
MONDAY = datetime(2026, 3, 23, tzinfo=UTC)
QUARTERS = st.integers(0, 95).map(lambda n: timedelta(minutes=15 * n))


@st.composite
def windows(draw):
    opens = draw(QUARTERS)
    length = timedelta(minutes=15 * draw(st.integers(1, 60)))
    return Window(opens, opens + length)


@st.composite
def schedules(draw):
    """Weeks around the spring jump in Paris, so that small cases meet it."""
    days = st.lists(windows(), max_size=2).map(tuple)
    dates = st.integers(-2, 9).map(lambda n: MONDAY.date() + timedelta(days=n))
    minutes = st.integers(0, 8 * 24 * 60)
    blackout = st.tuples(minutes, st.integers(1, 2000)).map(
        lambda pair: (
            datetime(2026, 3, 23) + pair[0] * MINUTE,
            datetime(2026, 3, 23) + (pair[0] + pair[1]) * MINUTE,
        )
    )
    return Schedule(
        draw(st.sampled_from([PARIS, SHANGHAI])),
        tuple(draw(days) for _ in WEEKDAYS),
        holidays=draw(st.frozensets(dates, max_size=2)),
        workdays=draw(st.dictionaries(dates, days, max_size=2)),
        blackouts=tuple(draw(st.lists(blackout, max_size=1))),
    )


INSTANTS = st.integers(0, 7 * 24 * 60).map(lambda n: MONDAY + n * MINUTE)
PAUSES = st.lists(
    st.tuples(INSTANTS, st.integers(0, 3000)).map(lambda p: (p[0], p[0] + p[1] * MINUTE)),
    max_size=3,
)


def count_open_minutes(start, end, calendar, pauses):
    """An independent count: each minute is asked whether a window of its day or the last holds it."""
    shown, open_minutes = {}, 0
    minute = MONDAY - timedelta(days=4)
    latest = datetime(2026, 3, 1)
    while minute < end:
        # The latest time the wall clock has shown so far: an edge counts from its first showing.
        latest = max(latest, minute.astimezone(calendar.timezone).replace(tzinfo=None))
        shown[minute] = latest
        minute += MINUTE
    minute = start
    while minute < end:
        wall = shown[minute]
        paused = any(begin <= minute < finish for begin, finish in pauses)
        dark = any(begin <= wall < finish for begin, finish in calendar.blackouts)
        open_minutes += not paused and not dark and _stands_open(wall, calendar)
        minute += MINUTE
    return open_minutes


def _stands_open(wall, calendar):
    for back in (0, 1):
        day = wall.date() - timedelta(days=back)
        if day in calendar.workdays:
            opened = calendar.workdays[day]
        else:
            opened = () if day in calendar.holidays else calendar.week[day.weekday()]
        since = wall - datetime(day.year, day.month, day.day)
        if any(opens <= since < closes for opens, closes in opened):
            return True
    return False


@settings(REPEATABLE, max_examples=60)
@given(schedules(), INSTANTS, st.integers(0, 3000), PAUSES)
def test_elapsed_equals_a_count_of_minutes(calendar, start, minutes, pauses):
    end = start + minutes * MINUTE
    counted = count_open_minutes(start, end, calendar, pauses)
    assert elapsed(start, end, calendar, pauses) == counted * MINUTE


@REPEATABLE
@given(schedules(), st.none() | st.frozensets(st.integers(2000, 2100), max_size=3))
def test_a_schedule_is_read_as_it_was_written(calendar, years):
    calendar = replace(calendar, years=years)
    assert Schedule.from_json(json.loads(json.dumps(calendar.to_json()))) == calendar


def opens_at_all(calendar):
    return any(calendar.week)


OPEN_SCHEDULES = schedules().filter(opens_at_all)
TARGETS = st.integers(0, 72 * 3600).map(lambda n: timedelta(seconds=n))


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, TARGETS, PAUSES)
def test_what_has_elapsed_at_the_due_time_is_the_target(calendar, start, target, pauses):
    due = due_at(start, target, calendar, pauses)
    assert elapsed(start, due, calendar, pauses) == target


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, TARGETS.filter(bool), PAUSES)
def test_a_due_time_is_the_first_instant_that_uses_up_the_target(calendar, start, target, pauses):
    due = due_at(start, target, calendar, pauses)
    just_before = due - timedelta(microseconds=1)
    assert elapsed(start, just_before, calendar, pauses) < target


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, TARGETS, TARGETS, PAUSES)
def test_a_longer_target_is_never_due_earlier(calendar, start, one, other, pauses):
    shorter, longer = sorted((one, other))
    assert due_at(start, shorter, calendar, pauses) <= due_at(start, longer, calendar, pauses)


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, TARGETS, PAUSES, PAUSES)
def test_more_pauses_only_delay(calendar, start, target, pauses, further):
    assert due_at(start, target, calendar, pauses) <= due_at(start, target, calendar, pauses + further)


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, TARGETS, PAUSES)
def test_order_and_cuts_of_pauses_do_not_matter(calendar, start, target, pauses):
    halves = [
        half
        for begin, end in pauses
        for half in ((begin, begin + (end - begin) / 2), (begin + (end - begin) / 2, end))
    ]
    due = due_at(start, target, calendar, pauses)
    assert due == due_at(start, target, calendar, list(reversed(pauses)))
    assert due == due_at(start, target, calendar, halves + pauses)


@REPEATABLE
@given(OPEN_SCHEDULES, INSTANTS, st.integers(0, 20_000))
def test_open_spans_ascend_without_overlap_and_sum_to_what_elapsed(calendar, start, minutes):
    end = start + minutes * MINUTE
    spans = list(calendar.spans(start, end))
    assert all(begin < finish for begin, finish in spans)
    assert all(one[1] <= after[0] for one, after in pairwise(spans))
    assert sum((b - a for a, b in spans), timedelta(0)) == elapsed(start, end, calendar)
