"""One cell of any type as clean text. Without Django: the reading child uses it."""

import datetime as dt
import math
import re
from decimal import Decimal

from portal.transfers.formulas import restore

# Excel keeps 15 significant digits of a number: what stands behind them is invented.
EXACT_BELOW = 10**15
SIGNIFICANT_DIGITS = 15

_BLANKS = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_INVISIBLE = (
    "\xad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067"
    "\u2068\u2069\ufeff"
)
_TRIMMED = _BLANKS + _INVISIBLE
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What Excel writes into a CSV for a number of twelve and more digits: the digits themselves are gone.
_SHORTENED = re.compile(r"[+-]?\d(?:\.\d+)?E\+(\d{2,3})", re.IGNORECASE)
_SHORTENED_FROM_EXPONENT = 11
# How shops keep Excel from shortening an order number in a CSV.
_TEXT_FORMULA = re.compile(r'="([^"]*)"')

Value = str | float | int | bool | dt.datetime | dt.date | dt.time | dt.timedelta


def without_controls(text: str) -> str:
    """The text without what no file of tables and no database column takes; tabs and line breaks stay."""
    return _CONTROLS.sub("", text)


def trimmed(text: str) -> str:
    """The text without control characters and without what no reader sees at its ends."""
    return without_controls(text).strip(_TRIMMED)


def clean(text: str) -> str:
    """The text that was meant: trimmed, and without the apostrophe of our own exports."""
    return restore(trimmed(text))


def from_csv(text: str) -> tuple[str, bool]:
    """The text of a CSV field, and whether Excel has thrown away digits of it."""
    wrapped = _TEXT_FORMULA.fullmatch(text.strip())
    cleaned = clean(wrapped[1] if wrapped else text)
    shortened = _SHORTENED.fullmatch(cleaned) if "+" in cleaned else None
    return cleaned, bool(shortened and int(shortened[1]) >= _SHORTENED_FROM_EXPONENT)


def from_number(number: float) -> tuple[str, bool]:
    """The digits of a number as a person typed them, and whether some of them were lost.

    No exponent, no trailing ".0". A number of 16 or more digits is told from its text form, but cannot be
    trusted: an order number belongs into a text cell.
    """
    if not math.isfinite(number):
        return str(number), True
    if abs(number) >= EXACT_BELOW:
        return f"{number:.0f}", True
    if number == int(number):
        return str(int(number)), False
    return format(Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}"), "f"), False


def from_value(value: Value) -> tuple[str, bool]:
    """Any cell of a workbook as text, and whether digits of it were lost.

    Dates and instants are `YYYY-MM-DD HH:MM:SS`: a workbook does not tell one at midnight from the other.
    """
    if isinstance(value, str):
        return clean(value), False
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), False
    if isinstance(value, (int, float)):
        return from_number(value)
    return _from_time(value), False


def _from_time(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> str:
    if isinstance(value, dt.datetime):
        # A workbook keeps an instant as a fraction of a day: 09:00 may come back as 08:59:59.9999.
        rounded = value + dt.timedelta(microseconds=500_000)
        return rounded.replace(microsecond=0, tzinfo=None).isoformat(sep=" ")
    if isinstance(value, dt.date):
        return f"{value.isoformat()} 00:00:00"
    if isinstance(value, dt.time):
        value = dt.timedelta(
            hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond
        )
    minutes, seconds = divmod(round(value.total_seconds()), 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
