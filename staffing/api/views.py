from typing import cast

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework.generics import ListAPIView, RetrieveAPIView

from portal.api.filters import KnownFilters
from portal.api.people import ForPeopleToo
from portal.choices import Scope
from portal.models import User
from staffing.api.filters import AgentFilter, DutyFilter, RosterFilter
from staffing.api.serializers import (
    AgentSerializer,
    DutySerializer,
    RosterDetailSerializer,
    RosterSerializer,
)
from staffing.models import Agent, Certificate, DutyAssignment, Roster


class AgentList(ForPeopleToo, ListAPIView[Agent]):
    """Who works here today, with the skills held by valid certificates."""

    read_scope = Scope.STAFFING_READ
    read_right = "staffing.view_agent"
    serializer_class = AgentSerializer
    filter_backends = [KnownFilters]
    filterset_class = AgentFilter
    queryset = Agent.objects.none()

    def get_queryset(self) -> QuerySet[Agent]:
        today = timezone.localdate()
        held = Certificate.objects.valid(today).select_related("skill").order_by("skill__code")
        return (
            Agent.objects.visible_to(cast("User", self.request.user))
            .employed(today)
            .select_related("user", "team", "position")
            .prefetch_related(Prefetch("certificates", queryset=held, to_attr="valid_certificates"))
        )


class DutyList(ForPeopleToo, ListAPIView[DutyAssignment]):
    """Who is on duty at an instant: the published shifts that cover it, and who is signed in."""

    read_scope = Scope.STAFFING_READ
    read_right = "staffing.view_dutyassignment"
    serializer_class = DutySerializer
    filter_backends = [KnownFilters]
    filterset_class = DutyFilter
    queryset = DutyAssignment.objects.none()

    def get_queryset(self) -> QuerySet[DutyAssignment]:
        duties = DutyAssignment.objects.visible_to(cast("User", self.request.user))
        return duties.select_related("agent__user", "agent__team", "shift_type")


class RosterList(ForPeopleToo, ListAPIView[Roster]):
    """Published rosters, the newest first; a draft is nobody's business but the planner's."""

    read_scope = Scope.STAFFING_READ
    read_right = "staffing.view_dutyassignment"
    serializer_class = RosterSerializer
    filter_backends = [KnownFilters]
    filterset_class = RosterFilter
    queryset = Roster.objects.none()

    def get_queryset(self) -> QuerySet[Roster]:
        rosters = Roster.objects.visible_to(cast("User", self.request.user))
        return rosters.published().select_related("team")


class RosterDetail(ForPeopleToo, RetrieveAPIView[Roster]):
    """A published roster with every shift in force."""

    read_scope = Scope.STAFFING_READ
    read_right = "staffing.view_dutyassignment"
    serializer_class = RosterDetailSerializer
    queryset = Roster.objects.none()

    def get_queryset(self) -> QuerySet[Roster]:
        duties = DutyAssignment.objects.published().select_related("agent__user", "shift_type")
        held = Prefetch("duties", queryset=duties.order_by("on", "agent__staff_no"), to_attr="in_force")
        rosters = Roster.objects.visible_to(cast("User", self.request.user)).published()
        return rosters.select_related("team").prefetch_related(held)
