"""How wrong a forecast would have been: made week by week from what was known then, against what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from staffing.demand.forecasting import SLOTS, Day, History, Numbers, fit

WEEK = 7
LEAST_DAYS = 7
"""Of history before the first week that is tried: less teaches no weekday."""

Forecaster = Callable[[History, Sequence[Day]], Numbers]


@dataclass(frozen=True)
class Trial:
    """One week forecast and come. Errors are sums over its half hours; `day_error` over its whole days."""

    first_on: date
    last_on: date
    contacts: float
    own_error: float
    naive_error: float
    day_error: float

    @property
    def own(self) -> float | None:
        return self.own_error / self.contacts if self.contacts else None

    @property
    def naive(self) -> float | None:
        return self.naive_error / self.contacts if self.contacts else None


def profiled(history: History, days: Sequence[Day]) -> Numbers:
    """Our forecast."""
    return fit(history, usual_handling=1.0).contacts(days)


def same_weekday(history: History, days: Sequence[Day], *, weeks: int = 1) -> Numbers:
    """The naive forecast: as on the last such weekday, or the mean of the last few."""
    rows = []
    for day in days:
        same = [n for n, past in enumerate(history.days) if past.on.weekday() == day.on.weekday()][-weeks:]
        rows.append(history.contacts[same or [-1]].mean(axis=0))
    return np.array(rows).reshape(len(days), SLOTS)


def by_week(history: History, *, weeks: int) -> list[Trial]:
    """Try the last weeks of a history one by one, the oldest first; each from the days before it only."""
    if not history.days:
        return []
    end = history.days[-1].on + timedelta(days=1)
    firsts = [end - timedelta(days=WEEK * number) for number in range(weeks, 0, -1)]
    return [_trial(history, first) for first in firsts if len(history.until(first).days) >= LEAST_DAYS]


def _trial(history: History, first: date) -> Trial:
    last = first + timedelta(days=WEEK - 1)
    known = history.until(first)
    rows = [number for number, day in enumerate(history.days) if first <= day.on <= last]
    days, come = [history.days[number] for number in rows], history.contacts[rows]
    own, naive = profiled(known, days), same_weekday(known, days)
    return Trial(
        first,
        last,
        float(come.sum()),
        float(np.abs(own - come).sum()),
        float(np.abs(naive - come).sum()),
        float(np.abs(own.sum(axis=1) - come.sum(axis=1)).sum()),
    )


def total(trials: Sequence[Trial]) -> tuple[float | None, float | None]:
    """Our error and the naive one over several weeks; None where nothing came."""
    contacts = sum(trial.contacts for trial in trials)
    if not contacts:
        return None, None
    return (
        sum(trial.own_error for trial in trials) / contacts,
        sum(trial.naive_error for trial in trials) / contacts,
    )


def by_day(trials: Sequence[Trial]) -> float | None:
    """Our error by whole days, in which too many in one half hour make up for too few in another."""
    contacts = sum(trial.contacts for trial in trials)
    return sum(trial.day_error for trial in trials) / contacts if contacts else None
