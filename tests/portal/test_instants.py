from datetime import date

import pytest

from portal import instants


@pytest.mark.parametrize(
    "text", ["", "x", "0001-01-01", "1949-12-31", "2100-01-02", "9999-12-31", "2026-02-30"]
)
def test_a_day_that_nobody_means_is_none(text):
    assert instants.day(text) is None


def test_a_day_is_read_as_addresses_write_it():
    assert instants.day("2026-03-11") == date(2026, 3, 11)
