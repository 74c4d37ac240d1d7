"""Which instants and days count as meant: those that every clock, calendar and database can reckon with.

The first and last years of the calendar overflow when they are put into another zone; and what is told to
have happened in the year 1 or to be due in 9999 was never meant.
"""

from datetime import UTC, date, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1950, 1, 1)
"""Earlier than instants: somebody may have been with us for long."""
LAST_DAY = LATEST.date()

_TOO_EARLY = _("This lies too far back.")
_TOO_LATE = _("This lies too far ahead.")
REACH = (MinValueValidator(EARLIEST, _TOO_EARLY), MaxValueValidator(LATEST, _TOO_LATE))
"""For fields and filters that take an instant."""
REACH_OF_DAYS = (MinValueValidator(FIRST_DAY, _TOO_EARLY), MaxValueValidator(LAST_DAY, _TOO_LATE))
"""For those that take a day."""


def day(text: str) -> date | None:
    """The day that an address asks for as YYYY-MM-DD, if it is one."""
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and FIRST_DAY <= found <= LAST_DAY else None
