"""The counted past of a line, as the forecast wants it."""

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np

from staffing.demand import days, half_hours
from staffing.demand.forecasting import SLOTS, History, Numbers
from staffing.models import ServiceLine

MOST_DAYS = 400
"""How far back is read: beyond a year nothing weighs any more, except last year's holidays."""


def of(line: ServiceLine, *, before: date) -> History:
    """The days that were counted and are over. Four queries."""
    counted = counts(line, before - timedelta(days=MOST_DAYS), before - half_hours.DAY)
    dates = sorted(counted)
    return History(
        days.kinds_of(line, dates),
        _table(counted[on][0] for on in dates),
        _table(counted[on][1] for on in dates),
    )


def counts(line: ServiceLine, first_on: date, last_on: date) -> dict[date, tuple[Numbers, Numbers]]:
    """Contacts, and seconds spent on them, by half hour, of each day that was counted. One query."""
    zone = line.team.department.zone
    start, end = half_hours.span(first_on, last_on, zone)
    rows = line.volumes.filter(starts_at__gte=start, starts_at__lt=end)
    counted: dict[date, tuple[Numbers, Numbers]] = {}
    for at, count, spent in rows.values_list("starts_at", "contacts", "handling_seconds_total"):
        on, slot = half_hours.slot_of(at, zone)
        contacts, seconds = counted.setdefault(on, (np.zeros(SLOTS), np.zeros(SLOTS)))
        contacts[slot] += count
        seconds[slot] += spent
    return counted


def _table(rows: Iterable[Numbers]) -> Numbers:
    return np.array(list(rows), dtype=float).reshape(-1, SLOTS)
