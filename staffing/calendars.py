"""Calendars: the schedule they stand for, and the steps that change them.

Every change counts the calendar's version on, so that a schedule once read is kept by calendar and
version, writes the edition of that version, and one row of the audit log.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.choices import AuditAction
from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from staffing import rights
from staffing.choices import DayKind
from staffing.holidays import STATUTORY_DAYS, AnnouncedYear, mainland_year
from staffing.models import Calendar, CalendarDay, CalendarEdition, CalendarYear
from staffing.windows import (
    WEEKDAYS,
    Windows,
    from_text,
    read_week,
    read_windows,
    to_text,
    write_week,
    write_windows,
)
from staffing.worktime import Interval, Schedule

Week = tuple[Windows, ...]


# Reading


def schedule_of(calendar: Calendar, *, version: int | None = None) -> Schedule:
    """The schedule of a calendar in a version, else in its present one; read once per process and version.

    Not for a transaction that has changed the calendar itself: rolled back, it would leave a version
    behind that never was.
    """
    return _schedule(calendar.pk, calendar.version if version is None else version)


@lru_cache(maxsize=64)
def _schedule(calendar_id: int, version: int) -> Schedule:
    """By the edition; what no step has written, such as a fixture, has none: then by what now stands."""
    edition = CalendarEdition.objects.filter(calendar=calendar_id, version=version).first()
    if edition is None:
        return _present(Calendar.objects.get(pk=calendar_id))
    return Schedule.from_json(edition.schedule)


def _present(calendar: Calendar) -> Schedule:
    zone, week = ZoneInfo(calendar.timezone), read_week(calendar.week)
    days = list(calendar.days.all())
    years = frozenset(calendar.years.values_list("year", flat=True))
    return Schedule(
        timezone=zone,
        week=week,
        holidays=frozenset(day.on for day in days if day.kind != DayKind.WORKDAY),
        workdays={day.on: hours for day in days if (hours := hours_on(day, week))},
        blackouts=tuple(_walls(calendar, zone)),
        years=years if calendar.needs_years else None,
    )


def hours_on(day: CalendarDay, week: Week) -> Windows:
    """The windows of an exceptional day: its own, or none on a holiday.

    A make-up workday without windows of its own has those of its weekday in the week or, where that is
    closed, of the first weekday that is not: a Saturday made up for is worked like a Monday.
    """
    windows = read_windows(day.windows, "windows")
    if windows or day.kind != DayKind.WORKDAY:
        return windows
    return week[day.on.weekday()] or next(filter(None, week), ())


def _walls(calendar: Calendar, zone: ZoneInfo) -> Iterator[Interval]:
    """The blackouts by the wall clock, less those that it takes back when it is put back."""
    for span in calendar.blackouts.all():
        begin, end = (at.astimezone(zone).replace(tzinfo=None) for at in (span.starts_at, span.ends_at))
        if begin < end:
            yield begin, end


# Steps


def create(
    *, by: User | None, at: datetime, code: str, name: str, timezone: ZoneInfo, week: Week, needs_years: bool
) -> Calendar:
    """Add a calendar. One that keeps no holidays needs no years.

    Raises: NotAllowed; MissingInformation, when the week is closed throughout.
    """
    _permit(by, "staffing.add_calendar")
    _open_at_all(week)
    with transaction.atomic():
        calendar = Calendar.objects.create(
            code=code, name=name, timezone=timezone.key, week=write_week(week), needs_years=needs_years
        )
        _keep_edition(calendar)
        audit.record(AuditAction.ADD, calendar, by=by, at=at)
    return calendar


def revise(
    calendar: Calendar,
    *,
    by: User | None,
    at: datetime,
    version: int,
    name: str,
    timezone: ZoneInfo,
    week: Week,
    needs_years: bool,
) -> Calendar:
    """Change a calendar's name, zone, week or need of years. Due times already set stay as they are.

    Raises: NotAllowed; Stale, when somebody changed the calendar since `version` was read;
    MissingInformation, when the week is closed throughout.
    """
    _open_at_all(week)
    with held(calendar, by):
        if calendar.version != version:
            raise Stale(_("Somebody changed this calendar meanwhile. Look at it again."))
        wanted = {
            "name": name,
            "timezone": timezone.key,
            "week": write_week(week),
            "needs_years": needs_years,
        }
        changes = {
            field: [getattr(calendar, field), value]
            for field, value in wanted.items()
            if getattr(calendar, field) != value
        }
        if "week" in changes:
            changes["week"] = [_week_text(data) for data in changes["week"]]
        if changes:
            for field, value in wanted.items():
                setattr(calendar, field, value)
            written(calendar, changes, by=by, at=at)
    return calendar


def set_day(
    calendar: Calendar,
    *,
    by: User | None,
    at: datetime,
    on: date,
    kind: DayKind | None,
    name: str = "",
    windows: Windows = (),
    reason: str,
) -> CalendarDay | None:
    """Say what one day is, or with no kind that it is as the week says.

    Raises: NotAllowed; MissingInformation, without a reason.
    """
    rights.require_reason(reason)
    with held(calendar, by):
        before = calendar.days.filter(on=on).first()
        day = _day(calendar, on, kind, name, windows) if kind else None
        texts = [_day_text(before), _day_text(day)]
        if texts[0] != texts[1]:
            calendar.days.filter(on=on).delete()
            if day:
                day.save()
            written(calendar, {str(on): texts}, by=by, at=at, reason=reason)
    return day


def announce_year(
    calendar: Calendar, *, by: User | None, at: datetime, announced: AnnouncedYear, closes: bool = True
) -> CalendarYear:
    """Record a year's holidays and make-up workdays; days set by hand before stay as they are.

    With `closes` off the year is recorded without any exceptional day: work goes on through the holidays.
    Source: the State Council's notice of each November.
    Raises: NotAllowed; WrongState, when the year is recorded; MissingInformation, when the lists disagree.
    """
    _consistent(announced)
    with held(calendar, by):
        if calendar.years.filter(year=announced.year).exists():
            raise WrongState(_("This year is recorded. Correct it day by day."))
        days = _days(calendar, announced) if closes else []
        CalendarDay.objects.bulk_create(days, ignore_conflicts=True)
        recorded = calendar.years.create(year=announced.year, source=announced.source)
        changes = {str(announced.year): [None, announced.source]}
        written(calendar, changes, by=by, at=at)
    return recorded


def seed_standard_calendars(*, by: User | None, at: datetime) -> list[Calendar]:
    """The calendars every department begins with, and the years known; what is there stays as it is.

    The office closes on holidays; chat and hotline work through them and therefore need no years.
    """
    standard = {
        "office": (gettext("Office hours"), ("09:00-18:00",) * 5 + ("", "")),
        "chat": (gettext("Chat hours"), ("08:00-24:00",) * 7),
        "hotline": (gettext("Hotline, round the clock"), ("00:00-24:00",) * 7),
    }
    calendars = []
    for code, (name, texts) in standard.items():
        is_office = code == "office"
        calendar = Calendar.objects.filter(code=code).first() or create(
            by=by,
            at=at,
            code=code,
            name=name,
            timezone=ZoneInfo("Asia/Shanghai"),
            week=tuple(from_text(text) for text in texts),
            needs_years=is_office,
        )
        for year in sorted(STATUTORY_DAYS.keys() - set(calendar.years.values_list("year", flat=True))):
            announce_year(calendar, by=by, at=at, announced=mainland_year(year), closes=is_office)
        calendars.append(calendar)
    return calendars


# What the steps share


def _permit(by: User | None, permission: str) -> None:
    """Raises: NotAllowed; the system itself (None) may."""
    if by is not None and not by.has_perm(permission):
        raise NotAllowed(_("You may not change calendars."))


@contextmanager
def held(calendar: Calendar, by: User | None) -> Iterator[None]:
    """Lock a calendar and read it anew, until the step is done; what it said before the step is kept.

    Raises: NotAllowed.
    """
    _permit(by, "staffing.change_calendar")
    with transaction.atomic():
        calendar.refresh_from_db(from_queryset=Calendar.objects.select_for_update())
        _keep_edition(calendar)
        yield


def written(
    calendar: Calendar,
    changes: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> None:
    """Save a held calendar as a new version, keep its edition, and log what changed."""
    calendar.version += 1
    calendar.save()
    _keep_edition(calendar)
    audit.record(AuditAction.CHANGE, calendar, by=by, at=at, changes=changes, reason=reason)


def _keep_edition(calendar: Calendar) -> None:
    """Write the edition of the calendar's version, unless it is written: the first writing stands."""
    if not calendar.editions.filter(version=calendar.version).exists():
        calendar.editions.create(version=calendar.version, schedule=_present(calendar).to_json())


