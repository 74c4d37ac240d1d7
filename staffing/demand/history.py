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
    zone = line.team.department.zone
    start, end = half_hours.span(before - timedelta(days=MOST_DAYS), before - half_hours.DAY, zone)
    rows = line.volumes.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at")
    contacts: dict[date, Numbers] = {}
    handling: dict[date, Numbers] = {}
    for at, count, seconds in rows.values_list("starts_at", "contacts", "handling_seconds_total"):
        on, slot = half_hours.slot_of(at, zone)
        contacts.setdefault(on, np.zeros(SLOTS))[slot] += count
        handling.setdefault(on, np.zeros(SLOTS))[slot] += seconds
    dates = sorted(contacts)
    return History(
        days.kinds_of(line, dates), _table(contacts[on] for on in dates), _table(handling[on] for on in dates)
    )


def _table(rows: Iterable[Numbers]) -> Numbers:
    return np.array(list(rows), dtype=float).reshape(-1, SLOTS)
