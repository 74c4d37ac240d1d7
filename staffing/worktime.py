"""Open hours as arithmetic: when a target is used up, and how much of it has run.

Days are walked as local dates, because calendars and laws speak of dates. Every difference is
taken between UTC instants, because a wall clock jumps twice a year in many places. All functions
want aware datetimes and answer in UTC; nothing here reads a clock or a database.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, overload
from zoneinfo import ZoneInfo

from staffing.windows import (
    DAY,
    WEEKDAYS,
    Window,
    Windows,
    read_pair,
    read_week,
    read_windows,
    write_week,
    write_windows,
)

NOTHING = timedelta(0)
HORIZON = timedelta(days=36525)  # Beyond a century a target counts as never used up.
FOREVER = datetime.max.replace(tzinfo=UTC)

Interval = tuple[datetime, datetime]
Pause = tuple[datetime, datetime | None]


class YearWithoutCalendar(LookupError):  # noqa: N818 - named as the rule
    """The arithmetic needs a day of a year whose holidays nobody has recorded: no guess is made."""

    def __init__(self, year: int) -> None:
        super().__init__(f"The calendar has no data for the year {year}.")
        self.year = year


class NeverOpens(ValueError):  # noqa: N818
    """A target would not be used up within a century: the schedule hardly opens, or never."""


@dataclass(frozen=True)
class Schedule:
    """When a clock may run: a week of windows, and the days and spans that differ from it.

    A holiday closes the windows that open on it; one of the evening before runs on past midnight.
    A workday's own windows replace those of the week, and win over a holiday of the same date.
    `blackouts` are half-open spans of local time in which nothing runs. `years` are those with
    official data; None means that every year is known.
    """

    timezone: ZoneInfo
    week: tuple[Windows, ...]
    holidays: frozenset[date] = frozenset()
    workdays: Mapping[date, Windows] = field(default_factory=dict, hash=False)
    blackouts: tuple[Interval, ...] = ()
    years: frozenset[int] | None = None
    _days: dict[date, tuple[Interval, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if len(self.week) != len(WEEKDAYS):
            raise ValueError("week: needs seven days, Monday first")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Schedule:
        """Read a calendar file.

        Raises: ValueError whose text begins with the offending field.
        """
        if not isinstance(data, Mapping):
            raise ValueError("calendar: must be an object")  # noqa: TRY004 - a bad file, not a bad call
        return _read(data)

    def to_json(self) -> dict[str, Any]:
        """What `from_json` reads back as a schedule equal to this one."""
        return {
            "timezone": self.timezone.key,
            "week": write_week(self.week),
            "holidays": sorted(map(str, self.holidays)),
            "workdays": {str(on): write_windows(hours) for on, hours in sorted(self.workdays.items())},
            "blackouts": [[begin.isoformat(), end.isoformat()] for begin, end in self.blackouts],
            "years": None if self.years is None else sorted(self.years),
        }

    def instant(self, wall: datetime) -> datetime:
        """The first instant at which the zone's clock shows that time or a later one.

        So a time shown twice is its first showing, and one that is skipped is the jump itself.
        """
        early = wall.replace(tzinfo=self.timezone, fold=0)
        late = wall.replace(tzinfo=self.timezone, fold=1)
        if early.utcoffset() == late.utcoffset():
            return early.astimezone(UTC)
        first, second = early.astimezone(UTC), late.astimezone(UTC)
        if first < second:
            return first
        seconds = range(int((first - second).total_seconds()) + 1)
        jump = bisect_left(seconds, wall, key=lambda after: self._wall(second, after))
        return second + timedelta(seconds=jump)

    def _wall(self, at: datetime, after_seconds: int = 0) -> datetime:
        moved = at + timedelta(seconds=after_seconds)
        return moved.astimezone(self.timezone).replace(tzinfo=None)

    def windows_on(self, day: date) -> Windows:
        """The windows that open on a date.

        Raises: YearWithoutCalendar.
        """
        if self.years is not None and day.year not in self.years:
            raise YearWithoutCalendar(day.year)
        if day in self.workdays:
            return self.workdays[day]
        return () if day in self.holidays else self.week[day.weekday()]

    def _opening(self, day: date) -> tuple[Interval, ...]:
        """The spans of a date's windows less the blackouts, ascending; kept once computed."""
        if day not in self._days:
            midnight = datetime.combine(day, time.min)
            self._days[day] = tuple(
                span
                for opens, closes in sorted(self.windows_on(day))
                for span in _outside(
                    self.instant(midnight + opens), self.instant(midnight + closes), self._closed
                )
            )
        return self._days[day]

    @cached_property
    def _closed(self) -> tuple[Interval, ...]:
        return tuple((self.instant(begin), self.instant(end)) for begin, end in self.blackouts)

    @cached_property
    def _reach(self) -> Window | None:
        """From the earliest opening to the latest closing of any day; None if nothing opens."""
        windows = [w for day in (*self.week, *self.workdays.values()) for w in day]
        if not windows:
            return None
        return Window(min(w.opens for w in windows), max(w.closes for w in windows))

    def spans(self, start: datetime, end: datetime) -> Iterator[Interval]:
        """The open time between two instants, disjoint and ascending, day by day as asked for.

        A day is needed only when some window of the schedule, if it stood on that day, would reach
        into the span: an office that shuts at 18:00 needs no old year on New Year's morning.
        """
        if self._reach is None:
            return
        reached = start
        day = (self._wall(start) - self._reach.closes).date() + DAY
        while self.instant(datetime.combine(day, time.min) + self._reach.opens) < end:
            for opened, closed in self._opening(day):
                begin, finish = max(opened, reached), min(closed, end)
                if begin < finish:
                    yield begin, finish
                    reached = finish
            day += DAY


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    return at.astimezone(UTC)


