"""By which calendar a team's working time is counted: workdays, make-up workdays, holidays, known years."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from staffing.choices import DayKind
from staffing.holidays import STATUTORY_DAYS, mainland_year
from staffing.labour.facts import WORKING_WEEK, DayFacts, Nature
from staffing.models import Calendar, CalendarDay, CalendarYear, Team
from staffing.windows import read_week

OFFICE = "office"
NATURES = {
    DayKind.HOLIDAY.value: Nature.HOLIDAY,
    DayKind.STATUTORY.value: Nature.STATUTORY,
    DayKind.WORKDAY.value: Nature.MAKE_UP,
}


def facts_of(teams: Iterable[Team], first_on: date, last_on: date) -> dict[int, DayFacts]:
    """The days of each team, by its id. Three queries, however many teams.

    A team's own calendar counts if it keeps holidays; one that is open round the clock says nothing about
    working time: then the office's does, and where there is none, what was announced for the mainland.
    """
    asked = {team.pk: team.calendar_id for team in teams}
    calendars = list(Calendar.objects.filter(pk__in=set(filter(None, asked.values())), needs_years=True))
    if len(calendars) < len(set(asked.values())):
        calendars += Calendar.objects.filter(code=OFFICE, needs_years=True)
    known = _read({calendar.pk: calendar for calendar in calendars}, first_on, last_on)
    office = next((known[each.pk] for each in calendars if each.code == OFFICE), None) or mainland()
    return {team: known.get(calendar, office) if calendar else office for team, calendar in asked.items()}


@lru_cache(maxsize=1)
def mainland() -> DayFacts:
    """What was announced for mainland China, and a week of five days."""
    exceptions: dict[date, Nature] = {}
    for year in STATUTORY_DAYS:
        announced = mainland_year(year)
        exceptions |= dict.fromkeys(announced.holidays, Nature.HOLIDAY)
        exceptions |= dict.fromkeys(announced.statutory, Nature.STATUTORY)
        exceptions |= dict.fromkeys(announced.workdays, Nature.MAKE_UP)
    return DayFacts(exceptions, years=frozenset(STATUTORY_DAYS))


def _read(calendars: Mapping[int, Calendar], first_on: date, last_on: date) -> dict[int, DayFacts]:
    days: dict[int, dict[date, Nature]] = defaultdict(dict)
    for day in CalendarDay.objects.filter(calendar__in=calendars, on__range=(first_on, last_on)):
        days[day.calendar_id][day.on] = NATURES[day.kind]
    years: dict[int, set[int]] = defaultdict(set)
    for calendar, year in CalendarYear.objects.filter(calendar__in=calendars).values_list("calendar", "year"):
        years[calendar].add(year)
    return {
        key: DayFacts(days[key], weekdays=_weekdays(calendar), years=frozenset(years[key]))
        for key, calendar in calendars.items()
    }


def _weekdays(calendar: Calendar) -> frozenset[int]:
    """The weekdays that are worked. Beyond five it tells when somebody is there, not who has to work."""
    open_on = frozenset(weekday for weekday, windows in enumerate(read_week(calendar.week)) if windows)
    return open_on if len(open_on) <= len(WORKING_WEEK) else WORKING_WEEK
