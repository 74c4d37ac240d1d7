"""S2, S11: by which calendar a team's working time is counted."""

from datetime import date

import pytest
from django.utils import timezone

from staffing import calendars, workdays
from staffing.choices import DayKind
from staffing.labour.facts import WORKING_WEEK, DayFacts, Nature
from staffing.models import Calendar, Team
from tests.factories import NOW, TeamFactory

pytestmark = pytest.mark.django_db

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def facts(team: Team) -> DayFacts:
    return workdays.facts_of([team], *YEAR)[team.pk]


def test_what_was_announced_counts_where_no_calendar_is_kept() -> None:
    told = facts(TeamFactory.create())
    assert told.workdays(*YEAR) == 248
    assert told.nature(date(2026, 2, 14)) == Nature.MAKE_UP
    assert told.nature(date(2026, 10, 1)) == Nature.STATUTORY
    assert told.nature(date(2026, 10, 5)) == Nature.HOLIDAY
    assert (told.is_known(date(2026, 1, 1)), told.is_known(date(2027, 1, 1))) == (True, False)


def test_the_offices_calendar_counts_for_whoever_is_open_round_the_clock() -> None:
    office, _chat, hotline = calendars.seed_standard_calendars(by=None, at=NOW)
    team = TeamFactory.create(calendar=hotline)
    assert facts(team).workdays(*YEAR) == 248
    calendars.set_day(office, by=None, at=NOW, on=date(2026, 3, 11), kind=DayKind.HOLIDAY, reason="公司年会")
    assert facts(team).nature(date(2026, 3, 11)) == Nature.HOLIDAY


def test_a_team_with_its_own_holidays_counts_by_them() -> None:
    calendars.seed_standard_calendars(by=None, at=NOW)
    own = Calendar.objects.create(
        code="own", name="自有", week={"tue": [["09:00", "18:00"]], "sat": [["09:00", "18:00"]]}
    )
    own.days.create(on=date(2026, 3, 10), kind=DayKind.HOLIDAY)
    own.years.create(year=2026, source="通知")
    told = facts(TeamFactory.create(calendar=own))
    assert [told.nature(date(2026, 3, day)) for day in (9, 10, 14, 17)] == [
        Nature.REST,
        Nature.HOLIDAY,
        Nature.WORKDAY,
        Nature.WORKDAY,
    ]
    assert not told.is_known(date(2025, 3, 10))


def test_a_calendar_that_is_open_on_more_than_five_weekdays_has_five_workdays() -> None:
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    own = Calendar.objects.create(code="own", name="自有", week=week)
    assert facts(TeamFactory.create(calendar=own)).weekdays == WORKING_WEEK


def test_many_teams_ask_no_more_than_one(django_assert_num_queries) -> None:
    calendars.seed_standard_calendars(by=None, at=timezone.now())
    teams = [TeamFactory.create(calendar=Calendar.objects.first()) for _ in range(3)] + [TeamFactory.create()]
    with django_assert_num_queries(4):
        workdays.facts_of(teams, *YEAR)
