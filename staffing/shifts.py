"""Shifts as arithmetic: which instants one covers, to which one a signing-in belongs, how late it is."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple, Protocol, TypeVar
from zoneinfo import ZoneInfo

from staffing import policy

DAY = timedelta(days=1)


class Span(NamedTuple):
    starts_at: datetime
    ends_at: datetime


class Shift(Protocol):
    """Whatever has a first instant and a first instant after it."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


S = TypeVar("S", bound=Shift)


def span(on: date, starts: time, ends: time, zone: ZoneInfo) -> Span:
    """The two instants of a shift that starts on a date, by the wall clock of a place.

    A shift that ends at or before its start ends on the next day. Its length is what really passes: on the
    nights on which the clocks change 22:00-06:00 lasts seven or nine hours. Of a time shown twice the first
    showing counts; one that is skipped is as much later as the clocks were put forward.

    Units: instants in UTC.
    """
    end_on = on + DAY if ends <= starts else on
    return Span(
        datetime.combine(on, starts, zone).astimezone(UTC),
        datetime.combine(end_on, ends, zone).astimezone(UTC),
    )


def belonging_to(at: datetime, shifts: Iterable[S]) -> S | None:
    """The shift to which signing in at an instant belongs; None outside every window.

    A shift's window runs from SIGN_IN_EARLY before its start to SIGN_IN_LATE after its end. When several
    windows contain the instant, the shift that is running wins, then the next to start, then the one just
    over: whoever comes at 06:50 between a night until 06:00 and a morning from 07:00 comes for the morning.

    Source: staffing.md 2.7.
    """
    inside = [
        shift
        for shift in shifts
        if shift.starts_at - policy.SIGN_IN_EARLY <= at <= shift.ends_at + policy.SIGN_IN_LATE
    ]
    return min(inside, key=lambda shift: _rank(shift, at), default=None)


def _rank(shift: Shift, at: datetime) -> tuple[int, timedelta]:
    if shift.starts_at <= at < shift.ends_at:
        return 0, timedelta(0)
    if at < shift.starts_at:
        return 1, shift.starts_at - at
    return 2, at - shift.ends_at


def end_of_run(shift: Shift, following: Iterable[Shift]) -> datetime:
    """When a shift ends, or the last of those that adjoin it; `following` in the order in which they start.

    One adjoins that starts before whoever stayed on would count as having forgotten to sign out.
    """
    ends_at = shift.ends_at
    for each in following:
        if each.starts_at >= ends_at + policy.FORGOTTEN_AFTER:
            break
        ends_at = each.ends_at
    return ends_at


def lateness(at: datetime, starts_at: datetime) -> timedelta | None:
    """How long after the shift's start; None up to and including LATE_GRACE."""
    late_by = at - starts_at
    return late_by if late_by > policy.LATE_GRACE else None
