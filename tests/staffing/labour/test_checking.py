"""S11: which rules of working time a roster breaks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from staffing.choices import RestrictionKind, RuleCode, Severity
from staffing.labour.facts import Hindrance, Nature, Restriction, WorkedShift
from staffing.labour.rules import STANDARD, RuleBook
from tests.staffing.labour.cases import (
    BERLIN,
    DAY,
    EARLY,
    LATE,
    LI,
    NIGHT,
    breaches,
    day_shifts,
    found,
    march,
    shift,
)

CODES = RuleCode


def codes(shifts, **terms) -> set[RuleCode]:
    return {each.code for each in breaches(shifts, **terms)}


def test_five_days_of_eight_hours_break_nothing() -> None:
    assert breaches(day_shifts(march(2), march(6))) == []


def test_nobody_without_a_shift_in_the_period_is_told_about() -> None:
    nine = day_shifts(march(2), march(10))
    assert breaches(nine, period=(march(11), march(31))) == []


# --- The day and the week


def test_a_ninth_hour_is_warned_of() -> None:
    long = shift(march(2), ("09:00", "19:00"), pause=60)
    assert [(each.code, each.severity) for each in breaches([long])] == [(CODES.DAY_HOURS, Severity.WARN)]


def test_three_hours_of_overtime_a_day_are_allowed_and_a_minute_more_is_not() -> None:
    allowed = shift(march(2), ("09:00", "21:00"), pause=60)
    more = shift(march(3), ("09:00", "21:01"), pause=60)
    assert found([allowed, more], CODES.OVERTIME_DAY) == [(march(3), 3 + 1 / 60)]


def test_a_sixth_day_passes_the_week() -> None:
    assert found(day_shifts(march(2), march(7)), CODES.WEEK_HOURS) == [(march(7), 48)]


def test_a_week_with_a_make_up_workday_may_have_48_hours() -> None:
    assert codes(day_shifts(date(2026, 2, 9), date(2026, 2, 14))) == set()


def test_a_week_counts_from_monday_and_a_sunday_night_belongs_to_the_week_that_ends() -> None:
    nights = [shift(march(day), NIGHT) for day in (11, 12, 13, 14, 15)]
    following = [shift(march(day), NIGHT) for day in (17, 18, 19, 20, 21)]
    assert found(nights + following, CODES.WEEK_HOURS) == []
    assert found([shift(march(10), NIGHT), *nights], CODES.WEEK_HOURS) == [(march(15), 48)]


# --- The month


def test_overtime_of_a_month_is_told_on_the_day_that_passes_36_hours() -> None:
    workdays = [day for day in range(2, 32) if march(day).weekday() < 5]
    long = [shift(march(day), ("09:00", "21:00"), pause=60) for day in workdays[:13]]
    assert found(long[:12], CODES.OVERTIME_MONTH) == []
    assert found(long, CODES.OVERTIME_MONTH) == [(march(workdays[12]), 39)]


def test_overtime_of_two_months_is_not_added_up() -> None:
    around = [day for day in range(16, 32) if march(day).weekday() < 5]
    days = [march(day) for day in around] + [date(2026, 4, day) for day in (1, 2, 3)]
    long = [shift(on, ("09:00", "21:00"), pause=60) for on in days]
    assert len(long) == 15
    assert found(long, CODES.OVERTIME_MONTH) == []


def test_overtime_before_the_period_counts_for_its_month() -> None:
    workdays = [day for day in range(2, 32) if march(day).weekday() < 5]
    long = [shift(march(day), ("09:00", "21:00"), pause=60) for day in workdays[:13]]
    assert found(long, CODES.OVERTIME_MONTH, period=(march(18), march(31))) == [(march(18), 39)]


# --- Rest days


def test_seven_days_of_one_week_leave_no_rest_day() -> None:
    seven = day_shifts(march(2), march(8))
    assert found(seven, CODES.REST_DAY) == [(march(8), 0)]
    assert found(seven, CODES.DAYS_IN_A_ROW) == [(march(8), 7)]


def test_rest_on_monday_then_on_the_sunday_after_keeps_the_week_and_breaks_the_run() -> None:
    twelve = day_shifts(march(3), march(14))
    assert found(twelve, CODES.REST_DAY) == []
    (breach,) = [each for each in breaches(twelve) if each.code == CODES.DAYS_IN_A_ROW]
    assert (breach.on, int(breach.measured), int(breach.limit)) == (march(9), 12, 6)
    assert (breach.first_on, breach.last_on) == (march(3), march(14))


def test_six_days_across_two_weeks_are_allowed() -> None:
    assert found(day_shifts(march(5), march(10)), CODES.DAYS_IN_A_ROW) == []


def test_days_worked_before_the_period_count_for_the_run() -> None:
    seven = day_shifts(march(27), date(2026, 4, 2))
    april = (date(2026, 4, 1), date(2026, 4, 30))
    assert found(seven, CODES.DAYS_IN_A_ROW, period=april) == [(date(2026, 4, 2), 7)]


def test_days_planned_after_the_period_count_for_the_run() -> None:
    seven = day_shifts(march(27), date(2026, 4, 2))
    assert found(seven, CODES.DAYS_IN_A_ROW, period=(march(1), march(31))) == [(march(31), 7)]


def test_a_run_over_new_year_is_one_run() -> None:
    seven = day_shifts(date(2025, 12, 28), date(2026, 1, 3))
    assert found(seven, CODES.DAYS_IN_A_ROW) == [(date(2026, 1, 3), 7)]


# --- Between shifts


def test_less_than_eleven_hours_between_shifts_are_told_with_both() -> None:
    (breach,) = breaches([shift(march(2), NIGHT), shift(march(3), LATE)])
    assert (breach.code, breach.on, int(breach.measured)) == (CODES.REST_BETWEEN, march(3), 8)
    with override("en"):
        assert breach.sentence == (
            "Only 8 hours of rest (夜班 until March 3 06:00, 晚班 from 14:00), at least 11"
        )
        assert str(breach).startswith("李雷: Only 8 hours")


def test_exactly_eleven_hours_are_enough() -> None:
    assert breaches([shift(march(2), ("13:00", "22:00"), pause=60), shift(march(3), DAY)]) == []


def test_a_rest_at_the_border_of_the_period_is_told_from_both_sides() -> None:
    pair = [shift(march(31), LATE), shift(date(2026, 4, 1), EARLY)]
    assert found(pair, CODES.REST_BETWEEN, period=(march(1), march(31))) == [(march(31), 8)]
    april = (date(2026, 4, 1), date(2026, 4, 30))
    assert found(pair, CODES.REST_BETWEEN, period=april) == [(date(2026, 4, 1), 8)]


def test_a_pause_between_two_shifts_of_one_day_is_no_rest() -> None:
    split = [shift(march(2), ("09:00", "13:00")), shift(march(2), ("14:00", "18:00"))]
    assert breaches(split) == []


def test_an_hour_between_a_night_and_the_next_morning_is_too_short() -> None:
    assert found([shift(march(2), NIGHT), shift(march(3), ("07:00", "15:00"))], CODES.REST_BETWEEN) == [
        (march(3), 1)
    ]


def test_a_special_shift_is_checked_like_any_other() -> None:
    special = replace(shift(march(3), ("08:00", "10:00")), label="大促支援")
    assert found([shift(march(2), NIGHT), special], CODES.REST_BETWEEN) == [(march(3), 2)]


def test_two_shifts_at_once_are_never_allowed() -> None:
    (breach, *_rest) = breaches([shift(march(2), DAY), shift(march(2), LATE)])
    assert (breach.code, breach.severity, int(breach.measured)) == (CODES.OVERLAP, Severity.BLOCK, 4)


def test_a_shift_within_a_longer_one_does_not_hide_its_end() -> None:
    """The rest counts from the end that comes last."""
    three = [
        shift(march(2), ("08:00", "23:00"), pause=60),
        shift(march(2), ("10:00", "11:00")),
        shift(march(3), ("08:00", "12:00")),
    ]
    assert found(three, CODES.REST_BETWEEN) == [(march(3), 9)]


@pytest.mark.parametrize(("on", "rest"), [(date(2026, 3, 28), 10), (date(2026, 10, 24), 12)])
def test_rest_on_the_night_on_which_the_clocks_change_is_what_really_passes(on: date, rest: int) -> None:
    there = replace(LI, zone=BERLIN)
    pair = [
        shift(on, ("12:00", "20:00"), zone=BERLIN),
        shift(on + timedelta(days=1), ("07:00", "15:00"), zone=BERLIN),
    ]
    expected = [(on + timedelta(days=1), rest)] if rest < 11 else []
    assert found(pair, CODES.REST_BETWEEN, worker=there) == expected


# --- The protected


@pytest.mark.parametrize(
    ("hours", "measured"), [(DAY, 0), (("14:00", "22:00"), 0), (("14:00", "22:30"), 0.5), (NIGHT, 8)]
)
def test_the_protected_do_no_minute_at_night(hours: tuple[str, str], measured: float) -> None:
    pregnant = replace(LI, restrictions=(Restriction(RestrictionKind.NO_NIGHTS, march(1)),))
    expected = [(march(2), measured)] if measured else []
    assert found([shift(march(2), hours)], CODES.PROTECTED_NIGHT, worker=pregnant) == expected


def test_a_night_that_runs_into_the_first_protected_day_is_told() -> None:
    pregnant = replace(LI, restrictions=(Restriction(RestrictionKind.NO_NIGHTS, march(3)),))
    (breach,) = breaches([shift(march(2), NIGHT)], worker=pregnant)
    assert (breach.code, int(breach.measured)) == (CODES.PROTECTED_NIGHT, 6)
    assert breach.severity == Severity.BLOCK


def test_protection_ends_with_its_last_day() -> None:
    pregnant = replace(LI, restrictions=(Restriction(RestrictionKind.NO_NIGHTS, march(1), march(2)),))
    assert breaches([shift(march(3), NIGHT)], worker=pregnant) == []


def test_the_protected_do_no_overtime() -> None:
    nursing = replace(LI, restrictions=(Restriction(RestrictionKind.NO_OVERTIME, march(1)),))
    assert found(day_shifts(march(2), march(7)), CODES.PROTECTED_OVERTIME, worker=nursing) == [(march(7), 8)]


# --- The calendar


def test_work_on_a_statutory_holiday_is_warned_of_and_on_an_exchanged_one_not() -> None:
    assert found([shift(date(2026, 10, 1))], CODES.STATUTORY_WORK) == [(date(2026, 10, 1), 8)]
    assert found([shift(date(2026, 10, 5))], CODES.STATUTORY_WORK) == []


def test_a_night_into_a_statutory_holiday_counts_by_its_hours_there() -> None:
    (breach,) = [
        each for each in breaches([shift(date(2026, 9, 30), NIGHT)]) if each.code == CODES.STATUTORY_WORK
    ]
    assert (breach.on, breach.first_on) == (date(2026, 9, 30), date(2026, 10, 1))
    assert breach.measured == 6


def test_a_year_without_an_official_notice_needs_an_exception_once() -> None:
    beyond = day_shifts(date(2026, 12, 28), date(2027, 1, 6), off=[date(2027, 1, 2), date(2027, 1, 3)])
    (breach,) = [
        each
        for each in breaches(beyond, period=(date(2026, 12, 1), date(2027, 1, 31)))
        if each.code == CODES.UNKNOWN_YEAR
    ]
    assert (breach.on, breach.severity) == (date(2027, 1, 1), Severity.EXCEPTION)


# --- Facts that the caller knows


def test_a_shift_before_joining_or_after_leaving_is_never_allowed() -> None:
    short = replace(LI, employed_from=march(3), employed_until=march(4))
    assert found(day_shifts(march(2), march(5)), CODES.NOT_EMPLOYED, worker=short) == [
        (march(2), 0),
        (march(5), 0),
    ]


@pytest.mark.parametrize("code", [CODES.ON_LEAVE, CODES.NO_CERTIFICATE])
def test_what_the_caller_knows_forbids_the_shifts_of_its_days(code: RuleCode) -> None:
    fact = Hindrance(LI.key, code, march(3), march(4), "年假")
    (first, second) = breaches(day_shifts(march(2), march(5)), hindrances=[fact])
    assert (first.on, second.on, first.severity) == (march(3), march(4), Severity.BLOCK)
    assert first.sentence.endswith("(年假)")


def test_a_fact_about_a_colleague_forbids_nothing() -> None:
    assert breaches([shift(march(3))], hindrances=[Hindrance(2, CODES.ON_LEAVE, march(3), march(3))]) == []


# --- The rules as data


def test_the_sentence_of_every_rule_can_be_said() -> None:
    some = shift(march(2))
    for code in RuleCode:
        (breach, *_rest) = breaches([some], hindrances=[Hindrance(LI.key, code, march(2), march(2))])
        assert "%" not in breach.sentence.replace("300 %", "")


def test_another_limit_and_another_severity_are_obeyed() -> None:
    lenient = RuleBook([replace(STANDARD[CODES.REST_BETWEEN], limit=Decimal("7.5"), severity=Severity.WARN)])
    pair = [shift(march(2), NIGHT), shift(march(3), LATE)]
    assert breaches(pair, book=lenient) == []
    (breach,) = breaches([*pair[:1], shift(march(3), ("13:00", "21:00"))], book=lenient)
    assert (breach.severity, breach.limit) == (Severity.WARN, Decimal("7.5"))


def test_an_unknown_day_counts_as_the_week_says() -> None:
    assert LI.calendar.nature(date(2027, 1, 1)) == Nature.WORKDAY


# --- What holds for every roster, against a slower way to find it

MONTH = [march(day) for day in range(1, 32)]
HOURS = st.sampled_from([DAY, EARLY, LATE, NIGHT])
ROSTERS = st.dictionaries(st.sampled_from(MONTH), HOURS).map(
    lambda plan: [shift(on, hours) for on, hours in plan.items()]
)


@given(ROSTERS)
def test_a_run_is_too_long_where_seven_days_are_worked(roster: list[WorkedShift]) -> None:
    worked = {each.on for each in roster}
    sevens = [on for on in MONTH[:-6] if all(on + timedelta(days=n) in worked for n in range(7))]
    firsts = [on + timedelta(days=6) for on in sevens if on - timedelta(days=1) not in worked]
    assert [on for on, _days in found(roster, CODES.DAYS_IN_A_ROW)] == firsts


@given(ROSTERS)
def test_a_calendar_week_without_rest_is_told_once(roster: list[WorkedShift]) -> None:
    worked = {each.on for each in roster}
    weeks = [[march(start + n) for n in range(7)] for start in (2, 9, 16, 23)]
    full = [(week[-1], 0.0) for week in weeks if worked.issuperset(week)]
    assert found(roster, CODES.REST_DAY) == full


@given(ROSTERS)
def test_rest_is_too_short_where_two_shifts_lie_within_eleven_hours(roster: list[WorkedShift]) -> None:
    close = [
        two.on
        for one in roster
        for two in roster
        if timedelta(0) <= two.starts_at - one.ends_at < timedelta(hours=11)
    ]
    assert [on for on, _rest in found(roster, CODES.REST_BETWEEN)] == sorted(close)


@given(ROSTERS, st.sampled_from(MONTH[:-1]))
def test_every_breach_is_told_from_one_side_of_a_border_at_least(
    roster: list[WorkedShift], cut: date
) -> None:
    """Whatever is checked apart, nothing falls between."""
    apart = breaches(roster, period=(MONTH[0], cut)) + breaches(
        roster, period=(cut + timedelta(days=1), MONTH[-1])
    )
    told = {(each.code, each.measured, each.first_on, each.last_on, each.shifts) for each in apart}
    whole = breaches(roster, period=(MONTH[0], MONTH[-1]))
    assert {(each.code, each.measured, each.first_on, each.last_on, each.shifts) for each in whole} <= told
