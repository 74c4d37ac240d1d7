from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from portal.choices import Role
from staffing.choices import PeakState
from staffing.querysets.sight import sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import PeakPlan, PeakTask  # noqa: F401 - in the quoted bases


class PeakPlanQuerySet(models.QuerySet["PeakPlan"]):
    def locked(self) -> PeakPlanQuerySet:
        """For writing: what is done to one plan, or to a row of it, is done one after the other."""
        return self.select_for_update(of=("self",))

    def alive(self) -> PeakPlanQuerySet:
        """Those on which work goes on."""
        return self.exclude(state=PeakState.REVIEWED)

    def led_by(self, user: User) -> PeakPlanQuerySet:
        """The plans for one's own teams, or for the whole of one's department."""
        from staffing.models import PeakPlan, Team  # noqa: PLC0415

        own = Team.objects.of(user)
        links = PeakPlan.teams.through.objects.filter(peakplan=OuterRef("pk"))
        is_for_own = Exists(links.filter(team__in=own.order_by().values("pk")))
        is_for_all = Q(~Exists(links), department__in=own.order_by().values("department"))
        return self.filter(Q(is_for_own) | is_for_all)

    def asking(self, user: User) -> PeakPlanQuerySet:
        """The plans that ask one of the person's teams to lend people."""
        from staffing.models import PeakNeed, Team  # noqa: PLC0415

        own = Team.objects.of(user).order_by().values("pk")
        return self.filter(Exists(PeakNeed.objects.filter(plan=OuterRef("pk"), from_team__in=own)))

    def visible_to(self, user: User) -> PeakPlanQuerySet:
        """All for those who look after the department; a supervisor sees those of the own teams."""
        if sees_all(user):
            return self
        if not user.has_role(Role.SUPERVISOR):
            return self.none()
        return self.filter(
            Q(pk__in=self.model.objects.led_by(user).order_by().values("pk"))
            | Q(pk__in=self.model.objects.asking(user).order_by().values("pk"))
        )


class PeakTaskQuerySet(models.QuerySet["PeakTask"]):
    def open(self) -> PeakTaskQuerySet:
        return self.filter(done_at=None)

    def overdue(self, today: date) -> PeakTaskQuerySet:
        return self.open().filter(due_on__lt=today)

    def visible_to(self, user: User) -> PeakTaskQuerySet:
        """The own ones, and those of the plans that the person sees."""
        from staffing.models import PeakPlan  # noqa: PLC0415

        if sees_all(user):
            return self
        plans = PeakPlan.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(owner=user) | Q(plan__in=plans))
