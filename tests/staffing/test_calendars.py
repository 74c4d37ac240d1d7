"""S2: stored calendars and the steps that change them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import AuditEntry
from staffing import calendars
from staffing.blackouts import Blackout, set_blackouts
from staffing.choices import DayKind
from staffing.holidays import AnnouncedYear, mainland_year
from staffing.models import Calendar, CalendarDay
from staffing.windows import from_text, to_text
from staffing.worktime import YearWithoutCalendar, due_at, elapsed
from tests.factories import NOW, SHANGHAI, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOTHING = timedelta(0)
OFFICE_WEEK = (from_text("09:00-18:00"),) * 5 + ((), ())
NEXT_YEAR = AnnouncedYear(
    year=2027,
    holidays={date(2027, 1, 1): "元旦", date(2027, 1, 2): "元旦"},
    workdays={date(2027, 1, 9): "元旦"},
    statutory=frozenset({date(2027, 1, 1)}),
    source="通知",
)


@pytest.fixture
def planner():
    return UserFactory.create(is_superuser=True)


@pytest.fixture
def standard():
    return {calendar.code: calendar for calendar in calendars.seed_standard_calendars(by=None, at=NOW)}


@pytest.fixture
def office(standard):
    return standard["office"]


def open_time(calendar: Calendar, on: str) -> timedelta:
    begin = datetime.fromisoformat(on).replace(tzinfo=SHANGHAI)
    return elapsed(begin, begin + DAY, calendars.schedule_of(calendar))


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# --- The standard calendars


@pytest.mark.parametrize(
    ("code", "on", "hours"),
    [
        ("office", "2026-03-13", 9),
        ("office", "2026-03-14", 0),
        ("office", "2026-02-14", 9),  # a Saturday made up for
        ("office", "2026-02-17", 0),
        ("office", "2025-10-06", 0),
        ("office", "2024-09-14", 9),
        ("chat", "2026-02-17", 16),
        ("hotline", "2026-02-17", 24),
    ],
)
def test_the_standard_calendars_know_holidays_and_make_up_workdays(standard, code, on, hours):
    assert open_time(standard[code], on) == timedelta(hours=hours)


def test_the_office_refuses_a_year_that_was_not_announced(office):
    with pytest.raises(YearWithoutCalendar):
        open_time(office, "2027-03-12")


def test_who_works_through_the_holidays_needs_no_announcement(standard):
    assert open_time(standard["hotline"], "2027-01-01") == DAY
    assert list(standard["hotline"].years.values_list("year", flat=True)) == [2024, 2025, 2026]


def test_seeding_again_changes_nothing(office, planner):
    calendars.set_day(office, by=planner, at=NOW, on=date(2026, 3, 13), kind=DayKind.HOLIDAY, reason="盘点")
    before = list(CalendarDay.objects.order_by("id").values()), AuditEntry.objects.count()
    calendars.seed_standard_calendars(by=None, at=NOW)
    assert (list(CalendarDay.objects.order_by("id").values()), AuditEntry.objects.count()) == before


def test_seeding_keeps_the_hours_a_department_gave_its_office(office, planner):
    revise(office, by=planner, week=(from_text("10:00-19:00"),) * 5 + ((), ()))
    calendars.seed_standard_calendars(by=None, at=NOW)
    office.refresh_from_db()
    assert office.week["mon"] == [["10:00", "19:00"]]


# --- The schedule of a calendar


def test_a_schedule_is_read_once_per_version(office, planner, django_assert_num_queries):
    calendars.schedule_of(office)
    with django_assert_num_queries(0):
        calendars.schedule_of(office)
    calendars.set_day(office, by=planner, at=NOW, on=date(2026, 3, 13), kind=DayKind.HOLIDAY, reason="盘点")
    assert open_time(office, "2026-03-13") == NOTHING


def test_a_make_up_workday_follows_the_week_when_the_hours_change(office, planner):
    revise(office, by=planner, week=(from_text("09:00-12:00"),) * 5 + ((), ()))
    assert open_time(office, "2026-02-14") == timedelta(hours=3)


def test_blackouts_stop_the_clock(office, planner):
    span = Blackout(shanghai("2026-03-13T12:00"), shanghai("2026-03-16T10:00"), "平台暂停")
    set_blackouts(office, by=planner, at=NOW, blackouts=[span])
    due = due_at(shanghai("2026-03-13T11:00"), timedelta(hours=2), calendars.schedule_of(office))
    assert due == shanghai("2026-03-16T11:00")


# --- Editions


def test_every_edit_keeps_the_edition_before_it(office, planner):
    first = office.version
    revise(office, by=planner, week=(from_text("09:00-12:00"),) * 5 + ((), ()))
    calendars.set_day(office, by=planner, at=NOW, on=date(2026, 3, 13), kind=DayKind.HOLIDAY, reason="盘点")
    span = Blackout(shanghai("2026-03-12T09:00"), shanghai("2026-03-12T10:00"), "平台暂停")
    set_blackouts(office, by=planner, at=NOW, blackouts=[span])
    calendars.announce_year(office, by=planner, at=NOW, announced=NEXT_YEAR)
    kept = [calendars.schedule_of(office, version=version) for version in range(first, first + 5)]
    assert [schedule.week[0] for schedule in kept] == [OFFICE_WEEK[0]] + [from_text("09:00-12:00")] * 4
    assert [date(2026, 3, 13) in schedule.holidays for schedule in kept] == [False, False, True, True, True]
    assert [len(schedule.blackouts) for schedule in kept] == [0, 0, 0, 1, 1]
    assert [2027 in schedule.years for schedule in kept] == [False, False, False, False, True]


def test_each_version_of_a_calendar_has_one_edition(standard):
    for calendar in standard.values():
        kept = list(calendar.editions.values_list("version", flat=True))
        assert kept == list(range(1, calendar.version + 1))


def test_an_edition_says_what_the_calendar_said(office, planner):
    span = Blackout(shanghai("2026-03-13T12:00"), shanghai("2026-03-16T10:00"), "平台暂停")
    set_blackouts(office, by=planner, at=NOW, blackouts=[span])
    read = calendars.schedule_of(office)
    office.editions.all().delete()
    calendars._schedule.cache_clear()
    assert calendars.schedule_of(office) == read


def test_a_calendar_that_no_step_wrote_keeps_its_hours_from_its_first_edit_on(planner):
    branch = Calendar.objects.create(code="branch", name="分部", week={"mon": [["09:00", "18:00"]]})
    assert not branch.editions.exists()
    assert calendars.schedule_of(branch).week[0] == from_text("09:00-18:00")
    revise(branch, by=planner, week=(from_text("09:00-12:00"),) * 7)
    calendars._schedule.cache_clear()
    hours = [calendars.schedule_of(branch, version=version).week[0] for version in (1, 2)]
    assert hours == [from_text("09:00-18:00"), from_text("09:00-12:00")]


def test_a_version_without_an_edition_is_read_as_the_calendar_now_is(office):
    Calendar.objects.filter(pk=office.pk).update(version=office.version + 1)
    office.refresh_from_db()
    assert calendars.schedule_of(office).week[0] == OFFICE_WEEK[0]


# --- Setting a day


def test_a_day_can_be_closed_opened_and_given_back_to_the_week(office, planner):
    friday = date(2026, 3, 13)

    def say(kind, hours=""):
        calendars.set_day(
            office, by=planner, at=NOW, on=friday, kind=kind, windows=from_text(hours), reason="公司安排"
        )
        return open_time(office, "2026-03-13")

    assert say(DayKind.HOLIDAY) == NOTHING
    assert say(DayKind.WORKDAY, "10:00-12:00") == timedelta(hours=2)
    assert say(None) == timedelta(hours=9)
    assert not office.days.filter(on=friday).exists()


def test_a_statutory_day_with_hours_is_worked_and_stays_statutory(office, planner):
    day = calendars.set_day(
        office,
        by=planner,
        at=NOW,
        on=date(2026, 10, 1),
        kind=DayKind.STATUTORY,
        name="国庆节",
        windows=from_text("10:00-16:00"),
        reason="大促值班",
    )
    assert open_time(office, "2026-10-01") == timedelta(hours=6)
    assert day.kind == DayKind.STATUTORY


def test_a_day_is_changed_with_a_reason_and_leaves_old_and_new_in_the_log(office, planner):
    calendars.set_day(
        office, by=planner, at=NOW, on=date(2026, 2, 14), kind=DayKind.HOLIDAY, name="春节", reason="提前放假"
    )
    entry = AuditEntry.objects.of(office).first()
    assert entry.changes == {"2026-02-14": ["workday 春节", "holiday 春节"]}
    assert (entry.reason, entry.actor, entry.at) == ("提前放假", planner, NOW)


def test_a_day_is_not_changed_without_a_reason(office, planner):
    with pytest.raises(MissingInformation) as caught:
        calendars.set_day(office, by=planner, at=NOW, on=date(2026, 3, 13), kind=None, reason=" ")
    assert "reason" in caught.value.fields


def test_saying_what_a_day_already_is_makes_no_new_version(office, planner):
    version = office.version
    calendars.set_day(office, by=planner, at=NOW, on=date(2026, 3, 13), kind=None, reason="核对")
    office.refresh_from_db()
    assert office.version == version


# --- Announcing a year


def test_an_announced_year_can_be_counted_with(office, planner):
    calendars.announce_year(office, by=planner, at=NOW, announced=NEXT_YEAR)
    assert open_time(office, "2027-01-01") == NOTHING
    assert open_time(office, "2027-01-09") == timedelta(hours=9)
    assert open_time(office, "2027-01-04") == timedelta(hours=9)
    kinds = dict(office.days.filter(on__year=2027).values_list("on", "kind"))
    assert kinds[date(2027, 1, 1)] == DayKind.STATUTORY
    assert kinds[date(2027, 1, 2)] == DayKind.HOLIDAY


def test_a_year_is_announced_once(office, planner):
    with pytest.raises(WrongState):
        calendars.announce_year(office, by=planner, at=NOW, announced=mainland_year(2026))


def test_days_set_by_hand_survive_the_announcement_of_their_year(office, planner):
    calendars.set_day(
        office,
        by=planner,
        at=NOW,
        on=date(2027, 1, 2),
        kind=DayKind.WORKDAY,
        windows=from_text("09:00-10:00"),
        reason="年初盘点",
    )
    calendars.announce_year(office, by=planner, at=NOW, announced=NEXT_YEAR)
    assert open_time(office, "2027-01-02") == timedelta(hours=1)


@pytest.mark.parametrize(
    "part",
    [
        {"workdays": {date(2028, 1, 8): "元旦"}},
        {"workdays": {date(2027, 1, 2): "元旦"}},
        {"statutory": frozenset({date(2027, 5, 1)})},
    ],
)
def test_lists_that_disagree_are_refused_whole(office, planner, part):
    lists = {
        "year": 2027,
        "holidays": NEXT_YEAR.holidays,
        "workdays": NEXT_YEAR.workdays,
        "statutory": NEXT_YEAR.statutory,
        "source": "通知",
    }
    with pytest.raises(MissingInformation):
        calendars.announce_year(office, by=planner, at=NOW, announced=AnnouncedYear(**lists | part))
    assert not office.years.filter(year=2027).exists()


# --- Revising


def revise(calendar: Calendar, **changes) -> Calendar:
    facts = {
        "at": NOW,
        "version": calendar.version,
        "name": calendar.name,
        "timezone": ZoneInfo(calendar.timezone),
        "week": OFFICE_WEEK,
        "needs_years": calendar.needs_years,
    }
    return calendars.revise(calendar, **facts | changes)


def test_revising_counts_the_version_on_and_logs_what_changed(office, planner):
    name, version = office.name, office.version
    revise(office, by=planner, name="办公室")
    office.refresh_from_db()
    assert (office.name, office.version) == ("办公室", version + 1)
    assert AuditEntry.objects.of(office).first().changes == {"name": [name, "办公室"]}


def test_new_hours_stand_in_the_log_as_text(office, planner):
    revise(office, by=planner, week=(from_text("09:00-12:00, 13:00-18:00"),) + ((),) * 6)
    old = "mon 09:00-18:00; tue 09:00-18:00; wed 09:00-18:00; thu 09:00-18:00; fri 09:00-18:00"
    assert AuditEntry.objects.of(office).first().changes == {"week": [old, "mon 09:00-12:00, 13:00-18:00"]}


def test_revising_nothing_makes_no_new_version(office, planner):
    version = office.version
    revise(office, by=planner)
    office.refresh_from_db()
    assert office.version == version


def test_two_people_do_not_overwrite_each_other(office, planner):
    read = office.version
    revise(office, by=planner, name="办公室")
    with pytest.raises(Stale):
        revise(office, by=planner, version=read, name="总部")


def test_a_calendar_must_open_at_some_time(office, planner):
    with pytest.raises(MissingInformation):
        revise(office, by=planner, week=((),) * 7)
    with pytest.raises(MissingInformation):
        calendars.create(
            by=planner,
            at=NOW,
            code="shut",
            name="关",
            timezone=ZoneInfo("Asia/Shanghai"),
            week=((),) * 7,
            needs_years=False,
        )


def test_a_blackout_must_have_a_length(office, planner):
    noon = shanghai("2026-03-13T12:00")
    with pytest.raises(MissingInformation):
        set_blackouts(office, by=planner, at=NOW, blackouts=[Blackout(noon, noon, "平台暂停")])


def test_the_same_blackouts_make_no_new_version(office, planner):
    span = Blackout(shanghai("2026-03-13T12:00"), shanghai("2026-03-16T10:00"), "平台暂停")
    set_blackouts(office, by=planner, at=NOW, blackouts=[span])
    version = office.version
    set_blackouts(office, by=planner, at=NOW, blackouts=[span])
    office.refresh_from_db()
    assert office.version == version
    set_blackouts(office, by=planner, at=NOW, blackouts=[])
    assert office.blackouts.count() == 0


# --- Who may


def test_nobody_changes_a_calendar_without_the_permission(office):
    handler = UserFactory.create()
    refused = [
        lambda: revise(office, by=handler, name="办公室"),
        lambda: calendars.announce_year(office, by=handler, at=NOW, announced=NEXT_YEAR),
        lambda: set_blackouts(office, by=handler, at=NOW, blackouts=[]),
        lambda: calendars.set_day(
            office, by=handler, at=NOW, on=date(2026, 3, 13), kind=DayKind.HOLIDAY, reason="盘点"
        ),
    ]
    version = office.version
    for step in refused:
        with pytest.raises(NotAllowed):
            step()
    office.refresh_from_db()
    assert office.version == version


def test_hours_are_stored_as_they_are_read(office, planner):
    week = (from_text("00:00-24:00"),) + (from_text("20:00-02:00, 09:00-12:00"),) * 6
    revise(office, by=planner, week=week)
    office.refresh_from_db()
    assert [to_text(day) for day in calendars.schedule_of(office).week[:2]] == [
        "00:00-24:00",
        "09:00-12:00, 20:00-02:00",
    ]
