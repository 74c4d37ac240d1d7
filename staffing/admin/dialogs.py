"""The forms of staffing's dialogs. Each offers only rows that the person may see."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from portal import instants
from portal.admin.house import person
from portal.admin.instants import DayField, InstantField
from staffing.models import Agent, ShiftType, Skill, Team
from staffing.shifts import DAY


def reason_field(*, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=200, required=is_required, widget=UnfoldAdminTextInputWidget
    )


def date_field(label: Any, **options: Any) -> DayField:
    attrs = {"type": "date", "class": " ".join(INPUT_CLASSES)}
    return DayField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs), **options)


def instant_field(label: Any) -> InstantField:
    attrs = {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
    return InstantField(label=label, widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attrs))


class AgentChoice(forms.ModelChoiceField):
    """An agent out of those that the person may see; the form sets the rows."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Agent.objects.none(), label=options.pop("label", _("Agent")), **options)

    def label_from_instance(self, agent: Any) -> str:
        return f"{agent.user.name} · {agent.team.name} · {agent.staff_no}"


class ShiftChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def __init__(self, **options: Any) -> None:
        rows = ShiftType.objects.filter(is_active=True)
        super().__init__(queryset=rows, label=_("Shift"), **options)

    def label_from_instance(self, shift_type: Any) -> str:
        return f"{shift_type.name} {shift_type.hours}"


def agents_of(request: HttpRequest) -> QuerySet[Agent]:
    staff = Agent.objects.visible_to(person(request)).employed(timezone.localdate())
    return staff.select_related("user", "team").order_by("team__name", "user__name")


class ReasonForm(BaseDialogForm):
    reason = reason_field()


class OptionalReasonForm(BaseDialogForm):
    reason = reason_field(is_required=False)


class CertifyForm(BaseDialogForm):
    """A skill for a year, from today on, unless said otherwise."""

    skill = forms.ModelChoiceField(
        queryset=Skill.objects.all(), label=_("Skill"), widget=UnfoldAdminSelectWidget
    )
    valid_from = date_field(_("Valid from"))
    valid_until = date_field(_("Valid until"), help_text=_("The last valid day."))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        today = timezone.localdate()
        usual = {"valid_from": today, "valid_until": today + 364 * DAY}
        super().__init__(request, object_id, initial=usual, **options)


class LeaveForm(BaseDialogForm):
    on = date_field(_("Last day"))
    reason = reason_field(is_required=False)


class LastDayForm(BaseDialogForm):
    last_on = date_field(_("Last protected day"), required=False)


class RejoinForm(BaseDialogForm):
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), label=_("Team"), widget=UnfoldAdminSelectWidget
    )
    on = date_field(_("First day"))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, initial={"on": timezone.localdate()}, **options)
        self.fields["team"].queryset = Team.objects.visible_to(person(request))


class AssignForm(BaseDialogForm):
    """Opened on a cell (`?agent=7&on=2026-03-16`) it begins with that person and day."""

    agent = AgentChoice()
    on = date_field(_("Date"), help_text=_("The day on which the shift starts."))
    shift_type = ShiftChoice()
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        cell = {"agent": request.GET.get("agent"), "on": instants.day(request.GET.get("on", ""))}
        super().__init__(request, object_id, initial=cell, **options)
        self.fields["agent"].queryset = agents_of(request)


class ReplaceForm(BaseDialogForm):
    agent = AgentChoice(label=_("Another agent"), required=False)
    shift_type = ShiftChoice(required=False)
    reason = reason_field(is_required=False)

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        self.fields["agent"].queryset = agents_of(request)


class SignInForm(BaseDialogForm):
    agent = AgentChoice()
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, initial={"agent": request.GET.get("agent")}, **options)
        self.fields["agent"].queryset = agents_of(request)


class CorrectForm(BaseDialogForm):
    signed_in_at = instant_field(_("Signed in at"))
    signed_out_at = instant_field(_("Signed out at"))
    reason = reason_field()
