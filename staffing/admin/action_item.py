"""Action items 行动项: the list of all, and the page of one's own with a button for each."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing import action_items as steps
from staffing import own_day as figures
from staffing.admin import own_day
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.meeting_forms import AmendForm
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import ActionState
from staffing.models import ActionItem, Agent
from staffing.resources import ActionItemResource


class Lateness(DropdownFilter):
    title = _("overdue")
    parameter_name = "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Overdue"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        return queryset.overdue(timezone.localdate()) if self.value() == "yes" else queryset


@admin.register(ActionItem)
class ActionItemAdmin(HistoryOfStaff, TableAdmin):
    has_own_ledger = True
    resource_classes = [ActionItemResource]
    list_display = ["due_on", "text", "who", "meeting", "team", "state_label", "done_at", "reason"]
    list_display_links = ["text"]
    list_filter = [
        ("meeting__team", ScopedRelationFilter),
        ("state", ChoicesDropdownFilter),
        Lateness,
        ("due_on", RangeDateFilter),
    ]
    list_select_related = ["meeting__team", "owner__user"]
    list_before_template = "staffing/meeting/list_before.html"
    search_fields = ["text", "owner__user__name", "owner__staff_no"]
    search_help_text = _("Words, name or staff number")
    ordering = ["-due_on", "-id"]
    fields = ["meeting", "text", "owner", "due_on", "state", "reason", "done_at"]
    actions_row = ["finish", "amend", "drop"]
    actions_detail = ["finish", "amend", "drop"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = path("mine/", view(self.mine_view), name="staffing_actionitem_mine")
        done = path(
            "<path:object_id>/finish-mine/",
            view(require_POST(self.finish_mine_view)),
            name="staffing_actionitem_finish_mine",
        )
        return [mine, done, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("who does it"), ordering="owner__user__name")
    def who(self, item: ActionItem) -> str:
        return item.owner.user.name

    @display(description=_("team"), ordering="meeting__team__name")
    def team(self, item: ActionItem) -> str:
        return item.meeting.team.name

    @display(
        description=_("state"),
        ordering="state",
        label={"late": "danger", "open": "info", "done": "success", "dropped": None},
    )
    def state_label(self, item: ActionItem) -> tuple[str, Any]:
        if item.is_overdue(timezone.localdate()):
            return "late", _("Overdue")
        return item.state, ActionState(item.state).label

    # Acts

    @dialog_action(_("It is done"), done=_("Done."), permissions=["view"], icon="check")
    def finish(self, request: HttpRequest, item: ActionItem, form: BaseDialogForm) -> None:
        steps.finish(item, by=person(request), at=timezone.now())

    @dialog_action(
        _("Another person or day"),
        form_class=AmendForm,
        done=_("The action item is changed."),
        permissions=["view"],
        icon="edit_calendar",
    )
    def amend(self, request: HttpRequest, item: ActionItem, form: AmendForm) -> None:
        given = form.cleaned_data
        steps.amend(item, owner=given["owner"], due_on=given["due_on"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Drop"),
        form_class=ReasonForm,
        done=_("The action item is dropped."),
        permissions=["view"],
        icon="block",
    )
    def drop(self, request: HttpRequest, item: ActionItem, form: ReasonForm) -> None:
        steps.drop(item, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    def finish_mine_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        item = own_day.found(self, request, object_id)
        return own_day.act(
            request,
            lambda: steps.finish(item, by=person(request), at=timezone.now()),
            done=_("Done."),
            leads_to="admin:staffing_actionitem_mine",
        )

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        agents = Agent.objects.select_related("user", "team__department")
        agent = agents.filter(user=person(request)).first()
        now = timezone.now()
        context = {
            **self.admin_site.each_context(request),
            "title": _("My action items"),
            "actions": figures.open_actions(agent, on=agent.local_date(now)) if agent else [],
        }
        return TemplateResponse(request, "staffing/meeting/mine.html", context)
