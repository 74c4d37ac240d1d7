"""Contacts to come, by half hour: a profile of each weekday, raised to the level of the last weeks.

    contacts = level x trend x weekday x share of the half hour x events (or the holidays' factor)

- The level is the weighted median of the days, freed of their weekday: one strange day moves nothing. It
  follows a trend only where that stands out of the noise, and ever less the farther ahead.
- A weekday's shares are those of all days plus its own deviation, smoothed over neighbouring half hours and
  shrunk by how much of it a Poisson process would show by chance. So a line of thousands of calls keeps what
  is particular about a Monday, and one of a few dozen tickets borrows from the other days.
- Days far off the rest (an outage, a forgotten count), events and holidays teach nothing about ordinary ones.
  Days that nobody counted are simply absent.

The half-lives and the smoothing were chosen on the later weeks of a public series, where all near them do
alike; see docs/decisions/0009.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

SLOTS = 48
METHOD = "weekday-profile-1"
"""Kept with each forecast; counted on when the rules here change."""
PROFILE_HALF_LIFE, LEVEL_HALF_LIFE = 42.0, 14.0
"""In days: how fast the past fades from the shares and weekdays, and from the level."""
SMOOTHING = 1.0
"""In half hours: how far a weekday's deviation is smoothed."""
SMOOTHED_NOISE = 0.28
"""What the smoothing leaves of the variance that is mere chance: the sum of its squared weights."""
STRANGE = 0.3
"""A day that lies farther from its expectation, and beyond four times the usual scatter, teaches nothing."""
TREND_DAYS, TREND_STANDS_OUT, TREND_FADES = 56, 8.0, 0.8
"""How far back a trend is sought, from which t on it is believed, and what of it is left a day later. Days
hang together, so that a smaller t is seen in series that go nowhere, and following it made them worse."""
HANDLING_PRIOR = 30.0
"""In contacts: so many of a half hour weigh as much as the mean of the day."""
WORKDAYS = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Day:
    """A date and what makes it busy. `like` are the weekdays it resembles: its own, or for a make-up workday
    all from Monday to Friday. `uplift` is the product of its events."""

    on: date
    like: tuple[int, ...]
    is_holiday: bool = False
    uplift: float = 1.0

    @property
    def is_ordinary(self) -> bool:
        return not self.is_holiday and self.uplift == 1.0


@dataclass(frozen=True)
class History:
    """The days that were counted, in order: contacts, and seconds spent on them, by half hours of the day."""

    days: Sequence[Day]
    contacts: Numbers
    handling: Numbers

    def __post_init__(self) -> None:
        shape = (len(self.days), SLOTS)
        if self.contacts.shape != shape or self.handling.shape != shape:
            raise ValueError(f"a history of {shape[0]} days needs tables of {shape}")

    def until(self, first: date) -> "History":
        """What was known on the morning of a day."""
        count = sum(day.on < first for day in self.days)
        return History(self.days[:count], self.contacts[:count], self.handling[:count])


@dataclass(frozen=True)
class Profile:
    """What the past teaches. `shares` and `weekdays` are by weekday, `handling` by half hour."""

    last_on: date
    level: float
    slope: float
    weekdays: Numbers
    shares: Numbers
    holiday: float
    handling: Numbers

    def contacts(self, days: Sequence[Day]) -> Numbers:
        return np.array([self._day(day) for day in days]).reshape(len(days), SLOTS)

    def _day(self, day: Day) -> Numbers:
        like = list(day.like)
        ordinary: Numbers = (self.weekdays[like, None] * self.shares[like]).mean(axis=0)
        factor = day.uplift * (self.holiday if day.is_holiday else 1.0)
        contacts: Numbers = ordinary * self.level * self._growth(day.on) * factor
        return contacts

    def _growth(self, on: date) -> float:
        ahead = max(0, (on - self.last_on).days)
        return float(np.exp(self.slope * TREND_FADES * (1 - TREND_FADES**ahead) / (1 - TREND_FADES)))


