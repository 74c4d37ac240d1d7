from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from staffing.choices import RequestKind, RequestState
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import LeaveEntitlement, StaffRequest, StayOffer  # noqa: F401 - in the quoted bases

UNDECIDED = (RequestState.OFFERED, RequestState.WAITING)


class RequestQuerySet(models.QuerySet["StaffRequest"]):
    def locked(self) -> RequestQuerySet:
        """For writing. Who locks rosters and agents, too, locks the request first."""
        return self.select_for_update(of=("self",))

    def undecided(self) -> RequestQuerySet:
        return self.filter(state__in=UNDECIDED)

    def waiting(self) -> RequestQuerySet:
        """A supervisor has to decide."""
        return self.filter(state=RequestState.WAITING)

    def offered(self) -> RequestQuerySet:
        """Shifts that a team's members may take from each other."""
        return self.filter(state=RequestState.OFFERED, is_open=True)

    def lapsing(self, at: datetime) -> RequestQuerySet:
        """Undecided, though what they ask for has begun."""
        return self.undecided().filter(lapses_at__lte=at)

    def leave(self) -> RequestQuerySet:
        """Approved, or waiting for it."""
        states = (RequestState.WAITING, RequestState.APPROVED)
        return self.filter(kind=RequestKind.LEAVE, state__in=states)

    def touching(self, first_on: date, last_on: date) -> RequestQuerySet:
        """Those with a day in common with the span, both ends included."""
        return self.filter(first_on__lte=last_on, last_on__gte=first_on)

    def decidable_by(self, user: User) -> RequestQuerySet:
        """Waiting for somebody like him: nobody decides what he asked for or takes part in."""
        mine = Q(agent__user=user) | Q(counterpart__user=user)
        if not user.has_perm("staffing.change_staffrequest"):
            return self.none()
        return self.waiting().exclude(pk__in=self.model.objects.filter(mine).values("pk")).visible_to(user)

    def visible_to(self, user: User) -> RequestQuerySet:
        """One's own, what one is asked, what is offered to one's team; of the teams for whoever decides."""
        if user.is_system:
            return self
        seen = Q(agent__user=user) | Q(counterpart__user=user)
        seen |= own_teams(user, path="agent") & Q(state=RequestState.OFFERED, is_open=True)
        if user.has_perm("staffing.change_staffrequest"):
            seen |= own_teams(user, path="agent")
            if sees_all(user):
                return self
        return self.filter(seen)


class EntitlementQuerySet(models.QuerySet["LeaveEntitlement"]):
    def visible_to(self, user: User) -> EntitlementQuerySet:
        """Of one's teams, for whoever decides leave."""
        if not user.has_perm("staffing.view_leaveentitlement"):
            return self.none()
        return self if sees_all(user) else self.filter(own_teams(user, path="agent"))


class StayOfferQuerySet(models.QuerySet["StayOffer"]):
    def visible_to(self, user: User) -> StayOfferQuerySet:
        """One's own; of the teams only for whoever decides."""
        own = Q(duty__agent__user=user)
        if not user.has_perm("staffing.change_staffrequest"):
            return self.filter(own)
        return self if sees_all(user) else self.filter(own | own_teams(user, path="duty__agent"))
