"""S7: what kind of day each date is."""

from datetime import date

import pytest

from staffing.calendars import seed_standard_calendars
from staffing.demand import days
from staffing.demand.forecasting import WORKDAYS
from staffing.models import Calendar
from tests.demand_factories import DemandEventFactory, ServiceLineFactory
from tests.factories import NOW, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _calendars() -> None:
    seed_standard_calendars(by=None, at=NOW)


def kind(line, on: date):
    return days.kinds_of(line, [on])[0]


def line_of(calendar: str | None):
    found = Calendar.objects.get(code=calendar) if calendar else None
    return ServiceLineFactory.create(team=TeamFactory.create(calendar=found))


@pytest.mark.parametrize("calendar", ["chat", "office", None])
def test_holidays_are_known_to_teams_that_work_through_them(calendar: str | None):
    line = line_of(calendar)
    assert kind(line, date(2026, 10, 1)).is_holiday
    assert not kind(line, date(2026, 10, 12)).is_holiday
    assert kind(line, date(2026, 10, 12)).like == (0,)


def test_a_make_up_workday_on_a_weekend_is_like_the_workdays():
    line = line_of("chat")
    assert kind(line, date(2026, 10, 10)).like == WORKDAYS  # A Saturday.
    assert not kind(line, date(2026, 10, 10)).is_holiday
    assert kind(line, date(2026, 10, 17)).like == (5,)


def test_events_lift_their_days_and_multiply():
    line = line_of("chat")
    DemandEventFactory.create(first_on=date(2026, 11, 1), last_on=date(2026, 11, 11), factor=2.0)
    DemandEventFactory.create(first_on=date(2026, 11, 11), last_on=date(2026, 11, 11), factor=1.5)
    found = days.kinds_of(
        line, [date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 11), date(2026, 11, 12)]
    )
    assert [day.uplift for day in found] == [1.0, 2.0, 3.0, 1.0]


def test_an_event_concerns_its_lines_or_all_of_its_team_or_everybody():
    line, sister, foreign = line_of("chat"), None, line_of("chat")
    sister = ServiceLineFactory.create(team=line.team)
    event = DemandEventFactory.create(team=line.team)
    on = event.first_on
    assert [kind(one, on).uplift for one in (line, sister, foreign)] == [2.8, 2.8, 1.0]
    event.lines.set([sister])
    assert [kind(one, on).uplift for one in (line, sister, foreign)] == [1.0, 2.8, 1.0]
    event.lines.clear()
    event.team = None
    event.save()
    assert [kind(one, on).uplift for one in (line, sister, foreign)] == [2.8, 2.8, 2.8]


def test_the_open_half_hours_are_those_of_the_teams_calendar():
    office, chat, free = line_of("office"), line_of("chat"), line_of(None)
    dates = [date(2026, 10, 1), date(2026, 10, 12), date(2026, 10, 17)]  # Holiday, Monday, Saturday.
    assert days.open_half_hours(office, dates).sum(axis=1).tolist() == [0, 18, 0]
    assert days.open_half_hours(chat, dates).sum(axis=1).tolist() == [32, 32, 32]
    assert days.open_half_hours(free, dates).sum(axis=1).tolist() == [48, 48, 48]
    assert days.open_half_hours(office, dates)[1, 18:36].all()


def test_beyond_the_recorded_years_the_week_goes_on():
    assert days.open_half_hours(line_of("office"), [date(2031, 10, 1)]).sum() == 18


def test_no_dates_ask_nothing(django_assert_num_queries):
    line = line_of("chat")
    with django_assert_num_queries(0):
        assert days.kinds_of(line, []) == []


def test_many_dates_ask_no_more_than_one(django_assert_num_queries):
    line = line_of("chat")
    with django_assert_num_queries(3):
        days.kinds_of(line, [date(2026, month, 1) for month in range(1, 13)])
