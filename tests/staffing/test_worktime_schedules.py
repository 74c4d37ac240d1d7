"""S2: when a schedule is open, and the file it is read from."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from staffing.windows import Window
from staffing.worktime import NeverOpens, Schedule, YearWithoutCalendar, due_at, elapsed
from tests.staffing.hours import (
    ALL_DAY,
    AROUND_THE_CLOCK,
    HOUR,
    MINUTE,
    NINE_TO_SIX,
    OFFICE,
    PARIS,
    SHANGHAI,
    at,
    every_day,
    schedule,
)

# --- S2: holidays, make-up workdays, blackouts, years


def test_a_make_up_saturday_is_a_workday_and_spring_festival_is_not():
    assert due_at(at("2026-02-13T17:30"), HOUR, OFFICE) == at("2026-02-14T09:30")
    assert due_at(at("2026-02-14T17:30"), HOUR, OFFICE) == at("2026-02-24T09:30")


def test_a_workday_wins_over_a_holiday_of_the_same_date():
    monday = date(2026, 3, 16)
    both = Schedule(
        SHANGHAI,
        OFFICE.week,
        holidays=frozenset({monday}),
        workdays={monday: (Window.parse("10:00", "12:00"),)},
    )
    assert elapsed(at("2026-03-16T00:00"), at("2026-03-17T00:00"), both) == 2 * HOUR


def test_holidays_from_24_december_to_2_january_wrap_the_year():
    closed = frozenset(date(2026, 12, 24) + timedelta(days=n) for n in range(10))
    winter = Schedule(PARIS, ((NINE_TO_SIX,),) * 7, holidays=closed)
    assert due_at(at("2026-12-23T17:00", PARIS), 2 * HOUR, winter) == at("2027-01-03T10:00", PARIS)


def test_a_leap_day_is_a_day():
    start = at("2028-02-28T18:00")
    assert due_at(start, 9 * HOUR, every_day(["09:00", "18:00"])) == at("2028-02-29T18:00")
    assert elapsed(at("2028-02-01T00:00"), at("2028-03-01T00:00"), AROUND_THE_CLOCK).days == 29


def test_a_holiday_closes_the_windows_that_open_on_it_and_no_others():
    night = every_day(["20:00", "02:00"])
    festival = Schedule(SHANGHAI, night.week, holidays=frozenset({date(2026, 5, 1)}))
    assert list(festival.spans(at("2026-04-30T12:00"), at("2026-05-03T00:00"))) == [
        (at("2026-04-30T20:00"), at("2026-05-01T02:00")),
        (at("2026-05-02T20:00"), at("2026-05-03T00:00")),
    ]


def test_a_blackout_over_spring_festival_stops_the_clock_by_local_time():
    platform = Schedule(
        SHANGHAI,
        AROUND_THE_CLOCK.week,
        blackouts=((datetime(2019, 2, 2), datetime(2019, 2, 11)),),
    )
    assert due_at(at("2019-02-01T12:00"), 48 * HOUR, platform) == at("2019-02-12T12:00")
    assert due_at(at("2019-02-01T12:00"), 12 * HOUR, platform) == at("2019-02-02T00:00")
    assert due_at(at("2019-02-05T12:00"), HOUR, platform) == at("2019-02-11T01:00")


def test_overlapping_blackouts_close_their_union():
    platform = Schedule(
        SHANGHAI,
        AROUND_THE_CLOCK.week,
        blackouts=(
            (datetime(2026, 3, 1, 6), datetime(2026, 3, 1, 12)),
            (datetime(2026, 3, 1, 4), datetime(2026, 3, 1, 8)),
        ),
    )
    assert elapsed(at("2026-03-01T00:00"), at("2026-03-02T00:00"), platform) == 16 * HOUR


def test_a_year_without_data_is_an_error_that_names_it():
    with pytest.raises(YearWithoutCalendar) as caught:
        due_at(at("2026-12-31T17:58"), 5 * MINUTE, OFFICE)
    assert caught.value.year == 2027
    with pytest.raises(YearWithoutCalendar, match="2025"):
        elapsed(at("2025-12-31T12:00"), at("2026-01-05T12:00"), OFFICE)


def test_a_year_whose_days_cannot_matter_is_not_asked_for():
    assert due_at(at("2026-12-31T17:58"), 2 * MINUTE, OFFICE) == at("2026-12-31T18:00")
    assert elapsed(at("2026-01-01T00:00"), at("2026-01-01T10:00"), OFFICE) == HOUR
    assert elapsed(at("2025-12-31T18:00"), at("2026-01-01T10:00"), OFFICE) == HOUR
    assert elapsed(at("2026-12-31T17:00"), at("2027-01-01T09:00"), OFFICE) == HOUR


def test_the_evening_before_matters_only_while_its_window_can_still_be_open():
    night = Schedule(SHANGHAI, every_day(["20:00", "02:00"]).week, years=frozenset({2026}))
    with pytest.raises(YearWithoutCalendar, match="2025"):
        due_at(at("2026-01-01T01:59"), HOUR, night)
    assert due_at(at("2026-01-01T02:00"), HOUR, night) == at("2026-01-01T21:00")


def test_days_inside_a_pause_need_no_data():
    pause = [(at("2025-12-20T10:00"), at("2026-01-05T10:00"))]
    assert due_at(at("2025-12-25T10:00"), HOUR, OFFICE, pause) == at("2026-01-05T11:00")


# --- S2: windows


def test_a_lunch_break_does_not_count():
    split = every_day(["09:00", "12:00"], ["13:00", "18:00"])
    assert due_at(at("2026-03-16T11:30"), HOUR, split) == at("2026-03-16T13:30")
    assert due_at(at("2026-03-16T12:30"), HOUR, split) == at("2026-03-16T14:00")


def test_windows_may_be_given_in_any_order():
    split = every_day(["13:00", "18:00"], ["09:00", "12:00"])
    assert elapsed(at("2026-03-16T00:00"), at("2026-03-17T00:00"), split) == 8 * HOUR


def test_a_window_past_midnight_belongs_to_the_day_it_opens_on():
    friday_night = schedule(fri=[["20:00", "02:00"]])
    assert list(friday_night.spans(at("2026-03-09T00:00"), at("2026-03-16T00:00"))) == [
        (at("2026-03-13T20:00"), at("2026-03-14T02:00"))
    ]


def test_windows_that_touch_or_overlap_count_once():
    late = schedule(
        mon=[["08:00", "12:00"], ["10:00", "24:00"]],
        tue=[["00:00", "06:00"]],
        wed=[["23:00", "05:00"]],
        thu=[["04:00", "08:00"]],
    )
    assert elapsed(at("2026-03-16T00:00"), at("2026-03-18T00:00"), late) == 22 * HOUR
    assert elapsed(at("2026-03-18T00:00"), at("2026-03-20T00:00"), late) == 9 * HOUR


def test_a_round_the_clock_week_is_open_for_all_that_was_asked():
    begin, end = at("2026-03-13T17:58:07"), at("2026-03-20T03:00")
    assert elapsed(begin, end, AROUND_THE_CLOCK) == end - begin


def test_a_schedule_that_never_opens_is_an_error_for_due_times_only():
    shut = schedule()
    with pytest.raises(NeverOpens):
        due_at(at("2026-03-13T10:00"), MINUTE, shut)
    assert elapsed(at("2026-01-01T00:00"), at("2027-01-01T00:00"), shut) == timedelta(0)


def test_a_schedule_whose_last_workday_is_past_never_opens_again():
    once = Schedule(SHANGHAI, ((),) * 7, workdays={date(2026, 3, 13): (NINE_TO_SIX,)})
    assert due_at(at("2026-03-13T00:00"), 9 * HOUR, once) == at("2026-03-13T18:00")
    with pytest.raises(NeverOpens):
        due_at(at("2026-03-13T00:00"), 9 * HOUR + MINUTE, once)


# --- S2: clocks that jump


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        ("2026-10-25T00:30", 24, "2026-10-25T23:30"),  # a day of 25 hours
        ("2026-10-25T00:30", 25, "2026-10-26T00:30"),
        ("2026-03-28T23:30", 24, "2026-03-30T00:30"),  # a day of 23 hours
        ("2026-03-29T00:30", 23, "2026-03-30T00:30"),
    ],
)
def test_hours_round_the_clock_are_hours_when_the_clock_jumps(start, target, due):
    paris = every_day(["00:00", "24:00"], zone=PARIS)
    assert due_at(at(start, PARIS), target * HOUR, paris) == at(due, PARIS)


@pytest.mark.parametrize("start", ["2026-10-25T00:30", "2026-03-28T23:30"])
def test_each_local_date_is_visited_once_when_the_clock_jumps(start):
    paris = every_day(["09:00", "18:00"], zone=PARIS)
    first = at(start, PARIS).date() + timedelta(days=start.endswith("23:30"))
    opened = [
        begin.astimezone(PARIS).replace(tzinfo=None)
        for begin, _ in paris.spans(at(start, PARIS), at(start, PARIS) + timedelta(days=3))
    ]
    assert opened == [datetime(first.year, first.month, first.day, 9) + timedelta(days=n) for n in range(3)]


def test_a_night_shift_is_an_hour_longer_or_shorter_when_the_clock_jumps():
    night = every_day(["22:00", "06:00"], zone=PARIS)
    assert elapsed(at("2026-10-24T12:00", PARIS), at("2026-10-25T12:00", PARIS), night) == 9 * HOUR
    assert elapsed(at("2026-03-28T12:00", PARIS), at("2026-03-29T12:00", PARIS), night) == 7 * HOUR


@pytest.mark.parametrize(
    ("window", "begin", "end"),
    [
        (["02:30", "06:00"], "2026-03-29T01:00", "2026-03-29T04:00"),  # 02:30 does not exist
        (["02:15", "03:30"], "2026-03-29T01:00", "2026-03-29T01:30"),
        (["02:30", "06:00"], "2026-10-25T00:30", "2026-10-25T05:00"),  # 02:30 exists twice
        (["01:00", "02:30"], "2026-10-24T23:00", "2026-10-25T00:30"),
    ],
)
def test_an_edge_is_the_first_instant_that_shows_its_time_or_a_later_one(window, begin, end):
    paris = every_day(window, zone=PARIS)
    day = at(begin, UTC).date()
    noons = (
        (datetime(day.year, day.month, day.day, 20, tzinfo=UTC) - timedelta(days=1)),
        at(end, UTC) + HOUR,
    )
    assert (at(begin, UTC), at(end, UTC)) in list(paris.spans(*noons))


def test_a_window_the_clock_skips_whole_is_not_open():
    paris = schedule(PARIS, sun=[["02:10", "02:50"]])
    assert list(paris.spans(at("2026-03-28T12:00", PARIS), at("2026-03-30T12:00", PARIS))) == []


def test_a_midnight_that_does_not_exist_splits_no_day():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    whole = every_day(["00:00", "24:00"], zone=sao_paulo)
    noons = (at("2018-11-03T12:00", sao_paulo), at("2018-11-04T12:00", sao_paulo))
    assert elapsed(*noons, whole) == 23 * HOUR


# --- The calendar file


def test_a_calendar_file_is_read():
    read = Schedule.from_json(
        {
            "timezone": "Asia/Shanghai",
            "week": {
                "mon": [["13:00", "18:00"], ["09:00", "12:00"]],
                "fri": [["20:00:30", "02:00"]],
            },
            "holidays": ["2026-02-15"],
            "workdays": {"2026-02-14": [["09:00", "18:00"]]},
            "blackouts": [["2019-02-02T00:00", "2019-02-11T00:00"]],
        }
    )
    assert read.timezone.key == "Asia/Shanghai"
    assert [str(window) for window in read.week[0]] == ["13:00-18:00", "09:00-12:00"]
    assert [str(window) for window in read.week[4]] == ["20:00:30-02:00"]
    assert read.holidays == {date(2026, 2, 15)}
    assert read.workdays == {date(2026, 2, 14): (NINE_TO_SIX,)}
    assert read.blackouts == ((datetime(2019, 2, 2), datetime(2019, 2, 11)),)
    assert read.years is None


def test_the_end_of_the_day_is_written_as_24_00():
    assert str(ALL_DAY) == "00:00-24:00"
    assert elapsed(at("2026-03-13T00:00"), at("2026-03-14T00:00"), AROUND_THE_CLOCK) == 24 * HOUR


WEEK = {"mon": [["09:00", "18:00"]]}


@pytest.mark.parametrize(
    ("part", "names"),
    [
        ({"timezone": "Asia/Peking"}, "timezone: 'Asia/Peking'"),
        ({"timezone": "../etc"}, "timezone: "),
        ({"timezone": "Asia"}, "timezone: "),
        ({"timezone": None}, "timezone: "),
        ({"week": None}, "week: "),
        ({"week": {"monday": []}}, "week.monday: "),
        ({"week": {"mon": "09:00-18:00"}}, "week.mon: "),
        ({"week": {"mon": [["09:00"]]}}, "week.mon: "),
        ({"week": {"mon": [["9:00", "18:00"]]}}, "week.mon: '9:00'"),
        ({"week": {"mon": [["09:00", "25:00"]]}}, "week.mon: "),
        ({"week": {"mon": [["09:00", "09:00"]]}}, "week.mon: "),
        ({"week": {"mon": [["24:00", "02:00"]]}}, "week.mon: 24:00"),
        ({"week": {"mon": [[9, 18]]}}, "week.mon: "),
        ({"holidays": ["2026-02-15", "2026-02-30"]}, "holidays[1]: '2026-02-30'"),
        ({"holidays": "2026-02-15"}, "holidays: "),
        ({"workdays": {"14 Feb": []}}, "workdays: '14 Feb'"),
        ({"workdays": {"2026-02-14": [["a", "b"]]}}, "workdays.2026-02-14: "),
        ({"workdays": ["2026-02-14"]}, "workdays: "),
        ({"blackouts": [["2026-02-11T00:00", "2026-02-02T00:00"]]}, "blackouts[0]: "),
        ({"blackouts": [["2026-02-11T00:00+08:00", "2026-02-12T00:00+08:00"]]}, "blackouts[0]: "),
        ({"blackouts": ["2026-02-11"]}, "blackouts[0]: "),
        ({"years": 2026}, "years: "),
        ({"years": ["2026"]}, "years: "),
        ({"holiday": []}, "holiday: unknown"),
    ],
)
def test_a_bad_calendar_file_is_refused_by_the_name_of_the_field(part, names):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        Schedule.from_json({"timezone": "Asia/Shanghai", "week": WEEK} | part)
    assert str(caught.value).startswith(names)


def test_a_calendar_file_that_is_no_object_is_refused():
    with pytest.raises(ValueError, match="calendar: must be an object"):
        Schedule.from_json(["Asia/Shanghai"])


def test_equal_schedules_hash_alike_whatever_they_have_already_computed():
    one, other = every_day(["09:00", "18:00"]), every_day(["09:00", "18:00"])
    due_at(at("2026-03-13T10:00"), 48 * HOUR, one)
    assert one == other
    assert hash(one) == hash(other)