def _outside(start: datetime, end: datetime, gaps: Iterable[Interval]) -> Iterator[Interval]:
    """What is left of a span without the gaps: overlapping, nested or equal ones count once."""
    reached = start
    for begin, finish in sorted(gaps):
        if begin >= end:
            break
        if reached < begin:
            yield reached, begin
        reached = max(reached, finish)
    if reached < end:
        yield reached, end


def _running(start: datetime, end: datetime, pauses: Sequence[Pause]) -> Iterator[Interval]:
    gaps = [(_utc(begin), FOREVER if finish is None else _utc(finish)) for begin, finish in pauses]
    if any(finish < begin for begin, finish in gaps):
        raise ValueError("a pause ends before it begins")
    return _outside(start, end, gaps)


@overload
def due_at(start: datetime, target: timedelta, schedule: Schedule) -> datetime: ...
@overload
def due_at(
    start: datetime, target: timedelta, schedule: Schedule, pauses: Sequence[Pause]
) -> datetime | None: ...
def due_at(
    start: datetime, target: timedelta, schedule: Schedule, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The instant at which a target of open, unpaused time is used up; None while a pause is open.

    A target used up exactly when a window closes or a pause begins is due then, not at the next
    opening. A target of zero is due at its start, open or not. A pause without end does not matter
    to a target that was used up before it began.

    Source: due = pure function(start, target, calendar version, union of pauses).
    Raises: YearWithoutCalendar; NeverOpens; ValueError for a negative target or a naive instant.
    """
    if target < NOTHING:
        raise ValueError("a target cannot be negative")
    begin, left = _utc(start), target
    if not left:
        return begin
    for runs_from, runs_to in _running(begin, begin + HORIZON, pauses):
        for opened, closed in schedule.spans(runs_from, runs_to):
            if closed - opened >= left:
                return opened + left
            left -= closed - opened
    if any(end is None for _, end in pauses):
        return None
    raise NeverOpens("The schedule does not open long enough for the target to be used up.")


def elapsed(start: datetime, end: datetime, schedule: Schedule, pauses: Sequence[Pause] = ()) -> timedelta:
    """The open, unpaused time between two instants; none when the end lies before the start.

    Raises: YearWithoutCalendar; ValueError for a naive instant or a pause of negative length.
    """
    spans = (
        closed - opened
        for runs_from, runs_to in _running(_utc(start), _utc(end), pauses)
        for opened, closed in schedule.spans(runs_from, runs_to)
    )
    return sum(spans, NOTHING)


def _read(data: Mapping[str, Any]) -> Schedule:
    unknown = set(data) - {"timezone", "week", "holidays", "workdays", "blackouts", "years"}
    if unknown:
        raise ValueError(f"{min(unknown)}: unknown field")
    return Schedule(
        timezone=read_timezone(data.get("timezone")),
        week=read_week(data.get("week")),
        holidays=frozenset(_read_date(text, f"holidays[{n}]") for n, text in _items(data, "holidays", list)),
        workdays={
            _read_date(text, "workdays"): read_windows(pairs, f"workdays.{text}")
            for text, pairs in _items(data, "workdays", dict)
        },
        blackouts=tuple(
            _read_blackout(pair, f"blackouts[{n}]") for n, pair in _items(data, "blackouts", list)
        ),
        years=_read_years(data),
    )


def _items(data: Mapping[str, Any], name: str, kind: type[list[Any] | dict[str, Any]]) -> Any:
    """The members of an optional list (numbered) or object of the file."""
    value = data.get(name, kind())
    if not isinstance(value, kind):
        raise ValueError(f"{name}: must be {'an object' if kind is dict else 'a list'}")  # noqa: TRY004
    return value.items() if isinstance(value, dict) else enumerate(value)


def read_timezone(name: Any) -> ZoneInfo:
    """Raises: ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, TypeError, OSError):
        raise ValueError(f"timezone: {name!r} is not the name of a time zone") from None


def _read_date(text: Any, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {text!r} is not a date such as 2026-02-14") from None


def _read_years(data: Mapping[str, Any]) -> frozenset[int] | None:
    if data.get("years") is None:
        return None
    years = [year for _n, year in _items(data, "years", list)]
    if not all(type(year) is int for year in years):
        raise ValueError("years: must be numbers such as 2026")
    return frozenset(years)


def _read_blackout(value: Any, name: str) -> Interval:
    try:
        begin, end = (datetime.fromisoformat(text) for text in read_pair(value))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    if begin.tzinfo or end.tzinfo:
        raise ValueError(f"{name}: is local time of the calendar, without an offset")
    if end <= begin:
        raise ValueError(f"{name}: ends before it begins")
    return begin, end
