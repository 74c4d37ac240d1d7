from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from staffing.choices import TurnState
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import HousekeepingTask, HousekeepingTurn  # noqa: F401 - in the quoted bases


class HousekeepingTaskQuerySet(models.QuerySet["HousekeepingTask"]):
    def active(self) -> HousekeepingTaskQuerySet:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> HousekeepingTaskQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user))


class HousekeepingTurnQuerySet(models.QuerySet["HousekeepingTurn"]):
    def planned(self) -> HousekeepingTurnQuerySet:
        return self.filter(state=TurnState.PLANNED)

    def standing(self) -> HousekeepingTurnQuerySet:
        """Planned or done, but not excused."""
        return self.exclude(state=TurnState.EXCUSED)

    def visible_to(self, user: User) -> HousekeepingTurnQuerySet:
        if sees_all(user):
            return self
        return self.filter(own_teams(user, path="task") | Q(agent__user=user))
