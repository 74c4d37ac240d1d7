"""How far a clock has run, and how long a matter was held: numbers for whoever reads one ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.choices import HandOver, OwnershipKind
from complaints.models import Clock, OwnershipEntry
from staffing import calendars, worktime

NOTHING = timedelta(0)


@dataclass(frozen=True, kw_only=True)
class Run:
    """How far a clock has run. `used` and `left` are open, unpaused time of the clock's own calendar."""

    clock: Clock
    used: timedelta | None
    """None where the calendar lacks the year: no guess is made."""
    paused: timedelta
    """Wall time of the pauses so far."""

    @property
    def left(self) -> timedelta | None:
        """What is left of the limit; negative by how much it was missed."""
        return None if self.used is None else self.clock.limit - self.used

    @property
    def share(self) -> float | None:
        """The used share of the limit: 0 at the start, 1 when due, more when late."""
        return None if self.used is None else self.used / self.clock.limit


def run_of(clock: Clock, pauses: Sequence[worktime.Pause], *, at: datetime) -> Run:
    """How far the clock has run at an instant, or had run when it stopped."""
    end = clock.stopped_at or at
    try:
        schedule = calendars.schedule_of(clock.calendar, version=clock.calendar_version)
        used = worktime.elapsed(clock.started_at, end, schedule, pauses)
    except worktime.YearWithoutCalendar:
        used = None
    paused = sum(((to or end) - from_ for from_, to in pauses), NOTHING)
    return Run(clock=clock, used=used, paused=paused)


def held_for(entry: OwnershipEntry, *, at: datetime) -> timedelta | None:
    """How long the receiver held the matter, until now or until it passed on; None if he never did.

    An assignment is held from the order on, a transfer only from its acceptance.
    """
    if entry.state not in (HandOver.HOLDING, HandOver.ENDED):
        return None
    begin = entry.accepted_at if entry.kind == OwnershipKind.TRANSFER else entry.at
    return (entry.ended_at or at) - begin if begin else None
