"""S7: half hours by the wall clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from staffing.demand import half_hours
from tests.factories import SHANGHAI, TODAY

PARIS = ZoneInfo("Europe/Paris")


def test_a_day_has_48_and_each_knows_its_place():
    for slot, at in half_hours.starts(TODAY, SHANGHAI):
        assert half_hours.slot_of(at, SHANGHAI) == (TODAY, slot)
        assert half_hours.floor(at, SHANGHAI) == at
    assert len(list(half_hours.starts(TODAY, SHANGHAI))) == 48


@pytest.mark.parametrize(("on", "count"), [(date(2026, 3, 29), 46), (date(2026, 10, 25), 48)])
def test_what_the_clocks_skip_is_left_out_and_what_they_repeat_counts_once(on: date, count: int):
    starts = [at for _slot, at in half_hours.starts(on, PARIS)]
    assert len(starts) == len(set(starts)) == count


def test_the_span_of_a_day_on_which_clocks_change_is_what_really_passes():
    start, end = half_hours.span(date(2026, 10, 25), date(2026, 10, 25), PARIS)
    assert (end - start).total_seconds() == 25 * 3600


def test_an_instant_lies_in_the_half_hour_that_began_before_it():
    at = datetime(2026, 3, 10, 17, 59, 59, tzinfo=UTC)
    assert half_hours.slot_of(at, SHANGHAI) == (date(2026, 3, 11), 3)
    assert half_hours.floor(at, SHANGHAI) == datetime(2026, 3, 10, 17, 30, tzinfo=UTC)
    assert half_hours.label(3) == "01:30"


def test_dates_include_both_ends():
    assert half_hours.dates(date(2026, 2, 27), date(2026, 3, 1))[::2] == [date(2026, 2, 27), date(2026, 3, 1)]
