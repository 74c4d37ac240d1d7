"""How the days across the top of a roster are written, in the many ways in which people write them."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

_DAY = re.compile(
    r"""
    \A
    (?:(?P<year>20\d\d)[-/.年])?
    (?:(?P<month>1[0-2]|0?[1-9])[-/.月])?
    (?P<day>3[01]|[12]\d|0?[1-9])[日号]?
    (?:[\s(（]*(?:周|星期)?[一二三四五六日天][)）]?)?
    (?:\s+00:00(?::00)?)?
    \Z
    """,
    re.VERBOSE,
)


class Heading(NamedTuple):
    """A day of the month, and what is said about month and year."""

    day: int
    month: int | None = None
    year: int | None = None


def read(text: str) -> Heading | None:
    """2026-12-01, 12月1日, 12/1 周二, 1日, 1; None for anything else."""
    match = _DAY.match(text.strip())
    if match is None or (match["year"] and not match["month"]):
        return None
    year, month = match["year"], match["month"]
    return Heading(int(match["day"]), int(month) if month else None, int(year) if year else None)


def day_of(heading: Heading, first_on: date, last_on: date) -> date | None:
    """The one day of a span that is meant; None when there is none, or more than one."""
    span = (first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1))
    found = [on for on in span if _fits(heading, on)]
    return found[0] if len(found) == 1 else None


def across(cells: Sequence[str]) -> dict[int, Heading]:
    """The columns of a header row that are days, when they are several that follow one another."""
    found = {place: heading for place, cell in enumerate(cells) if (heading := read(cell)) is not None}
    return found if len(found) > 1 else {}


def _fits(heading: Heading, on: date) -> bool:
    return on.day == heading.day and heading.month in {None, on.month} and heading.year in {None, on.year}