def fit(history: History, *, usual_handling: float) -> Profile:
    """Learn from a history. `usual_handling` stands where nothing was measured. Units: seconds a contact.

    Raises: ValueError for an empty history.
    """
    if not history.days:
        raise ValueError("a forecast needs at least one day that was counted")
    chosen = _ordinary(history)
    days = [history.days[number] for number in chosen]
    table = history.contacts[chosen] / np.array([day.uplift for day in days])[:, None]
    ages = np.array([(history.days[-1].on - day.on).days for day in days], dtype=float)
    ladder = _Ladder.climb(table.sum(axis=1), days, ages)
    weights = 0.5 ** (ages / PROFILE_HALF_LIFE) * ladder.is_usual
    profile = Profile(
        last_on=history.days[-1].on,
        level=ladder.level,
        slope=ladder.slope,
        weekdays=ladder.weekdays,
        shares=_shares(table, days, weights),
        holiday=1.0,
        handling=_handling(history, usual_handling),
    )
    return _with_holidays(profile, history)


def _ordinary(history: History) -> list[int]:
    """The rows that ordinary days are learnt from; of a history of nothing but events, all."""
    rows = [number for number, day in enumerate(history.days) if day.is_ordinary]
    without_holidays = [number for number, day in enumerate(history.days) if not day.is_holiday]
    return rows or without_holidays or list(range(len(history.days)))


@dataclass(frozen=True)
class _Ladder:
    """Days freed of their weekday, and what they come to at the end."""

    weekdays: Numbers
    level: float
    slope: float
    is_usual: NDArray[np.bool_]

    @classmethod
    def climb(cls, totals: Numbers, days: Sequence[Day], ages: Numbers) -> "_Ladder":
        """Weekdays and the level around each day explain each other: three turns are enough."""
        likes = [list(day.like) for day in days]
        weekdays, is_usual = np.ones(7), np.ones(len(days), dtype=bool)
        around = np.full(len(days), max(float(np.median(totals)), 1e-9))
        for _turn in range(3):
            fade = 0.5 ** (ages / PROFILE_HALF_LIFE) * is_usual
            weekdays = _weekdays(totals / around, likes, fade)
            expected = np.array([weekdays[like].mean() for like in likes])
            freed = np.divide(totals, expected, out=np.zeros_like(totals), where=expected > 0)
            counts = (expected > 0) & is_usual
            around = np.array([_level(freed, np.abs(ages - age), counts) for age in ages])
            is_usual = _usual(freed / around, counts=expected > 0)
        counts = (expected > 0) & is_usual
        slope = _slope(freed[counts], ages[counts])
        level = _level(freed * np.exp(slope * ages), ages, counts)
        return cls(weekdays, level, slope, is_usual)


def _weekdays(ratios: Numbers, likes: Sequence[list[int]], weights: Numbers) -> Numbers:
    """How busy each weekday is against the level; one never seen is as busy as the others."""
    found = np.full(7, np.nan)
    for weekday in range(7):
        rows = [number for number, like in enumerate(likes) if like == [weekday]]
        if rows and weights[rows].sum() > 0:
            found[weekday] = np.average(ratios[rows], weights=weights[rows])
    if np.isnan(found).all():
        return np.ones(7)
    return np.where(np.isnan(found), np.nanmean(found), found)


def _level(freed: Numbers, distances: Numbers, counts: NDArray[np.bool_]) -> float:
    """The weighted median of days, by how near they are."""
    if not counts.any():
        return max(float(np.mean(freed)), 1e-9)
    values, weights = freed[counts], 0.5 ** (distances[counts] / LEVEL_HALF_LIFE)
    order = np.argsort(values)
    values, weights = values[order], weights[order]
    middles = np.cumsum(weights) - weights / 2
    return max(float(np.interp(weights.sum() / 2, middles, values)), 1e-9)


