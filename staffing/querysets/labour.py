from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.choices import Role
from staffing.querysets.sight import own_teams

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import LabourRule, WorkRestriction  # noqa: F401 - in the quoted bases


class LabourRuleQuerySet(models.QuerySet["LabourRule"]):
    def touching(self, first_on: date, last_on: date) -> LabourRuleQuerySet:
        """Those in force on some day of the span."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=last_on),
            Q(valid_until=None) | Q(valid_until__gte=first_on),
        )


class RestrictionQuerySet(models.QuerySet["WorkRestriction"]):
    def touching(self, first_on: date, last_on: date) -> RestrictionQuerySet:
        return self.filter(Q(last_on=None) | Q(last_on__gte=first_on), first_on__lte=last_on)

    def visible_to(self, user: User) -> RestrictionQuerySet:
        """Those who plan, and nobody else: who is protected lets one guess why."""
        if user.has_role(Role.ADMINISTRATOR):
            return self
        return self.filter(own_teams(user, path="agent")) if user.has_role(Role.SUPERVISOR) else self.none()
