"""When a customer may be called: within the hours of his day. Pure."""

from datetime import datetime, timedelta, tzinfo

from complaints.policy import CALL_FROM, CALL_UNTIL


def next_call_time(at: datetime, zone: tzinfo) -> datetime:
    """The first instant from `at` on that lies within calling hours in the customer's zone."""
    local = at.astimezone(zone)
    if local.time() < CALL_FROM:
        return datetime.combine(local.date(), CALL_FROM, tzinfo=zone)
    if local.time() >= CALL_UNTIL:
        return datetime.combine(local.date() + timedelta(days=1), CALL_FROM, tzinfo=zone)
    return at
