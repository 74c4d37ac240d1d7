"""The spans in which no clock runs, such as a platform's pause over Spring Festival."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.models import User
from staffing.calendars import held, written
from staffing.models import Calendar, CalendarBlackout


@dataclass(frozen=True, order=True)
class Blackout:
    starts_at: datetime
    ends_at: datetime
    reason: str

    def __str__(self) -> str:
        return f"{self.starts_at.isoformat()}/{self.ends_at.isoformat()} {self.reason}"


def set_blackouts(
    calendar: Calendar, *, by: User | None, at: datetime, blackouts: Collection[Blackout]
) -> None:
    """Replace a calendar's blackouts. They may overlap: no clock runs in their union.

    Raises: NotAllowed; MissingInformation, when one ends before it begins.
    """
    if any(span.ends_at <= span.starts_at for span in blackouts):
        raise MissingInformation(_("A blackout must end after it begins."))
    with held(calendar, by):
        before = sorted(Blackout(b.starts_at, b.ends_at, b.reason) for b in calendar.blackouts.all())
        wanted = sorted(set(blackouts))
        if before == wanted:
            return
        calendar.blackouts.all().delete()
        CalendarBlackout.objects.bulk_create(
            CalendarBlackout(calendar=calendar, starts_at=b.starts_at, ends_at=b.ends_at, reason=b.reason)
            for b in wanted
        )
        changes = {"blackouts": [[str(b) for b in before], [str(b) for b in wanted]]}
        written(calendar, changes, by=by, at=at)
