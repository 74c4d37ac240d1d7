"""Hours, overtime and rest of one worker: each worked minute is counted once.

Everything is booked on the day on which its shift starts. What of a shift really lies on a statutory holiday
is paid threefold, whatever the week. Of the rest, what passes the day's limit is an extended day; what then
still passes the week's standard hours (those of its workdays, make-up workdays included) is work on rest
days, taken first from the days that the calendar calls off, the latest first. For complete figures the caller
gives the shifts of every week that he asks about, whole (see `reach`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from staffing import policy
from staffing.choices import RuleCode
from staffing.labour.facts import (
    Key,
    Nature,
    NightHours,
    WorkedShift,
    Worker,
    dates,
    minutes,
    minutes_by_date,
    monday,
    night_spans,
)
from staffing.labour.rules import RuleBook
from staffing.shifts import DAY

NIGHT = NightHours()
SUNDAY = 6 * DAY
LOOK_BACK = 14 * DAY
"""How far a run of working days is followed beyond the weeks and months asked about."""


@dataclass(frozen=True)
class DayHours:
    """One day's shifts. Units: minutes; `regular` and the three kinds of overtime make up what is paid."""

    on: date
    regular: int
    extended: int
    """Beyond the day's limit, paid 150 %."""
    rest_day: int
    """Beyond the week's standard hours, paid 200 % where no time off is given for it."""
    statutory: int
    """On a statutory holiday, paid 300 %."""
    beyond: int
    """What passes the day's limit, of whatever kind. Not to be added to the others."""

    @property
    def overtime(self) -> int:
        return self.extended + self.rest_day + self.statutory

    @property
    def paid(self) -> int:
        return self.regular + self.overtime


@dataclass(frozen=True)
class Ledger:
    """Hours, overtime and rest of one worker between two days, both included. Units: minutes and days."""

    worker: Key
    name: str
    first_on: date
    last_on: date
    standard_minutes: int
    """The workdays of the calendar on which the worker is employed, by the contract's week."""
    paid_minutes: int
    regular_minutes: int
    extended_minutes: int
    rest_day_minutes: int
    statutory_minutes: int
    night_minutes: int
    worked_days: int
    rest_days: int
    """Days of employment on which no shift starts."""
    nights: int
    weekends: int
    """Worked Saturdays and Sundays that are neither made up for nor holidays."""
    holidays: int
    shortest_rest: timedelta | None
    """Before a shift of the period; None where nothing came before."""
    longest_run: int
    """Of consecutive worked days, those before and after the period included."""

    @property
    def overtime_minutes(self) -> int:
        return self.extended_minutes + self.rest_day_minutes + self.statutory_minutes


class Rest(NamedTuple):
    """Between two shifts that follow each other; negative where they overlap."""

    before: WorkedShift
    after: WorkedShift

    @property
    def length(self) -> timedelta:
        return self.after.starts_at - self.before.ends_at

    @property
    def is_pause(self) -> bool:
        """Two shifts of one day that nearly adjoin are one stretch of work."""
        return self.before.on == self.after.on and self.length < policy.FORGOTTEN_AFTER


class Run(NamedTuple):
    first_on: date
    last_on: date

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1


def reach(first_on: date, last_on: date) -> tuple[date, date]:
    """The days whose shifts are needed to judge a period: whole months and weeks, and runs that touch it."""
    first = min(monday(first_on), monday(first_on.replace(day=1))) - LOOK_BACK
    next_month = (last_on.replace(day=28) + 4 * DAY).replace(day=1)
    return first, max(monday(next_month - DAY) + SUNDAY, last_on + LOOK_BACK)


def hours_by_day(worker: Worker, shifts: Iterable[WorkedShift], book: RuleBook) -> dict[date, DayHours]:
    """The days on which shifts start, in order."""
    days = {
        on: _day(worker, on, list(group), book)
        for on, group in groupby(sorted(shifts, key=lambda shift: shift.on), key=lambda shift: shift.on)
    }
    for start, week in groupby(list(days), key=monday):
        for day in _rest_day_work(worker, start, [days[on] for on in week], book):
            days[day.on] = day
    return days


def week_standard(worker: Worker, start: date, book: RuleBook) -> int:
    """The standard minutes of the week that begins on a Monday: a fifth of the limit for each workday."""
    workdays = worker.calendar.workdays(start, start + SUNDAY)
    return book.minutes(RuleCode.WEEK_HOURS, worker, start) * workdays // 5


def statutory_minutes(worker: Worker, shift: WorkedShift) -> int:
    """What of a shift's paid time lies on statutory holidays; its break lies evenly over it."""
    parts = statutory_parts(worker, shift)
    return round(shift.paid_minutes * sum(parts.values()) / minutes(shift.length)) if parts else 0


def statutory_parts(worker: Worker, shift: WorkedShift) -> dict[date, int]:
    """The minutes of a shift on each statutory holiday that it touches, breaks included."""
    nature = worker.calendar.nature
    last_on = shift.ends_at.astimezone(worker.zone).date()
    if all(nature(on) != Nature.STATUTORY for on in dates(shift.on, last_on)):
        return {}
    parts = minutes_by_date(shift.starts_at, shift.ends_at, worker.zone)
    return {on: length for on, length in parts.items() if nature(on) == Nature.STATUTORY}