def _open_at_all(week: Week) -> None:
    """A calendar that never opens would make every due time impossible. Raises: MissingInformation."""
    if not any(week):
        raise MissingInformation(_("Give the hours of at least one weekday."))


def _week_text(data: dict[str, Any]) -> str:
    """A week as the audit log tells it: mon 09:00-18:00; tue 09:00-18:00"""
    days = zip(WEEKDAYS, read_week(data), strict=True)
    return "; ".join(f"{day} {to_text(windows)}" for day, windows in days if windows)


def _day(calendar: Calendar, on: date, kind: DayKind, name: str, windows: Windows) -> CalendarDay:
    return CalendarDay(calendar=calendar, on=on, kind=kind, name=name, windows=write_windows(windows))


def _days(calendar: Calendar, announced: AnnouncedYear) -> list[CalendarDay]:
    holidays = [
        _day(calendar, on, DayKind.STATUTORY if on in announced.statutory else DayKind.HOLIDAY, name, ())
        for on, name in announced.holidays.items()
    ]
    workdays = [_day(calendar, on, DayKind.WORKDAY, name, ()) for on, name in announced.workdays.items()]
    return holidays + workdays


def _consistent(announced: AnnouncedYear) -> None:
    """Raises: MissingInformation."""
    dates = [*announced.holidays, *announced.workdays]
    if any(on.year != announced.year for on in dates):
        raise MissingInformation(_("All dates must lie in the year that is announced."))
    if not announced.holidays.keys().isdisjoint(announced.workdays):
        raise MissingInformation(_("A date is either a holiday or a workday, not both."))
    if not announced.statutory <= announced.holidays.keys():
        raise MissingInformation(_("Each statutory day must be among the holidays."))


def _day_text(day: CalendarDay | None) -> str | None:
    """An exceptional day as the audit log tells it."""
    if day is None:
        return None
    return " ".join(filter(None, [day.kind, day.name, to_text(read_windows(day.windows, "windows"))]))
