"""The vocabulary in which the portal's rows are asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.choices import DeliveryState

if TYPE_CHECKING:
    from portal.models import AuditEntry, Notice, OutboxMessage, User  # noqa: F401 - in the quoted bases


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def of(self, obj: models.Model) -> AuditQuerySet:
        """What was done to one object."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def pending(self) -> OutboxQuerySet:
        return self.filter(state=DeliveryState.PENDING)

    def due(self, at: datetime) -> OutboxQuerySet:
        """What should go out now and is in nobody's hands, the longest owed first."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.pending().filter(free, due_at__lte=at).order_by("due_at", "id")


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at=None)

    def visible_to(self, user: User) -> NoticeQuerySet:
        """One's own, whatever one's role."""
        return self.filter(user=user)
