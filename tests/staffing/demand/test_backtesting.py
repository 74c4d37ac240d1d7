"""S7: errors of forecasts."""

from datetime import date, timedelta

import numpy as np
import pytest

from staffing.demand import backtesting
from tests.staffing.demand.test_forecasting import MONDAY, counted, days, expected, history


def test_each_week_is_forecast_from_what_was_known_before_it():
    """What comes in the last week cannot change how the week before it was forecast."""
    past = days(42)
    calm, stormy = expected(past), expected(past)
    stormy[35:] *= 3
    before, after = (backtesting.by_week(history(past, one), weeks=3) for one in (calm, stormy))
    assert [trial.first_on for trial in after] == [MONDAY + timedelta(days=n) for n in (21, 28, 35)]
    assert before[:2] == after[:2]
    assert after[2].own > 0.5


def test_the_naive_forecast_is_the_last_same_weekday_that_was_counted():
    past = days(21)
    table = expected(past)
    table[14] = 99
    del past[7]
    told = backtesting.same_weekday(
        history(past, np.delete(table, 7, axis=0)), days(7, first=date(2026, 1, 26))
    )
    assert (told[0] == 99).all()
    mean = backtesting.same_weekday(
        history(past, np.delete(table, 7, axis=0)), days(1, first=date(2026, 1, 26)), weeks=2
    )
    assert mean[0] == pytest.approx((table[0] + 99) / 2)


def test_weeks_without_a_past_are_left_out():
    past = days(17)
    assert len(backtesting.by_week(history(past, counted(past)), weeks=8)) == 1
    assert backtesting.by_week(history([], np.zeros((0, 48))), weeks=8) == []


def test_of_nothing_no_error_is_told():
    past = days(21)
    trials = backtesting.by_week(history(past, np.zeros((21, 48))), weeks=2)
    assert [trial.own for trial in trials] == [None, None]
    assert backtesting.total(trials) == (None, None)
    assert backtesting.total([]) == (None, None)
    assert backtesting.by_day(trials) is None


def test_by_whole_days_half_hours_make_up_for_one_another():
    past = days(28)
    table = expected(past)
    table[21:, 20], table[21:, 21] = table[21:, 20] + 50, table[21:, 21] - 50
    (trial,) = backtesting.by_week(history(past, table), weeks=1)
    assert trial.own > 0.05
    assert backtesting.by_day([trial]) < 0.01