def _usual(ratios: Numbers, *, counts: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which days lie near their expectation; a closed weekday's nought is usual."""
    scatter = 1.4826 * float(np.median(np.abs(ratios[counts] - 1))) if counts.any() else 0.0
    return ~counts | (np.abs(ratios - 1) <= max(STRANGE, 4 * scatter))


def _slope(freed: Numbers, ages: Numbers) -> float:
    """The growth of the last weeks by the day, as a logarithm; 0 unless it stands out of the noise."""
    recent = (ages <= TREND_DAYS) & (freed > 0)
    times, logs = -ages[recent], np.log(freed[recent])
    if len(times) < TREND_DAYS // 3:
        return 0.0
    slope, level = np.polyfit(times, logs, 1)
    spread = float(np.sqrt(((times - times.mean()) ** 2).sum()))
    error = float(np.std(logs - slope * times - level, ddof=2)) / spread
    return float(slope) if abs(slope) > TREND_STANDS_OUT * error else 0.0


def _shares(table: Numbers, days: Sequence[Day], weights: Numbers) -> Numbers:
    """The share of each half hour in its day, by weekday. Each row sums to 1, or to 0 with no contacts."""
    weighed = table * weights[:, None]
    everything = weighed.sum(axis=0)
    contacts = table[weights > 0].sum(axis=0)
    pooled = _share(everything)
    pooled = _share(_steady(pooled, _smooth(pooled), float(contacts.sum())) * (contacts > 0))
    shares = np.tile(pooled, (7, 1))
    for weekday in range(7):
        rows = [n for n, day in enumerate(days) if day.like == (weekday,) and weights[n] > 0]
        own = weighed[rows].sum(axis=0)
        if own.sum() > 0:
            deviation = _smooth(_share(own) - pooled)
            contacts_seen = float(table[rows].sum()) / SMOOTHED_NOISE
            steadied = _steady(pooled + deviation, pooled, contacts_seen)
            shares[weekday] = _share(np.clip(steadied, 0, None) * (contacts > 0))
    return shares


def _share(counts: Numbers) -> Numbers:
    total = float(counts.sum())
    return counts / total if total > 0 else np.zeros_like(counts)


def _steady(own: Numbers, other: Numbers, contacts: float) -> Numbers:
    """Between two estimates of shares: as much of `own` as its difference exceeds what chance would make."""
    difference = own - other
    seen = float((difference**2).sum())
    by_chance = float(own.clip(0).sum()) / contacts if contacts > 0 else np.inf
    trusted = max(0.0, 1 - by_chance / seen) if seen > 0 else 0.0
    return other + trusted * difference


def _smooth(values: Numbers) -> Numbers:
    places = np.arange(SLOTS)
    kernel = np.exp(-0.5 * ((places[:, None] - places) / SMOOTHING) ** 2)
    smoothed: Numbers = (kernel / kernel.sum(axis=1, keepdims=True)) @ values
    return smoothed


def _handling(history: History, usual: float) -> Numbers:
    """Seconds a contact by half hour, each leaning on the mean of all, and that on `usual`."""
    last_on = history.days[-1].on
    ages = np.array([(last_on - day.on).days for day in history.days], dtype=float)
    fade = (0.5 ** (ages / PROFILE_HALF_LIFE))[:, None]
    seconds, contacts = (history.handling * fade).sum(axis=0), (history.contacts * fade).sum(axis=0)
    if seconds.sum() <= 0 or contacts.sum() <= 0:
        return np.full(SLOTS, usual)
    mean = seconds.sum() / contacts.sum()
    by_half_hour: Numbers = (seconds + HANDLING_PRIOR * mean) / (contacts + HANDLING_PRIOR)
    return by_half_hour


def _with_holidays(profile: Profile, history: History) -> Profile:
    """Learn how busy holidays are against their weekday; one holiday weighs as much as knowing nothing."""
    rows = [number for number, day in enumerate(history.days) if day.is_holiday]
    as_usual = [replace(history.days[number], is_holiday=False) for number in rows]
    expected = profile.contacts(as_usual).sum(axis=1)
    seen, is_known = history.contacts[rows].sum(axis=1), expected > 0
    ratios = seen[is_known] / expected[is_known]
    return replace(profile, holiday=(float(ratios.sum()) + 1.0) / (len(ratios) + 1))
