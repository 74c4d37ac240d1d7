"""S7: the forecast, on series made here."""

from datetime import date, timedelta

import numpy as np
import pytest

from staffing.demand import backtesting, forecasting
from staffing.demand.forecasting import SLOTS, Day, History, fit

MONDAY = date(2026, 1, 5)
WEEKDAYS = np.array([1.2, 1.0, 1.0, 0.95, 1.1, 0.6, 0.0])
"""Sundays are closed."""
SHARES = np.exp(-0.5 * ((np.arange(SLOTS) - 26) / 5.0) ** 2) * (
    (np.arange(SLOTS) >= 18) & (np.arange(SLOTS) < 40)
)
SHARES = SHARES / SHARES.sum()


def days(count: int, *, first: date = MONDAY) -> list[Day]:
    return [Day(on, (on.weekday(),)) for on in (first + timedelta(days=number) for number in range(count))]


def expected(some: list[Day], *, level: float = 1000.0) -> np.ndarray:
    return np.array([level * WEEKDAYS[day.on.weekday()] * SHARES for day in some])


def history(some: list[Day], contacts: np.ndarray, *, seconds: float = 0.0) -> History:
    return History(some, contacts.astype(float), contacts * seconds)


def counted(some: list[Day], *, level: float = 1000.0, seed: int = 7) -> np.ndarray:
    """As a department counts: by chance, with a level that wanders from day to day."""
    rng = np.random.default_rng(seed)
    wandering = np.exp(np.cumsum(rng.normal(0, 0.01, len(some))) + rng.normal(0, 0.03, len(some)))
    return rng.poisson(expected(some, level=level) * wandering[:, None])


def forecast(past: History, future: list[Day]) -> np.ndarray:
    return fit(past, usual_handling=300).contacts(future)


def test_a_series_without_chance_is_continued_exactly():
    past, future = days(42), days(14, first=MONDAY + timedelta(days=42))
    assert forecast(history(past, expected(past)), future) == pytest.approx(expected(future), abs=1.5)


def test_the_forecast_errs_less_than_last_weeks_same_day():
    past = days(84)
    for seed in range(5):
        trials = backtesting.by_week(history(past, counted(past, seed=seed)), weeks=4)
        own, naive = backtesting.total(trials)
        assert own < 0.92 * naive


def test_a_line_of_few_contacts_borrows_from_the_other_days():
    past = days(84)
    trials = backtesting.by_week(history(past, counted(past, level=40)), weeks=4)
    own, naive = backtesting.total(trials)
    assert own < 0.8 * naive


def test_an_outage_and_a_flood_teach_nothing():
    past, future = days(42), days(7, first=MONDAY + timedelta(days=42))
    strange = expected(past)
    strange[17] *= 0.1
    strange[31] *= 4
    assert forecast(history(past, strange), future) == pytest.approx(
        forecast(history(past, expected(past)), future), rel=0.01, abs=0.5
    )


def test_days_that_nobody_counted_do_no_harm():
    past, future = days(42), days(7, first=MONDAY + timedelta(days=42))
    kept = [day for number, day in enumerate(past) if number not in {3, 9, 10, 11, 24, 41}]
    assert forecast(history(kept, expected(kept)), future) == pytest.approx(expected(future), abs=2)


def test_a_closed_weekday_and_closed_hours_stay_empty():
    past, future = days(42), days(7, first=MONDAY + timedelta(days=42))
    told = forecast(history(past, counted(past)), future)
    assert told[6].sum() == 0
    assert told[:, :18].sum() == told[:, 40:].sum() == 0


def test_a_weekday_never_seen_is_like_the_others():
    past = [day for day in days(42) if day.on.weekday() < 5]
    saturday = Day(MONDAY + timedelta(days=47), (5,))
    told = forecast(history(past, expected(past)), [saturday]).sum()
    assert told == pytest.approx(1000 * WEEKDAYS[:5].mean(), rel=0.02)


