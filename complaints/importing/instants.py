"""Dates and times as they stand in tables. Pure."""

import re
from datetime import datetime, timedelta, tzinfo

_TIME = (
    r"(?:[ T]*(?P<half>上午|下午|am|pm)?\s*"
    r"(?P<hour>\d{1,2})[:时](?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})秒?)?\s*(?P<tail>am|pm)?)?"
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?" + _TIME, re.IGNORECASE
)
# Only English tables write so, and they put the month first.
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})" + _TIME, re.IGNORECASE)
_DAY_NUMBER = re.compile(r"[3-7]\d{4}(?:\.\d+)?")
_FIRST_YEAR = 1990
_NOON = 12

# Excel counts days from here; its day 60, which never was, lies long before ours.
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - gets its zone with all others


def instant(text: str, zone: tzinfo) -> datetime:
    """An instant out of ISO text, a written date, or the day number of a spreadsheet.

    Without a zone of its own it is one of `zone`. Raises: ValueError.
    """
    found = _read(text.strip())
    if found.year < _FIRST_YEAR:
        raise ValueError(text)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _read(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        if _DAY_NUMBER.fullmatch(text):
            return _EXCEL_EPOCH + timedelta(seconds=round(float(text) * 24 * 3600))
        written = _YEAR_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text)
        if written is None:
            raise
        return _written(written)


def _written(match: re.Match[str]) -> datetime:
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["tail"] or "").lower()
    if half in {"下午", "pm"} and hour < _NOON:
        hour += _NOON
    if half in {"上午", "am"} and hour == _NOON:
        hour = 0
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a table has no zones
