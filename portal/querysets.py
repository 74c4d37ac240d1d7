"""The vocabulary in which the portal's rows are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from portal.models import AuditEntry  # noqa: F401 - in the quoted base


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def of(self, obj: models.Model) -> AuditQuerySet:
        """What was done to one object."""
        return self.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