def test_a_clear_growth_goes_on_and_fades():
    past = days(70)
    growing = expected(past) * (1.01 ** np.arange(70))[:, None]
    future = days(28, first=MONDAY + timedelta(days=70))
    told = forecast(history(past, growing), future)
    assert told[0].sum() > 1.01**69 * 1200 * 0.99
    assert told[21].sum() == pytest.approx(told[7].sum(), rel=0.02)


def test_a_level_that_wanders_is_no_trend():
    past = days(84)
    slopes = [fit(history(past, counted(past, seed=seed)), usual_handling=1).slope for seed in range(5)]
    assert slopes.count(0.0) >= 4


def test_a_make_up_workday_is_like_a_workday():
    past = days(42)
    saturday = MONDAY + timedelta(days=47)
    told = forecast(history(past, expected(past)), [Day(saturday, forecasting.WORKDAYS)])
    assert told.sum() == pytest.approx(1000 * WEEKDAYS[:5].mean(), rel=0.01)


def test_an_event_lifts_its_days_and_teaches_nothing_about_others():
    past = days(42)
    lifted = expected(past)
    lifted[28:35] *= 2.8
    some = [Day(day.on, day.like, uplift=2.8) if 28 <= n < 35 else day for n, day in enumerate(past)]
    ordinary, peak = (
        Day(MONDAY + timedelta(days=42), (0,)),
        Day(MONDAY + timedelta(days=49), (0,), uplift=2.8),
    )
    told = forecast(history(some, lifted), [ordinary, peak]).sum(axis=1)
    assert told == pytest.approx([1200, 2.8 * 1200], rel=0.01)


def test_a_history_of_nothing_but_events_is_freed_of_them():
    past = [Day(day.on, day.like, uplift=2.0) for day in days(28)]
    told = forecast(history(past, 2 * expected(past)), days(1, first=MONDAY + timedelta(days=28)))
    assert told.sum() == pytest.approx(1200, rel=0.01)


def test_holidays_learn_their_own_factor_and_begin_with_none():
    past = days(42)
    some = [Day(day.on, day.like, is_holiday=True) if n in {7, 8, 9} else day for n, day in enumerate(past)]
    quiet = expected(past)
    quiet[7:10] *= 0.2
    monday = Day(MONDAY + timedelta(days=42), (0,), is_holiday=True)
    told = forecast(history(some, quiet), [monday]).sum()
    assert told == pytest.approx(1200 * (3 * 0.2 + 1) / 4, rel=0.01)
    assert forecast(history(past, expected(past)), [monday]).sum() == pytest.approx(1200, rel=0.01)


def test_handling_times_differ_by_half_hour_and_lean_on_their_mean():
    past = days(42)
    contacts = expected(past)
    seconds = np.where(np.arange(SLOTS) < 26, 200.0, 400.0)
    profile = fit(History(past, contacts, contacts * seconds), usual_handling=300)
    assert profile.handling[25] == pytest.approx(200, rel=0.02)
    assert profile.handling[27] == pytest.approx(400, rel=0.02)
    assert 250 < profile.handling[2] < 350


def test_without_measured_times_the_usual_one_stands():
    past = days(14)
    assert set(fit(history(past, expected(past)), usual_handling=300).handling) == {300}


def test_one_day_is_enough_for_some_forecast_and_none_is_refused():
    past = days(1)
    told = forecast(history(past, expected(past)), days(2, first=MONDAY + timedelta(days=1)))
    assert told.sum(axis=1) == pytest.approx([1200, 1200], rel=0.01)
    with pytest.raises(ValueError, match="at least one day"):
        forecast(history([], np.zeros((0, SLOTS))), days(1))


def test_a_line_without_any_contact_stays_at_nought():
    past = days(28)
    told = forecast(history(past, np.zeros((28, SLOTS))), days(7, first=MONDAY + timedelta(days=28)))
    assert told.sum() == pytest.approx(0, abs=1e-6)
    assert np.isfinite(told).all()


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="needs tables"):
        History(days(2), np.zeros((2, 47)), np.zeros((2, 47)))
