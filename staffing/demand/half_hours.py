"""The half hours of a day, by the wall clock of a department: 48, whatever is done to the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SLOTS = 48
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)


def slot_of(at: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """The day and the number of the half hour in which an instant lies."""
    local = at.astimezone(zone)
    return local.date(), local.hour * 2 + local.minute // 30


def starts(on: date, zone: ZoneInfo) -> Iterator[tuple[int, datetime]]:
    """Number and first instant of each half hour of a day; without those that the clocks skip."""
    for slot in range(SLOTS):
        wall = time(slot // 2, slot % 2 * 30)
        at = datetime.combine(on, wall, zone).astimezone(UTC)
        if slot_of(at, zone) == (on, slot):
            yield slot, at


def span(first_on: date, last_on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From the first instant of a day to the first after another."""
    return (
        datetime.combine(first_on, time.min, zone).astimezone(UTC),
        datetime.combine(last_on + DAY, time.min, zone).astimezone(UTC),
    )


def floor(at: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the half hour in which an instant lies."""
    local = at.astimezone(zone)
    return local.replace(minute=local.minute // 30 * 30, second=0, microsecond=0).astimezone(UTC)


def dates(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]


def label(slot: int) -> str:
    """09:30"""
    return f"{slot // 2:02}:{slot % 2 * 30:02}"
