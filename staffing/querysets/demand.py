from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q

from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import ContactVolume, DemandEvent, ServiceLine  # noqa: F401 - in the quoted bases

Row = TypeVar("Row", bound=models.Model)


class ServiceLineQuerySet(models.QuerySet["ServiceLine"]):
    def active(self) -> ServiceLineQuerySet:
        return self.filter(is_active=True)

    def counting_tickets(self) -> ServiceLineQuerySet:
        return self.filter(is_active=True, counts_tickets=True)

    def locked(self) -> ServiceLineQuerySet:
        """For writing its volumes and forecasts: one after the other."""
        return self.select_for_update(of=("self",))

    def visible_to(self, user: User) -> ServiceLineQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user))


class OfLineQuerySet(models.QuerySet[Row]):
    """Rows that belong to a line, and are seen by whoever sees it."""

    def visible_to(self, user: User) -> OfLineQuerySet[Row]:
        return self if sees_all(user) else self.filter(own_teams(user, path="line"))


class ContactVolumeQuerySet(OfLineQuerySet["ContactVolume"]):
    pass


class DemandEventQuerySet(models.QuerySet["DemandEvent"]):
    def touching(self, first_on: date, last_on: date) -> DemandEventQuerySet:
        return self.filter(first_on__lte=last_on, last_on__gte=first_on)

    def concerning(self, line: ServiceLine) -> DemandEventQuerySet:
        """Those of the line, of all lines of its team, or of all teams."""
        of_team = Q(team=None) | Q(team=line.team_id)
        return self.filter(of_team, Q(lines=None) | Q(lines=line)).distinct()

    def visible_to(self, user: User) -> DemandEventQuerySet:
        """One for all teams is seen by everybody whom the table is open to."""
        return self if sees_all(user) else self.filter(own_teams(user) | Q(team=None))
