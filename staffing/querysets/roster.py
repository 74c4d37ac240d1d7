from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import MinimumStaffing, Roster, Wish  # noqa: F401 - in the quoted bases


class RosterQuerySet(models.QuerySet["Roster"]):
    def locked(self) -> RosterQuerySet:
        """For writing. Who locks agents, too, locks the roster first."""
        return self.select_for_update(of=("self",))

    def touching(self, first_on: date, last_on: date) -> RosterQuerySet:
        """Those with a day in common with the span, both ends included."""
        return self.filter(first_on__lte=last_on, last_on__gte=first_on)

    def published(self) -> RosterQuerySet:
        return self.filter(version__gt=0)

    def with_pending(self) -> RosterQuerySet:
        """`has_pending`: whether the next publication would bring or take something."""
        from staffing.models import DutyAssignment  # noqa: PLC0415

        pending = DutyAssignment.objects.pending().filter(roster=OuterRef("pk"))
        return self.annotate(has_pending=Exists(pending))

    def visible_to(self, user: User) -> RosterQuerySet:
        """Those of one's teams; whoever does not plan sees only what is published."""
        from staffing.models import Team  # noqa: PLC0415 - the model imports this module

        rosters = self if user.has_perm("staffing.view_roster") else self.published()
        return rosters if sees_all(user) else rosters.filter(team__in=Team.objects.of(user))


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, user: User) -> WishQuerySet:
        """One's own; of the teams only for whoever plans them."""
        own = Q(agent__user=user)
        if not user.has_perm("staffing.view_roster"):
            return self.filter(own)
        return self if sees_all(user) else self.filter(own | own_teams(user, path="agent"))


class MinimumStaffingQuerySet(models.QuerySet["MinimumStaffing"]):
    def visible_to(self, user: User) -> MinimumStaffingQuerySet:
        """Of one's teams, for whoever plans."""
        from staffing.models import Team  # noqa: PLC0415

        rows = self if user.has_perm("staffing.view_roster") else self.none()
        return rows if sees_all(user) else rows.filter(team__in=Team.objects.of(user))
