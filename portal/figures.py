"""The portal's own numbers, read only: for the home page of those who keep it running."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import localtime

from portal.choices import DeliveryState
from portal.models import AuditEntry, OutboxMessage


@dataclass(frozen=True)
class Sending:
    pending: int
    given_up: int


def sending() -> Sending:
    """The messages that have not reached anybody. What was sent, by far the most, is not counted."""
    unsent = OutboxMessage.objects.filter(state__in=[DeliveryState.PENDING, DeliveryState.GIVEN_UP])
    counts = dict(unsent.order_by().values_list("state").annotate(Count("pk")))
    return Sending(counts.get(DeliveryState.PENDING, 0), counts.get(DeliveryState.GIVEN_UP, 0))


def recorded_today(*, at: datetime) -> int:
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return AuditEntry.objects.filter(at__gte=midnight, at__lte=at).count()
