"""Dates as they stand in tables. # C2"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from complaints.importing.instants import instant

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-14 11:05:00",
        "2026-11-14T11:05",
        " 2026/11/14 11:05 ",
        "2026/11/14 11:05:00",
        "2026.11.14 11:05",
        "2026年11月14日 11:05",
        "2026年11月14日11时05分00秒",
        "2026年11月14日 上午11:05",
        "11/14/2026 11:05 AM",
        "2026-11-14T03:05:00Z",
        "2026-11-14T12:05:00+09:00",
        "46340.461805555555",  # The day number behind a cell whose format was lost.
    ],
)
def test_one_instant_is_read_in_every_way_people_write_it(text):
    assert instant(text, SHANGHAI) == datetime(2026, 11, 14, 11, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("7/29/2013", datetime(2013, 7, 29, tzinfo=SHANGHAI)),
        ("2026-11-14", datetime(2026, 11, 14, tzinfo=SHANGHAI)),
        ("46340", datetime(2026, 11, 14, tzinfo=SHANGHAI)),
        ("2026-11-14 下午1:05", datetime(2026, 11, 14, 13, 5, tzinfo=SHANGHAI)),
        ("2026/11/14 12:05 am", datetime(2026, 11, 14, 0, 5, tzinfo=SHANGHAI)),
        ("2026-11-14T11:05:00+00:00", datetime(2026, 11, 14, 11, 5, tzinfo=UTC)),
    ],
)
def test_dates_days_and_halves(text, at):
    assert instant(text, SHANGHAI) == at


@pytest.mark.parametrize(
    "text",
    ["", "昨天", "2026-13-01", "2026-02-30", "29/7/2013", "0001-01-01", "12345", "1e9", "11:05"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the reader says
        instant(text, SHANGHAI)
