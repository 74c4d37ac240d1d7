"""A calendar's year as people look at it: twelve months of days, each with what it is."""

import calendar as weeks
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from staffing.calendars import hours_on
from staffing.choices import DayKind
from staffing.models import Calendar, CalendarDay
from staffing.windows import Windows, read_week, to_text

WEEKDAY_INITIALS = (
    pgettext_lazy("shortest weekday", "Mo"),
    pgettext_lazy("shortest weekday", "Tu"),
    pgettext_lazy("shortest weekday", "We"),
    pgettext_lazy("shortest weekday", "Th"),
    pgettext_lazy("shortest weekday", "Fr"),
    pgettext_lazy("shortest weekday", "Sa"),
    pgettext_lazy("shortest weekday", "Su"),
)


class Look(models.TextChoices):
    """What a day is: as the week says, or one of the kinds of exceptional days."""

    WORK = "work", _("Workday")
    REST = "rest", _("Rest day")
    MAKE_UP = DayKind.WORKDAY.value, DayKind.WORKDAY.label
    HOLIDAY = DayKind.HOLIDAY.value, DayKind.HOLIDAY.label
    STATUTORY = DayKind.STATUTORY.value, DayKind.STATUTORY.label


@dataclass(frozen=True)
class DayView:
    on: date
    look: Look
    name: str
    windows: Windows

    @property
    def title(self) -> str:
        """2026-02-14 Make-up workday 春节 09:00-18:00"""
        return " ".join(filter(None, [str(self.on), str(self.look.label), self.name, to_text(self.windows)]))


@dataclass(frozen=True)
class MonthView:
    first: date
    weeks: list[list[DayView | None]]
    """Monday to Sunday; None before the first and after the last of the month."""

    @property
    def workdays(self) -> int:
        return sum(1 for week in self.weeks for day in week if day and day.windows)


def months(calendar: Calendar, year: int) -> list[MonthView]:
    """The twelve months of a year, in one query."""
    exceptions = {day.on: day for day in calendar.days.filter(on__year=year)}
    week = read_week(calendar.week)
    return [
        MonthView(
            date(year, month, 1), [[*_days(row, month, exceptions, week)] for row in _rows(year, month)]
        )
        for month in range(1, 13)
    ]


def _rows(year: int, month: int) -> list[list[date]]:
    return weeks.Calendar().monthdatescalendar(year, month)


def _days(
    row: list[date], month: int, exceptions: dict[date, CalendarDay], week: tuple[Windows, ...]
) -> Iterator[DayView | None]:
    for on in row:
        if on.month != month:
            yield None
        elif day := exceptions.get(on):
            yield DayView(on, Look(day.kind), day.name, hours_on(day, week))
        else:
            windows = week[on.weekday()]
            yield DayView(on, Look.WORK if windows else Look.REST, "", windows)
