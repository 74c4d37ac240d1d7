"""The arithmetic of a peak: how many people a phase takes, who is missing, and whether help comes in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from staffing import policy
from staffing.choices import NeedState, PeopleSource

DAY = timedelta(days=1)
HALF_HOUR = timedelta(minutes=30)
COUNTS_FROM = HALF_HOUR / 2
"""Whoever is there for at least so much of a half hour counts in it."""
BY_NAME = frozenset({PeopleSource.TEMPORARY, PeopleSource.RECRUITMENT})
"""Of these only those count who have been hired: a promise of the agency answers no customer."""


class Flaw(StrEnum):
    """Why a row of people wanted will not help as planned."""

    NO_DATE = "no_date"
    HIRED_LATE = "hired_late"
    TRAINED_LATE = "trained_late"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Help:
    """People who come from somewhere, from one day to another, both included."""

    first_on: date
    last_on: date
    planned: int
    found: int
    trained: int

    def covers(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


@dataclass(frozen=True)
class Balance:
    """One day, or a phase on its worst day. Gaps are people who lack; never below nothing."""

    on: date
    needed: int
    there: int
    planned: int
    found: int
    trained: int

    @property
    def gap(self) -> int:
        """What the own roster leaves open."""
        return max(0, self.needed - self.there)

    @property
    def open_by_plan(self) -> int:
        """What stays open even if everybody comes who is planned."""
        return max(0, self.gap - self.planned)

    @property
    def open_by_now(self) -> int:
        """What would stay open if nobody else were found."""
        return max(0, self.gap - self.found)

    @property
    def spare(self) -> int:
        """How many more are planned than lack."""
        return max(0, self.there + self.planned - self.needed)


def days(first_on: date, last_on: date) -> Iterator[date]:
    for number in range((last_on - first_on).days + 1):
        yield first_on + number * DAY


def people_needed(baseline: int, factor: Decimal) -> int:
    """As many times the people of an ordinary day as the contacts are expected to grow, rounded up.

    A rule of thumb on the safe side: a bigger group is busier for the same waiting, so it needs fewer.
    Source: staffing.md, tables of Erlang.
    """
    return int((baseline * factor).to_integral_value(ROUND_CEILING))


def balance(on: date, *, baseline: int, factor: Decimal, there: int, help_: Iterable[Help]) -> Balance:
    coming = [each for each in help_ if each.covers(on)]
    return Balance(
        on=on,
        needed=people_needed(baseline, factor),
        there=there,
        planned=sum(each.planned for each in coming),
        found=sum(each.found for each in coming),
        trained=sum(each.trained for each in coming),
    )


def worst(balances: Iterable[Balance]) -> Balance:
    """A phase is staffed as well as its worst day; of equal days the first."""
    return max(
        balances, key=lambda each: (each.open_by_plan, each.open_by_now, each.gap, -each.on.toordinal())
    )


def filled(
    source: PeopleSource, state: NeedState, *, wanted: int, named: int, certified: int
) -> tuple[int, int]:
    """How many of those wanted are found, and how many of them are trained.

    Temporary staff and recruits count by name, once they are hired; colleagues and the people of a
    contractor count as told, too. Nobody counts beyond the number wanted.
    """
    if state == NeedState.CANCELLED:
        return 0, 0
    told_found = told_ready = 0
    if source not in BY_NAME:
        told_found = wanted if state in {NeedState.FOUND, NeedState.READY} else 0
        told_ready = wanted if state == NeedState.READY else 0
    found = min(wanted, max(named, told_found))
    return found, min(found, max(certified, told_ready))


def latest_hiring_day(source: PeopleSource, first_on: date) -> date:
    """The last day on which somebody can come and still be trained before his first day of work."""
    return first_on - policy.PEAK_LEAD_DAYS[source] * DAY


def flaws(
    source: PeopleSource,
    *,
    first_on: date,
    hired_by: date | None,
    trained_by: date | None,
    is_filled: bool,
    today: date,
) -> tuple[Flaw, ...]:
    """What is wrong with the dates of people wanted, the gravest first."""
    found = []
    if not is_filled and today > (hired_by or first_on - DAY):
        found.append(Flaw.OVERDUE)
    if hired_by is None and source in BY_NAME | {PeopleSource.OUTSOURCED}:
        found.append(Flaw.NO_DATE)
    if hired_by is not None and hired_by > latest_hiring_day(source, first_on):
        found.append(Flaw.HIRED_LATE)
    if trained_by is not None and trained_by >= first_on:
        found.append(Flaw.TRAINED_LATE)
    return tuple(found)


def half_hours(starts_at: datetime, ends_at: datetime) -> list[datetime]:
    """The instants at which the half hours of a span begin, whatever the clock on the wall does meanwhile."""
    count = (ends_at - starts_at) // HALF_HOUR
    return [starts_at + number * HALF_HOUR for number in range(count)]


def count_in_each(
    half_hours_: Iterable[datetime], spans: Iterable[tuple[datetime, datetime]]
) -> dict[datetime, int]:
    """How many of the spans fill at least COUNTS_FROM of each half hour."""
    known = list(spans)
    return {
        start: sum(min(end, start + HALF_HOUR) - max(begin, start) >= COUNTS_FROM for begin, end in known)
        for start in half_hours_
    }
