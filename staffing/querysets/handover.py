from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from staffing.choices import HandOverState
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import HandOver  # noqa: F401 - in the quoted base


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def owed(self) -> HandOverQuerySet:
        return self.filter(state=HandOverState.OWED)

    def waiting(self) -> HandOverQuerySet:
        """Written, and not yet acknowledged."""
        return self.filter(state=HandOverState.WRITTEN)

    def waiting_for(self, user: User) -> HandOverQuerySet:
        """Those that an agent may be asked to acknowledge: of the own team, and meant for nobody else."""
        from staffing.models import Agent  # noqa: PLC0415 - the model imports this module

        own = Agent.objects.filter(user=user).order_by()
        meant = Q(receiver=None, team__in=own.values("team")) | Q(receiver__in=own.values("pk"))
        return self.waiting().filter(meant).exclude(agent__in=own.values("pk"))

    def visible_to(self, user: User) -> HandOverQuerySet:
        if sees_all(user):
            return self
        return self.filter(own_teams(user) | Q(agent__user=user) | Q(receiver__user=user))
