"""What the rules of working time are told: shifts, workers, days, and what stands against work on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from staffing.choices import RestrictionKind, RuleCode
from staffing.shifts import DAY, Span, span

Key = int
"""The caller's own number of a worker, a team, a shift."""

WORKING_WEEK = frozenset(range(5))


class Nature(StrEnum):
    """What a day is to whoever may work on it."""

    WORKDAY = "workday"
    MAKE_UP = "make_up"
    """A weekend day that is worked, in exchange for a day off elsewhere."""
    REST = "rest"
    HOLIDAY = "holiday"
    """Off by exchange; work on it is work on a rest day."""
    STATUTORY = "statutory"

    @property
    def is_worked(self) -> bool:
        return self in {Nature.WORKDAY, Nature.MAKE_UP}


@dataclass(frozen=True)
class DayFacts:
    """The calendar by which working time counts: the days that differ from the week, and the years known.

    `years` None means that every year is known. A day of an unknown year counts as the week says.
    """

    exceptions: Mapping[date, Nature] = field(default_factory=lambda: MappingProxyType({}))
    weekdays: frozenset[int] = WORKING_WEEK
    years: frozenset[int] | None = None

    def nature(self, on: date) -> Nature:
        found = self.exceptions.get(on)
        if found is not None:
            return found
        return Nature.WORKDAY if on.weekday() in self.weekdays else Nature.REST

    def is_known(self, on: date) -> bool:
        return self.years is None or on.year in self.years

    def workdays(self, first_on: date, last_on: date) -> int:
        return sum(self.nature(on).is_worked for on in dates(first_on, last_on))


@dataclass(frozen=True)
class WorkedShift:
    """A shift of one worker, planned or worked. It belongs to the day on which it starts.

    Units: aware instants. `key` is the caller's own, such as the id of the duty.
    """

    on: date
    starts_at: datetime
    ends_at: datetime
    break_minutes: int = 0
    label: str = ""
    key: Key | None = None

    @property
    def length(self) -> timedelta:
        """What really passes, also where the clocks are changed."""
        return self.ends_at.astimezone(UTC) - self.starts_at.astimezone(UTC)

    @property
    def paid_minutes(self) -> int:
        """The break is off."""
        return max(0, minutes(self.length) - self.break_minutes)


@dataclass(frozen=True)
class Restriction:
    """Days, both included, on which somebody is protected; without a last day, until further notice."""

    kind: RestrictionKind
    first_on: date
    last_on: date | None = None

    def covers(self, on: date) -> bool:
        return self.first_on <= on and (self.last_on is None or on <= self.last_on)


@dataclass(frozen=True)
class Worker:
    """`weekly_minutes` is what the contract asks for; None: what the rules call a standard week."""

    key: Key
    name: str
    zone: ZoneInfo
    restrictions: tuple[Restriction, ...] = ()
    weekly_minutes: int | None = None
    team: Key | None = None
    employment: str = ""
    employed_from: date | None = None
    employed_until: date | None = None
    calendar: DayFacts = field(default_factory=DayFacts)

    def is_employed(self, on: date) -> bool:
        return (self.employed_from is None or self.employed_from <= on) and (
            self.employed_until is None or on <= self.employed_until
        )


@dataclass(frozen=True)
class Hindrance:
    """A fact that the caller knows, and that forbids every shift starting on the days it covers.

    `note` is told with it, such as the skill whose certificate is missing. With a `shift` it forbids only the
    one of that key.
    """

    worker: Key
    code: RuleCode
    first_on: date
    last_on: date
    note: str = ""
    shift: Key | None = None

    def forbids(self, shift: WorkedShift) -> bool:
        return self.first_on <= shift.on <= self.last_on and self.shift in {None, shift.key}


@dataclass(frozen=True)
class NightHours:
    """By the wall clock. Source: default of the house for the protection of the pregnant and of minors."""

    starts: time = time(22)
    ends: time = time(6)


# Arithmetic of days


def dates(first_on: date, last_on: date) -> list[date]:
    """Both included; none when the last lies before the first."""
    return [first_on + DAY * number for number in range((last_on - first_on).days + 1)]


def monday(on: date) -> date:
    return on - DAY * on.weekday()


def minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(), zone).astimezone(UTC)


def common(one: Span, other: Span) -> timedelta:
    """How long two spans have in common."""
    return max(timedelta(0), min(one.ends_at, other.ends_at) - max(one.starts_at, other.starts_at))


def minutes_by_date(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> dict[date, int]:
    """How many minutes of a span lie on which local date."""
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    edges = [midnight(on, zone) for on in dates(first, last + DAY)]
    whole = Span(starts_at.astimezone(UTC), ends_at.astimezone(UTC))
    found = zip(dates(first, last), pairwise(edges), strict=True)
    return {on: length for on, edge in found if (length := minutes(common(whole, Span(*edge))))}


def night_spans(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, night: NightHours) -> list[Span]:
    """The parts of a span that lie at night, by real instants."""
    first = starts_at.astimezone(zone).date() - DAY
    found = []
    for on in dates(first, ends_at.astimezone(zone).date()):
        dark = span(on, night.starts, night.ends, zone)
        part = Span(max(dark.starts_at, starts_at), min(dark.ends_at, ends_at))
        if part.starts_at < part.ends_at:
            found.append(part)
    return found
