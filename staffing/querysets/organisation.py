from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from staffing.querysets.sight import sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import Team  # noqa: F401 - in the quoted base


class TeamQuerySet(models.QuerySet["Team"]):
    def of(self, user: User) -> TeamQuerySet:
        """The teams a person belongs to or leads."""
        from staffing.models import Agent  # noqa: PLC0415

        belongs = Agent.objects.filter(user=user).order_by().values("team")
        return self.filter(Q(pk__in=belongs) | Q(leader__user=user))

    def visible_to(self, user: User) -> TeamQuerySet:
        return self if sees_all(user) else self.of(user)
