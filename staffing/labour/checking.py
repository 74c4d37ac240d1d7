"""Which rules of working time a worker's shifts break.

Only what has a part in the period checked is told; what lies before and after it is taken into account, as
far as the caller gives it (see `hours.reach`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from staffing.choices import RestrictionKind, RuleCode
from staffing.labour.breaches import Breach
from staffing.labour.facts import (
    Hindrance,
    Key,
    NightHours,
    WorkedShift,
    Worker,
    minutes,
    minutes_by_date,
    monday,
    night_spans,
)
from staffing.labour.hours import (
    NIGHT,
    SUNDAY,
    DayHours,
    hours_by_day,
    rests,
    runs,
    statutory_parts,
    week_standard,
)
from staffing.labour.rules import RuleBook
from staffing.shifts import DAY


def check(
    workers: Iterable[Worker],
    shifts: Mapping[Key, Sequence[WorkedShift]],
    *,
    first_on: date,
    last_on: date,
    book: RuleBook,
    hindrances: Iterable[Hindrance] = (),
    night: NightHours = NIGHT,
) -> list[Breach]:
    """All breaches of some workers in a period, worker by worker, each in the order of days."""
    known: dict[Key, list[Hindrance]] = {}
    for hindrance in hindrances:
        known.setdefault(hindrance.worker, []).append(hindrance)
    found: list[Breach] = []
    for worker in workers:
        own = _Check(
            worker, shifts.get(worker.key, ()), first_on=first_on, last_on=last_on, book=book, night=night
        )
        found += own.run(known.get(worker.key, ()))
    return found


class _Check:
    """One worker's shifts against every rule."""

    def __init__(
        self,
        worker: Worker,
        shifts: Sequence[WorkedShift],
        *,
        first_on: date,
        last_on: date,
        book: RuleBook,
        night: NightHours,
    ) -> None:
        self.worker, self.book, self.night = worker, book, night
        self.first_on, self.last_on = first_on, last_on
        self.shifts = sorted(shifts, key=lambda shift: (shift.starts_at, shift.ends_at))
        self.started = [shift for shift in self.shifts if self._is_inside(shift.on)]
        self.days = hours_by_day(worker, self.shifts, book)

    def run(self, hindrances: Iterable[Hindrance]) -> list[Breach]:
        if not self.started:
            return []
        found = [
            *self._facts(hindrances),
            *self._gaps(),
            *self._single_days(),
            *self._weeks(),
            *self._months(),
            *self._runs(),
            *self._nights(),
            *self._holidays(),
            *self._years(),
        ]
        return sorted(found, key=lambda breach: breach.on)

    # What forbids single shifts

    def _facts(self, hindrances: Iterable[Hindrance]) -> Iterator[Breach]:
        for shift in self.started:
            if not self.worker.is_employed(shift.on):
                yield self._breach(RuleCode.NOT_EMPLOYED, shift.on, shifts=(shift,))
            for each in hindrances:
                if each.forbids(shift):
                    yield self._breach(each.code, shift.on, shifts=(shift,), note=each.note)

    def _nights(self) -> Iterator[Breach]:
        protected = [each for each in self.worker.restrictions if each.kind == RestrictionKind.NO_NIGHTS]
        if not protected:
            return
        for shift in self.started:
            length = sum(
                part
                for dark in night_spans(shift.starts_at, shift.ends_at, self.worker.zone, self.night)
                for on, part in minutes_by_date(*dark, self.worker.zone).items()
                if any(each.covers(on) for each in protected)
            )
            if length:
                yield self._breach(RuleCode.PROTECTED_NIGHT, shift.on, hours(length), shifts=(shift,))

    def _holidays(self) -> Iterator[Breach]:
        for shift in self.started:
            for on, length in statutory_parts(self.worker, shift).items():
                paid = round(shift.paid_minutes * length / minutes(shift.length))
                if paid:
                    yield self._breach(
                        RuleCode.STATUTORY_WORK, shift.on, hours(paid), span=(on, on), shifts=(shift,)
                    )

    def _years(self) -> Iterator[Breach]:
        unknown = [shift.on for shift in self.started if not self.worker.calendar.is_known(shift.on)]
        for _year, days in groupby(unknown, key=lambda on: on.year):
            worked = list(days)
            yield self._breach(RuleCode.UNKNOWN_YEAR, worked[0], span=(worked[0], worked[-1]))

    # What lies between shifts

    def _gaps(self) -> Iterator[Breach]:
        for rest in rests(self.shifts):
            on = self._inside([rest.after.on, rest.before.on])
            if on is None or (rest.is_pause and rest.length >= timedelta(0)):
                continue
            if rest.length < timedelta(0):
                yield self._breach(RuleCode.OVERLAP, on, hours(minutes(-rest.length)), shifts=tuple(rest))
            elif minutes(rest.length) < self.book.minutes(RuleCode.REST_BETWEEN, self.worker, on):
                length = hours(minutes(rest.length))
                yield self._breach(RuleCode.REST_BETWEEN, on, length, shifts=tuple(rest))

    def _runs(self) -> Iterator[Breach]:
        for run in runs(self.days):
            limit = self.book.rule(RuleCode.DAYS_IN_A_ROW, self.worker, run.last_on).limit
            if run.days <= limit or run.last_on < self.first_on or run.first_on > self.last_on:
                continue
            first_too_many = run.first_on + DAY * int(limit)
            on = min(max(first_too_many, self.first_on), self.last_on, run.last_on)
            yield self._breach(
                RuleCode.DAYS_IN_A_ROW, on, Decimal(run.days), span=(run.first_on, run.last_on)
            )

    # Days, weeks, months

    def _single_days(self) -> Iterator[Breach]:
        protected = [each for each in self.worker.restrictions if each.kind == RestrictionKind.NO_OVERTIME]
        for day in self._days_inside():
            shifts = self._shifts_on(day.on)
            if day.beyond:
                yield self._breach(RuleCode.DAY_HOURS, day.on, hours(day.paid), shifts=shifts)
            if day.beyond > self.book.minutes(RuleCode.OVERTIME_DAY, self.worker, day.on):
                yield self._breach(RuleCode.OVERTIME_DAY, day.on, hours(day.beyond), shifts=shifts)
            if day.overtime and any(each.covers(day.on) for each in protected):
                yield self._breach(RuleCode.PROTECTED_OVERTIME, day.on, hours(day.overtime), shifts=shifts)

    def _weeks(self) -> Iterator[Breach]:
        """The calendar week from Monday: its standard hours and its rest days."""
        for start, group in groupby(self.days.values(), key=lambda day: monday(day.on)):
            days, week = list(group), (start, start + SUNDAY)
            on = self._inside([day.on for day in reversed(days)])
            if on is None:
                continue
            ordinary = sum(day.paid - day.statutory for day in days)
            standard = week_standard(self.worker, start, self.book)
            if ordinary > standard:
                limit = hours(standard)
                yield self._breach(RuleCode.WEEK_HOURS, on, hours(ordinary), span=week, limit=limit)
            rest_days = 7 - len(days)
            if rest_days < self.book.rule(RuleCode.REST_DAY, self.worker, on).limit:
                yield self._breach(RuleCode.REST_DAY, on, Decimal(rest_days), span=week)

    def _months(self) -> Iterator[Breach]:
        """Told on the day that passes the limit, or on the last of the period that adds to it."""
        over = [day for day in self.days.values() if day.overtime]
        for _month, group in groupby(over, key=lambda day: day.on.replace(day=1)):
            days = list(group)
            total = sum(day.overtime for day in days)
            limit = self.book.minutes(RuleCode.OVERTIME_MONTH, self.worker, days[-1].on)
            if total <= limit:
                continue
            passing = [day.on for number, day in enumerate(days, 1) if _total(days[:number]) > limit]
            on = self._inside([*passing, *reversed([day.on for day in days])])
            if on is not None:
                span = (days[0].on, days[-1].on)
                yield self._breach(RuleCode.OVERTIME_MONTH, on, hours(total), span=span)

    # What they share

    def _is_inside(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on

    def _inside(self, days: Iterable[date]) -> date | None:
        return next((on for on in days if self._is_inside(on)), None)

    def _days_inside(self) -> list[DayHours]:
        return [day for on, day in self.days.items() if self._is_inside(on)]

    def _shifts_on(self, on: date) -> tuple[WorkedShift, ...]:
        return tuple(shift for shift in self.started if shift.on == on)

    def _breach(
        self,
        code: RuleCode,
        on: date,
        measured: Decimal = Decimal(0),
        *,
        span: tuple[date, date] | None = None,
        shifts: tuple[WorkedShift, ...] = (),
        limit: Decimal | None = None,
        note: str = "",
    ) -> Breach:
        rule = self.book.rule(code, self.worker, on)
        first_on, last_on = span or (on, on)
        return Breach(
            code=code,
            severity=rule.severity,
            on=on,
            worker=self.worker.key,
            name=self.worker.name,
            measured=measured,
            limit=rule.limit if limit is None else limit,
            first_on=first_on,
            last_on=last_on,
            zone=self.worker.zone,
            article=rule.article,
            shifts=shifts,
            note=note,
        )


def hours(length: int) -> Decimal:
    """Of minutes."""
    return Decimal(length) / 60


def _total(days: Iterable[DayHours]) -> int:
    return sum(day.overtime for day in days)