def night_minutes(worker: Worker, shift: WorkedShift, night: NightHours = NIGHT) -> int:
    parts = night_spans(shift.starts_at, shift.ends_at, worker.zone, night)
    return sum(minutes(part.ends_at - part.starts_at) for part in parts)


def rests(shifts: Iterable[WorkedShift]) -> list[Rest]:
    """What lies between each shift and the one before it that ends last."""
    found: list[Rest] = []
    before: WorkedShift | None = None
    for shift in sorted(shifts, key=lambda each: (each.starts_at, each.ends_at)):
        if before is not None:
            found.append(Rest(before, shift))
        if before is None or shift.ends_at >= before.ends_at:
            before = shift
    return found


def runs(worked: Iterable[date]) -> list[Run]:
    """The runs of consecutive days, in order."""
    found: list[Run] = []
    for on in sorted(set(worked)):
        if found and found[-1].last_on + DAY == on:
            found[-1] = Run(found[-1].first_on, on)
        else:
            found.append(Run(on, on))
    return found


def ledger(
    worker: Worker,
    shifts: Sequence[WorkedShift],
    *,
    first_on: date,
    last_on: date,
    book: RuleBook,
    night: NightHours = NIGHT,
) -> Ledger:
    """The account of a period: of the shifts that start in it; the others are needed, too (see `reach`)."""
    days = hours_by_day(worker, shifts, book)
    inside = [day for on, day in days.items() if first_on <= on <= last_on]
    started = [shift for shift in shifts if first_on <= shift.on <= last_on]
    dark = {shift: night_minutes(worker, shift, night) for shift in started}
    calendar = worker.calendar
    gaps = [rest.length for rest in rests(shifts) if rest.after in dark and not rest.is_pause]
    employed = [on for on in dates(first_on, last_on) if worker.is_employed(on)]
    return Ledger(
        worker=worker.key,
        name=worker.name,
        first_on=first_on,
        last_on=last_on,
        standard_minutes=_standard(worker, employed, book),
        paid_minutes=sum(day.paid for day in inside),
        regular_minutes=sum(day.regular for day in inside),
        extended_minutes=sum(day.extended for day in inside),
        rest_day_minutes=sum(day.rest_day for day in inside),
        statutory_minutes=sum(day.statutory for day in inside),
        night_minutes=sum(dark.values()),
        worked_days=len(inside),
        rest_days=len([on for on in employed if on not in days]),
        nights=len({shift.on for shift, dim in dark.items() if dim >= minutes(policy.NIGHT_COUNTS_FROM)}),
        weekends=sum(
            day.on.weekday() > 4 and calendar.nature(day.on) in {Nature.REST, Nature.WORKDAY}  # noqa: PLR2004
            for day in inside
        ),
        holidays=sum(bool(day.statutory) or calendar.nature(day.on) == Nature.HOLIDAY for day in inside),
        shortest_rest=max(min(gaps), timedelta(0)) if gaps else None,
        longest_run=max(
            (run.days for run in runs(days) if run.last_on >= first_on and run.first_on <= last_on), default=0
        ),
    )


def _standard(worker: Worker, employed: Iterable[date], book: RuleBook) -> int:
    weekly = worker.weekly_minutes
    return sum(
        (book.minutes(RuleCode.WEEK_HOURS, worker, on) if weekly is None else weekly) // 5
        for on in employed
        if worker.calendar.nature(on).is_worked
    )


def _day(worker: Worker, on: date, shifts: list[WorkedShift], book: RuleBook) -> DayHours:
    """One day before its week is looked at."""
    limit = book.minutes(RuleCode.DAY_HOURS, worker, on)
    paid = sum(shift.paid_minutes for shift in shifts)
    statutory = sum(statutory_minutes(worker, shift) for shift in shifts)
    ordinary = paid - statutory
    return DayHours(
        on=on,
        regular=min(ordinary, limit),
        extended=max(0, ordinary - limit),
        rest_day=0,
        statutory=statutory,
        beyond=max(0, paid - limit),
    )


def _rest_day_work(worker: Worker, start: date, week: list[DayHours], book: RuleBook) -> list[DayHours]:
    """The days of a week that change because its standard hours are passed.

    A day that is rest-day work throughout is so beyond its limit as well.
    """
    excess = sum(day.regular for day in week) - week_standard(worker, start, book)
    nature, changed = worker.calendar.nature, []
    for day in sorted(week, key=lambda each: (nature(each.on).is_worked, -each.on.toordinal())):
        taken = min(day.regular, excess)
        if taken <= 0:
            continue
        excess -= taken
        is_whole = taken == day.regular
        changed.append(
            DayHours(
                on=day.on,
                regular=day.regular - taken,
                extended=0 if is_whole else day.extended,
                rest_day=taken + (day.extended if is_whole else 0),
                statutory=day.statutory,
                beyond=day.beyond,
            )
        )
    return changed
