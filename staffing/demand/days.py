"""What kind of day each date is for a line: like which weekdays, a holiday or not, lifted by which events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from staffing.calendars import schedule_of
from staffing.choices import DayKind
from staffing.demand import half_hours
from staffing.demand.forecasting import WORKDAYS, Day
from staffing.models import CalendarDay, DemandEvent, ServiceLine

OFFICE = "office"
"""The calendar that keeps holidays, also for teams whose own calendar works through them."""


def kinds_of(line: ServiceLine, dates: Sequence[date]) -> list[Day]:
    """Three queries, however many dates.

    Holidays and make-up workdays are those of the team's calendar, or where it says nothing of a date, those
    of the office. Of several events on a date the factors multiply.
    """
    if not dates:
        return []
    exceptions = _exceptions(line, min(dates), max(dates))
    events = list(DemandEvent.objects.concerning(line).touching(min(dates), max(dates)))
    return [_kind_of(on, exceptions.get(on), events) for on in dates]


def open_half_hours(line: ServiceLine, dates: Sequence[date]) -> NDArray[np.bool_]:
    """For each date which of its half hours the team's calendar opens, if only in part; without one, all.

    Beyond the years whose holidays are recorded the week goes on as usual.
    """
    is_open = np.ones((len(dates), half_hours.SLOTS), dtype=bool)
    if line.team.calendar is None or not dates:
        return is_open
    zone = line.team.department.zone
    schedule = replace(schedule_of(line.team.calendar), years=None)
    is_open[:] = False
    row_of = {on: row for row, on in enumerate(dates)}
    start, end = half_hours.span(min(dates), max(dates), zone)
    for opens, closes in schedule.spans(start, end):
        at = half_hours.floor(opens, zone)
        while at < closes:
            on, slot = half_hours.slot_of(at, zone)
            if on in row_of:
                is_open[row_of[on], slot] = True
            at += half_hours.HALF_HOUR
    return is_open


def _exceptions(line: ServiceLine, first_on: date, last_on: date) -> dict[date, CalendarDay]:
    rows = CalendarDay.objects.filter(on__range=(first_on, last_on))
    office = {day.on: day for day in rows.filter(calendar__code=OFFICE)}
    own = {day.on: day for day in rows.filter(calendar=line.team.calendar_id)}
    return office | own


def _kind_of(on: date, exception: CalendarDay | None, events: Sequence[DemandEvent]) -> Day:
    factors = [event.factor for event in events if event.first_on <= on <= event.last_on]
    is_made_up = exception is not None and exception.kind == DayKind.WORKDAY
    return Day(
        on,
        like=WORKDAYS if is_made_up and on.weekday() not in WORKDAYS else (on.weekday(),),
        is_holiday=exception is not None and not is_made_up,
        uplift=float(np.prod(factors)) if factors else 1.0,
    )
