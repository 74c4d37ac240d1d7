from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin.house import HouseAdmin, HouseTabularInline, person
from portal.admin.tables import TableAdmin
from portal.counting import count_of
from staffing.admin.permits import HistoryOfStaff
from staffing.models import Agent, Certificate, Department, Position, Skill, Team
from staffing.resources import SkillResource, TeamResource


class ShownRows(BaseInlineFormSet):
    """The rows as they are. Nothing that is posted of them is read: it could only be wrong."""

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(**options)

    def is_valid(self) -> bool:
        return True


class ReadOnlyInline(HouseTabularInline):
    """Rows to look at; whoever wants to change one opens it."""

    formset = ShownRows
    can_delete = False
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Department)
class DepartmentAdmin(HistoryOfStaff, HouseAdmin):
    list_display = ["name", "timezone", "teams", "members"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        staff = Agent.objects.employed(timezone.localdate())
        return (
            super()
            .get_queryset(request)
            .annotate(
                team_count=count_of(Team.objects.all(), "department"),
                member_count=count_of(staff, "team__department"),
            )
        )

    @display(description=_("teams"), ordering="team_count")
    def teams(self, department: Any) -> int:
        return department.team_count

    @display(description=_("members"), ordering="member_count")
    def members(self, department: Any) -> int:
        return department.member_count


class MemberInline(ReadOnlyInline):
    model = Agent
    fk_name = "team"
    fields = ["staff_no", "user", "position", "employment", "joined_on"]
    verbose_name_plural = _("Members")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        members = Agent.objects.visible_to(person(request)).employed(timezone.localdate())
        return members.select_related("user", "position").order_by("staff_no")


@admin.register(Team)
class TeamAdmin(HistoryOfStaff, TableAdmin):
    resource_classes = [TeamResource]
    import_kind = "teams"
    list_display = ["name", "team_kind", "department", "leader", "members", "on_duty"]
    list_filter = ["department", ("kind", ChoicesDropdownFilter)]
    list_select_related = ["department", "leader__user"]
    search_fields = ["name"]
    autocomplete_fields = ["leader", "calendar"]
    inlines = [MemberInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        staff = Agent.objects.employed(timezone.localdate())
        return (
            super()
            .get_queryset(request)
            .annotate(
                member_count=count_of(staff, "team"),
                present_count=count_of(Agent.objects.on_duty(timezone.now()), "team"),
            )
        )

    @display(description=_("kind"), ordering="kind", label=True)
    def team_kind(self, team: Team) -> str:
        return team.get_kind_display()

    @display(description=_("members"), ordering="member_count")
    def members(self, team: Any) -> int:
        return team.member_count

    @display(description=_("on duty now"), ordering="present_count")
    def on_duty(self, team: Any) -> int:
        return team.present_count


@admin.register(Position)
class PositionAdmin(HistoryOfStaff, HouseAdmin):
    list_display = ["name", "holders"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        staff = Agent.objects.visible_to(person(request)).employed(timezone.localdate())
        return super().get_queryset(request).annotate(holder_count=count_of(staff, "position"))

    @display(description=_("agents"), ordering="holder_count")
    def holders(self, position: Any) -> int:
        return position.holder_count


class HolderInline(ReadOnlyInline):
    model = Certificate
    fields = ["agent", "cycle", "valid_from", "valid_until"]
    verbose_name_plural = _("Who holds it")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held = Certificate.objects.visible_to(person(request)).valid(timezone.localdate())
        return held.select_related("agent__user", "skill").order_by("valid_until", "pk")


@admin.register(Skill)
class SkillAdmin(HistoryOfStaff, TableAdmin):
    resource_classes = [SkillResource]
    import_kind = "skills"
    list_display = ["name", "code", "holders", "expiring"]
    search_fields = ["name", "code"]
    inlines = [HolderInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        held, today = Certificate.objects.visible_to(person(request)), timezone.localdate()
        return (
            super()
            .get_queryset(request)
            .annotate(
                holder_count=count_of(held.valid(today), "skill"),
                expiring_count=count_of(held.expiring(today), "skill"),
            )
        )

    @display(description=_("holders"), ordering="holder_count")
    def holders(self, skill: Any) -> int:
        return skill.holder_count

    @display(
        description=_("expiring within 30 days"), ordering="expiring_count", label={"expiring": "warning"}
    )
    def expiring(self, skill: Any) -> tuple[str, str] | None:
        return ("expiring", str(skill.expiring_count)) if skill.expiring_count else None
