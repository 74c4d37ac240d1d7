"""The forms of the housekeeping roster. Each offers only what the person may see and the day allows."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from portal.admin import lists
from portal.admin.house import person
from staffing import housekeeping
from staffing.admin.dialogs import AgentChoice, agents_of, reason_field
from staffing.models import Agent, HousekeepingTask, HousekeepingTurn


class TaskForm(forms.ModelForm):
    """The days as boxes to tick."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("days"),
        coerce=int,
        choices=tuple(WEEKDAYS.items()),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = HousekeepingTask
        fields = ("team", "name", "weekdays", "is_active")


class TurnChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, turn: Any) -> str:
        return f"{date_format(turn.on, 'SHORT_DATE_FORMAT')} · {turn.task.name} · {turn.agent.user.name}"


def _turn(request: HttpRequest, object_id: str | None) -> HousekeepingTurn | None:
    rows = HousekeepingTurn.objects.visible_to(person(request)).select_related("task__team")
    return rows.filter(pk=lists.key(object_id or "") or 0).first()


class GiveForm(BaseDialogForm):
    to = AgentChoice(label=_("Who does it"))
    reason = reason_field(is_required=False)

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        turn = _turn(request, object_id)
        staff: QuerySet[Agent] = Agent.objects.none()
        if turn is not None:
            there = housekeeping.present_on(turn.task.team, turn.on, turn.on)[turn.on]
            staff = agents_of(request).filter(pk__in=[one.agent_id for one in there])
            staff = staff.exclude(pk=turn.agent_id)
        self.fields["to"].queryset = staff


class SwapForm(BaseDialogForm):
    other = TurnChoice(queryset=HousekeepingTurn.objects.none(), label=_("With which turn"))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        turn, rows = _turn(request, object_id), HousekeepingTurn.objects.planned()
        if turn is None:
            rows = rows.none()
        else:
            rows = rows.filter(task__team=turn.task.team_id, on__gte=timezone.localdate())
            rows = rows.exclude(agent=turn.agent_id)
        self.fields["other"].queryset = rows.select_related("task", "agent__user").order_by(
            "on", "task__name"
        )
