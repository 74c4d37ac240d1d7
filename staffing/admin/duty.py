from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from portal import instants
from portal.admin import refusals
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing import duty as steps
from staffing import figures
from staffing.admin.dialogs import AssignForm, OptionalReasonForm, ReplaceForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import Permits
from staffing.admin.shift_type import swatch
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, Roster, ShiftType, Team
from staffing.resources import DutyResource

WEEK = timedelta(days=7)


@admin.register(DutyAssignment)
class DutyAdmin(Permits, TableAdmin):
    """The list of duties, and the week of a team to click in. Assigning, clearing, replacing are dialogs."""

    has_own_ledger = True
    resource_classes = [DutyResource]
    import_kind = "duties"
    list_display = ["on", "agent", "team", "shift", "hours", "state_label", "note"]
    list_filter = [
        ("agent__team", ScopedRelationFilter),
        ("shift_type", ScopedRelationFilter),
        ("state", ChoicesDropdownFilter),
        ("on", RangeDateFilter),
    ]
    list_select_related = ["agent__user", "agent__team", "shift_type"]
    list_before_template = "staffing/duty/list_before.html"
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    date_hierarchy = "on"
    ordering = ["-starts_at", "-id"]
    autocomplete_fields = ["agent"]
    actions = ["cancel_chosen"]
    actions_list = ["assign"]
    actions_row = ["replace", "cancel"]
    actions_detail = ["replace", "cancel"]

    class Media:
        css = {"all": ["staffing/shifts.css"]}

    def get_urls(self) -> list[URLPattern]:
        week = path("week/", self.admin_site.admin_view(self.week_view), name="staffing_dutyassignment_week")
        return [week, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["agent", "on", "shift_type", "note"]
        return ["agent", "on", "shift_type", "starts_at", "ends_at", "state", "note"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "shift_type":
            options["queryset"] = ShiftType.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(
        self, request: HttpRequest, obj: DutyAssignment, form: forms.ModelForm, change: bool
    ) -> None:
        made = steps.assign(**form.cleaned_data, by=person(request), at=timezone.now())
        obj.pk, obj.starts_at, obj.ends_at = made.pk, made.starts_at, made.ends_at

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, duty: DutyAssignment) -> str:
        return duty.agent.team.name

    @display(description=_("shift"), ordering="shift_type__name")
    def shift(self, duty: DutyAssignment) -> SafeString:
        return swatch(duty.shift_type.colour, duty.shift_type.name)

    @display(description=_("hours"))
    def hours(self, duty: DutyAssignment) -> str:
        return duty.shift_type.hours

    @display(
        description=_("state"),
        ordering="state",
        label={DutyState.PUBLISHED: "success", DutyState.DRAFT: "info", DutyState.CANCELLED: "danger"},
    )
    def state_label(self, duty: DutyAssignment) -> tuple[str, str]:
        return duty.state, duty.get_state_display()

    # Acts

    @admin.action(description=_("Cancel these duties"), permissions=["replan"])
    def cancel_chosen(self, request: HttpRequest, chosen: QuerySet[DutyAssignment]) -> None:
        by, at = person(request), timezone.now()
        refusals.act_on_each(
            request,
            chosen.select_related("agent__user", "shift_type"),
            lambda duty: steps.cancel(duty, by=by, at=at),
            done=_("%(count)s duties cancelled."),
        )

    @dialog_action(
        _("Put on a shift"),
        form_class=AssignForm,
        done=_("The duty is assigned."),
        permissions=["plan"],
        icon="event_available",
    )
    def assign(self, request: HttpRequest, _none: None, form: AssignForm) -> None:
        given = form.cleaned_data
        steps.assign(
            given["agent"],
            given["shift_type"],
            on=given["on"],
            note=given["note"],
            by=person(request),
            at=timezone.now(),
        )

    @dialog_action(
        _("Cancel the duty"),
        form_class=OptionalReasonForm,
        done=_("The duty is cancelled."),
        permissions=["replan"],
        icon="event_busy",
    )
    def cancel(self, request: HttpRequest, duty: DutyAssignment, form: OptionalReasonForm) -> None:
        steps.cancel(duty, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Replace"),
        form_class=ReplaceForm,
        text=_("Another agent takes the shift over, or the agent gets another shift on that day."),
        done=_("The duty is replaced."),
        permissions=["replan"],
        icon="swap_horiz",
    )
    def replace(self, request: HttpRequest, duty: DutyAssignment, form: ReplaceForm) -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name in self._REPLACING}
        steps.replace(duty, by=person(request), at=timezone.now(), **given)

    _REPLACING = ("agent", "shift_type", "reason")

    # The week

    def week_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        teams = list(Team.objects.visible_to(person(request)))
        team = _chosen(teams, request)
        today = timezone.localdate()
        monday = _monday(instants.day(request.GET.get("on", "")) or today)
        people = self._people(request, team, monday)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Duty this week") if monday == _monday(today) else _("Duty of the week"),
            "teams": teams,
            "team": team,
            "days": [monday + timedelta(days=number) for number in range(7)],
            "today": today,
            "before": monday - WEEK,
            "after": monday + WEEK,
            "rows": figures.week_of(people, monday, today=today, seen_by=person(request)),
            "roster": self._roster(request, team, monday),
            "shift_types": ShiftType.objects.filter(is_active=True),
            "may_assign": self.has_plan_permission(request),
            "may_cancel": self.has_replan_permission(request),
        }
        return TemplateResponse(request, "staffing/duty/week.html", context)

    def _roster(self, request: HttpRequest, team: Team | None, monday: date) -> Roster | None:
        """The roster in which the week is planned, for whoever plans."""
        if not request.user.has_perm("staffing.view_roster"):
            return None
        rosters = Roster.objects.visible_to(person(request)).filter(team=team)
        return rosters.touching(monday, monday + WEEK - timedelta(days=1)).order_by("first_on").first()

    def _people(self, request: HttpRequest, team: Team | None, monday: date) -> QuerySet[Agent]:
        """The members of the team who are employed on some day of the week."""
        members = Agent.objects.visible_to(person(request)).filter(team=team)
        last = members.filter(joined_on__lt=monday + WEEK).exclude(left_on__lt=monday)
        return last.select_related("user", "team").order_by("user__name", "pk")


def _chosen(teams: list[Team], request: HttpRequest) -> Team | None:
    """The team asked for, if it is one of these; else the person's own, else the first."""
    asked = request.GET.get("team", "")
    own = Agent.objects.filter(user=person(request)).values_list("team", flat=True).first()
    by_key = {str(team.pk): team for team in teams}
    return by_key.get(asked) or by_key.get(str(own)) or next(iter(teams), None)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
