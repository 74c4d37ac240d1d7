"""The housekeeping roster 值日表: the tasks of a team, the week of turns, and what is done to a turn."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal import instants
from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from portal.admin.tables import TableAdmin
from staffing import housekeeping as steps
from staffing import housekeeping_week, rights
from staffing.admin import own_day
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.housekeeping_forms import GiveForm, SwapForm, TaskForm
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import TurnState
from staffing.models import Agent, HousekeepingTask, HousekeepingTurn, Team
from staffing.resources import HousekeepingResource

WEEK = timedelta(days=7)


class PlansHousekeeping(HistoryOfStaff):
    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.PLAN_HOUSEKEEPING)


@admin.register(HousekeepingTask)
class HousekeepingTaskAdmin(PlansHousekeeping, HouseAdmin):
    """A changed task is planned anew from tomorrow on."""

    form = TaskForm
    list_display = ["name", "team", "days", "is_active"]
    list_filter = [("team", ScopedRelationFilter), "is_active"]
    list_select_related = ["team"]
    list_before_template = "staffing/housekeeping/list_before.html"
    search_fields = ["name"]
    fields = ["team", "name", "weekdays", "is_active"]
    actions_row = ["replan"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["team"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        own = Agent.objects.filter(user=person(request)).values_list("team", flat=True).first()
        return {"team": own} | super().get_changeform_initial_data(request)

    def save_model(
        self, request: HttpRequest, obj: HousekeepingTask, form: forms.ModelForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        steps.replan(obj.team, by=person(request), at=timezone.now())

    @display(description=_("days"))
    def days(self, task: HousekeepingTask) -> str:
        return " ".join(str(WEEKDAYS_ABBR[day]) for day in task.weekdays)

    @dialog_action(
        _("Plan again"),
        text=_("From tomorrow on the turns of the whole team are planned anew; those given by hand stay."),
        done=_("The turns are planned anew."),
        permissions=["plan"],
        icon="autorenew",
    )
    def replan(self, request: HttpRequest, task: HousekeepingTask, form: BaseDialogForm) -> None:
        steps.replan(task.team, by=person(request), at=timezone.now())


@admin.register(HousekeepingTurn)
class HousekeepingTurnAdmin(PlansHousekeeping, TableAdmin):
    has_own_ledger = True
    resource_classes = [HousekeepingResource]
    list_display = ["on", "task", "team", "who", "state_label", "done_at", "reason"]
    list_filter = [
        ("task__team", ScopedRelationFilter),
        ("task", ScopedRelationFilter),
        ("state", ChoicesDropdownFilter),
        ("on", RangeDateFilter),
    ]
    list_select_related = ["task__team", "agent__user"]
    list_before_template = "staffing/housekeeping/list_before.html"
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["-on", "-id"]
    fields = ["on", "task", "agent", "state", "is_fixed", "done_at", "reason"]
    actions_row = ["tick", "give", "swap", "excuse"]
    actions_detail = ["tick", "give", "swap", "excuse"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        week = path("week/", view(self.week_view), name="staffing_housekeepingturn_week")
        mine = path(
            "<path:object_id>/tick-mine/",
            view(require_POST(self.tick_mine_view)),
            name="staffing_housekeepingturn_tick_mine",
        )
        return [week, mine, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("team"), ordering="task__team__name")
    def team(self, turn: HousekeepingTurn) -> str:
        return turn.task.team.name

    @display(description=_("agent"), ordering="agent__user__name")
    def who(self, turn: HousekeepingTurn) -> str:
        return turn.agent.user.name

    @display(
        description=_("state"),
        ordering="state",
        label={TurnState.PLANNED: "info", TurnState.DONE: "success", TurnState.EXCUSED: "warning"},
    )
    def state_label(self, turn: HousekeepingTurn) -> tuple[str, str]:
        return turn.state, turn.get_state_display()

    # Acts

    @dialog_action(
        _("Tick as done"),
        done=_("Ticked."),
        permissions=["view"],
        icon="check",
    )
    def tick(self, request: HttpRequest, turn: HousekeepingTurn, form: BaseDialogForm) -> None:
        steps.tick(turn, by=person(request), at=timezone.now())

    @dialog_action(
        _("Give to somebody"),
        form_class=GiveForm,
        text=_("Somebody of the team who is on duty that day does it. Both are told."),
        done=_("The turn is given on."),
        permissions=["plan"],
        icon="person_add",
    )
    def give(self, request: HttpRequest, turn: HousekeepingTurn, form: GiveForm) -> None:
        given = form.cleaned_data
        steps.give(turn, given["to"], reason=given["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Swap"),
        form_class=SwapForm,
        text=_("Two people change turns. Both have to be on duty on the other's day, and both are told."),
        done=_("The turns are swapped."),
        permissions=["plan"],
        icon="swap_horiz",
    )
    def swap(self, request: HttpRequest, turn: HousekeepingTurn, form: SwapForm) -> None:
        steps.swap(turn, form.cleaned_data["other"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Excuse"),
        form_class=ReasonForm,
        text=_("The next in the rotation who is on duty that day does it."),
        done=_("Excused. Whoever does it now is told."),
        permissions=["plan"],
        icon="person_off",
    )
    def excuse(self, request: HttpRequest, turn: HousekeepingTurn, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        steps.excuse(turn, reason=reason, by=person(request), at=timezone.now())

    def tick_mine_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        turn = own_day.found(self, request, object_id)
        return own_day.act(
            request,
            lambda: steps.tick(turn, by=person(request), at=timezone.now()),
            done=_("Ticked."),
            leads_to="admin:staffing_housekeepingturn_week",
        )

    # The week

    def week_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        user, today = person(request), timezone.localdate()
        own = Agent.objects.filter(user=user).values_list("pk", "team").first()
        teams = list(Team.objects.visible_to(user))
        team = _chosen(teams, request.GET.get("team", ""), own[1] if own else None)
        monday = _monday(instants.day(request.GET.get("on", "")) or today)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Housekeeping roster"),
            "teams": teams,
            "team": team,
            "days": [monday + timedelta(days=number) for number in range(7)],
            "today": today,
            "before": monday - WEEK,
            "after": monday + WEEK,
            "rows": housekeeping_week.week_of(team, monday, today=today) if team else [],
            "own_id": own[0] if own else None,
            "may_plan": self.has_plan_permission(request),
            "may_define": user.has_perm("staffing.add_housekeepingtask"),
            "may_export": self.has_export_permission(request),
        }
        return TemplateResponse(request, "staffing/housekeeping/week.html", context)


def _chosen(teams: list[Team], asked: str, own: int | None) -> Team | None:
    """The team asked for, if it is one of these; else the person's own, else the first."""
    by_key = {str(team.pk): team for team in teams}
    return by_key.get(asked) or by_key.get(str(own)) or next(iter(teams), None)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
