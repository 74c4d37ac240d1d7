"""Times as people say them: how long, how soon, how late. At most two units."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def span(length: timedelta) -> str:
    """45 s, 12 min, 3 h 5 min, 2 d 4 h; the sign is left to the sentence around it."""
    seconds = int(abs(length.total_seconds()))
    if seconds < MINUTE:
        return _("%(seconds)s s") % {"seconds": seconds}
    if seconds < HOUR:
        return _("%(minutes)s min") % {"minutes": seconds // MINUTE}
    if seconds < DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        text = _("%(hours)s h %(minutes)s min") if minutes else _("%(hours)s h")
        return text % {"hours": hours, "minutes": minutes}
    days, hours = seconds // DAY, seconds % DAY // HOUR
    text = _("%(days)s d %(hours)s h") if hours else _("%(days)s d")
    return text % {"days": days, "hours": hours}


def until(due_at: datetime, *, at: datetime) -> str:
    """in 12 min; 3 h late."""
    if due_at <= at:
        return _("%(span)s late") % {"span": span(at - due_at)}
    return _("in %(span)s") % {"span": span(due_at - at)}
