"""Shift hand-over 交接班: one page to write and to acknowledge, and the history as a list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.counting import count_of
from staffing import handover as steps
from staffing import handover_sources, rights
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.handover_form import HandOverForm
from staffing.admin.permits import HistoryOfStaff
from staffing.admin.shift_type import swatch
from staffing.choices import HandOverState
from staffing.models import Agent, HandOver, HandOverLine
from staffing.resources import HandOverResource

STATE_LABELS = {
    HandOverState.OWED: "danger",
    HandOverState.WRITTEN: "warning",
    HandOverState.ACKNOWLEDGED: "success",
    HandOverState.REPLACED: None,
}


@admin.register(HandOver)
class HandOverAdmin(HistoryOfStaff, TableAdmin):
    has_own_ledger = True
    resource_classes = [HandOverResource]
    list_display = [
        "due_at",
        "who",
        "team",
        "shift",
        "lines",
        "state_label",
        "made_at",
        "receiver",
        "acknowledged_by",
    ]
    list_filter = [
        ("team", ScopedRelationFilter),
        ("state", ChoicesDropdownFilter),
        ("due_at", lists.DayRangeFilter),
    ]
    list_select_related = [
        "agent__user",
        "agent__team__department",
        "team",
        "duty__shift_type",
        "receiver__user",
        "acknowledged_by",
    ]
    list_before_template = "staffing/handover/list_before.html"
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["-due_at", "-id"]
    actions_row = ["acknowledge"]

    class Media:
        css = {"all": ["staffing/shifts.css"]}

    def get_urls(self) -> list[URLPattern]:
        shift = path("shift/", self.admin_site.admin_view(self.shift_view), name="staffing_handover_shift")
        return [shift, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        lines = HandOverLine.objects.all()
        return super().get_queryset(request).annotate(line_count=count_of(lines, "hand_over"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_acknowledge_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = person(request)
        return user.has_perm(rights.HAND_OVER) or user.has_perm(rights.HAND_OVER_FOR_OTHERS)

    @display(description=_("agent"), ordering="agent__user__name")
    def who(self, hand_over: HandOver) -> str:
        return hand_over.agent.user.name

    @display(description=_("shift"))
    def shift(self, hand_over: HandOver) -> SafeString | None:
        duty = hand_over.duty
        return swatch(duty.shift_type.colour, duty.shift_type.name) if duty else None

    @display(description=_("matters left open"), ordering="line_count")
    def lines(self, hand_over: Any) -> int | None:
        return None if hand_over.state == HandOverState.OWED else hand_over.line_count

    @display(description=_("state"), ordering="state", label=STATE_LABELS)
    def state_label(self, hand_over: HandOver) -> tuple[str, str]:
        return hand_over.state, hand_over.get_state_display()

    # Acts

    @dialog_action(
        _("Acknowledge"),
        text=_("You have read what is open and what was noted. The tickets stay with their handlers."),
        done=_("Acknowledged. Your colleague is told."),
        permissions=["acknowledge"],
        icon="done_all",
    )
    def acknowledge(self, request: HttpRequest, hand_over: HandOver, form: Any) -> None:
        steps.acknowledge(hand_over, by=person(request), at=timezone.now())

    # Pages

    def shift_view(self, request: HttpRequest) -> HttpResponse:
        """What waits to be acknowledged, and the own hand-over; `?agent=` for somebody one looks after."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        user, now = person(request), timezone.now()
        agent = _leaving(request)
        may_write = agent is not None and steps.may_write(agent, user)
        if request.method == "POST" and not may_write:
            raise PermissionDenied
        form, duty = None, None
        if agent is not None and may_write:
            duty = steps.shift_left(agent, now)
            lines = steps.open_lines(agent, duty, at=now)
            form = HandOverForm(agent, lines, at=now, data=request.POST if request.method == "POST" else None)
            if request.method == "POST" and (made := form.take(by=user)):
                messages.success(request, str(_("Handed over. The next shift is told.")))
                return redirect("admin:staffing_handover_change", made.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Shift hand-over"),
            "form": form,
            "agent": agent,
            "is_own": agent is not None and agent.user_id == user.pk,
            "duty": duty,
            "now": now,
            "waiting": self._waiting(request),
            "last": HandOver.objects.waiting().filter(agent=agent).first() if agent else None,
        }
        return TemplateResponse(request, "staffing/handover/shift.html", context)

    def _waiting(self, request: HttpRequest) -> QuerySet:
        """Whoever looks after people sees all that waits; others what they may acknowledge."""
        user = person(request)
        rows: Any = self.get_queryset(request)
        rows = rows.waiting().exclude(agent__user=user)
        if user.has_perm(rights.HAND_OVER) and not user.has_perm(rights.HAND_OVER_FOR_OTHERS):
            rows = rows.waiting_for(user)
        return rows.select_related(*self.list_select_related).order_by("made_at")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        hand_over: Any = self.get_object(request, object_id)
        if hand_over is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, hand_over):
            raise PermissionDenied
        user, now = person(request), timezone.now()
        is_waiting = hand_over.state == HandOverState.WRITTEN
        is_owed = hand_over.state == HandOverState.OWED
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand-over of %(name)s") % {"name": hand_over.agent},
            "opts": self.opts,
            "hand_over": hand_over,
            "told": handover_sources.tell_written(hand_over.lines.all()),
            "may_acknowledge": is_waiting and steps.may_acknowledge(hand_over, user, now),
            "may_write": is_owed and steps.may_write(hand_over.agent, user),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "staffing/handover/page.html", context)


def _leaving(request: HttpRequest) -> Agent | None:
    """Whose hand-over the page writes: the person's own, or that of a visible agent who is named."""
    agents = Agent.objects.select_related("user", "team__department")
    asked = lists.key(request.GET.get("agent", ""))
    if asked is not None:
        return agents.visible_to(person(request)).filter(pk=asked).first()
    return agents.filter(user=person(request)).first()
