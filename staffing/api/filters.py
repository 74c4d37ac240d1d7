from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema_field

from portal.api.filters import InstantFilter
from portal.errors import Text
from staffing.choices import RequestKind, RequestState
from staffing.models import Agent, Attendance, DutyAssignment, Roster, Skill, StaffRequest


def yes_or_no(method: str, help_text: Text) -> filters.TypedChoiceFilter:
    """Like a BooleanFilter, which however takes anything it does not know for "not asked"."""
    choices = [("true", "true"), ("false", "false")]
    asked = filters.TypedChoiceFilter(
        method=method, choices=choices, coerce="true".__eq__, help_text=help_text
    )
    return extend_schema_field(bool)(asked)


class AgentFilter(filters.FilterSet):
    team = filters.CharFilter("team__name", help_text=_("Name of a team."))
    skill = filters.CharFilter(
        method="certified", help_text=_("Code of a skill; only who holds a valid certificate.")
    )
    on_duty = yes_or_no("present", _("On a shift and signed in now, or not."))

    class Meta:
        model = Agent
        fields: tuple[str, ...] = ()

    def certified(self, agents: Any, _name: str, code: str) -> QuerySet:
        skill = Skill.objects.filter(code=code).first()
        return agents.certified(skill.pk, timezone.localdate()) if skill else agents.none()

    def present(self, agents: Any, _name: str, wanted: bool) -> QuerySet:  # noqa: FBT001 - of the library
        there = Agent.objects.on_duty(timezone.now())
        return agents.filter(pk__in=there) if wanted else agents.exclude(pk__in=there)


class RosterFilter(filters.FilterSet):
    team = filters.CharFilter("team__name", help_text=_("Name of a team."))
    on = filters.DateFilter(method="with_day", help_text=_("Only those that have this day."))

    class Meta:
        model = Roster
        fields: tuple[str, ...] = ()

    def with_day(self, rosters: Any, _name: str, on: date) -> QuerySet:
        return rosters.touching(on, on)


class DutyFilter(filters.FilterSet):
    at = InstantFilter(method="unchanged", help_text=_("The instant, with offset; now, when left out."))
    team = filters.CharFilter("agent__team__name", help_text=_("Name of a team."))
    signed_in = yes_or_no("present", _("Signed in at that instant, or not."))

    class Meta:
        model = DutyAssignment
        fields: tuple[str, ...] = ()

    @property
    def instant(self) -> datetime:
        return self.form.cleaned_data.get("at") or timezone.now()

    def filter_queryset(self, queryset: Any) -> QuerySet:
        """The published shifts that cover the instant, each with who is signed in to it then."""
        there = Attendance.objects.present(self.instant)
        duties = super().filter_queryset(queryset.covering(self.instant))
        return duties.prefetch_related(Prefetch("agent__attendances", queryset=there, to_attr="present"))

    def unchanged(self, duties: Any, _name: str, _value: datetime) -> QuerySet:
        return duties

    def present(self, duties: Any, _name: str, wanted: bool) -> QuerySet:  # noqa: FBT001 - of the library
        there = Agent.objects.signed_in(self.instant)
        return duties.filter(agent__in=there) if wanted else duties.exclude(agent__in=there)


class RequestFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=RequestKind.choices)
    state = filters.ChoiceFilter(choices=RequestState.choices)
    agent = filters.CharFilter("agent__staff_no", help_text=_("Staff number."))
    team = filters.CharFilter("agent__team__name", help_text=_("Name of a team."))

    class Meta:
        model = StaffRequest
        fields: tuple[str, ...] = ()
