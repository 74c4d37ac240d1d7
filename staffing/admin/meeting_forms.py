"""The forms of meetings and action items. Each offers only people whom the person may see."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from portal.admin import lists
from portal.admin.house import person
from portal.models import User
from staffing import meetings
from staffing.admin.dialogs import AgentChoice, agents_of, date_field, instant_field
from staffing.models import ActionItem, Agent, Meeting


class ManyAgents(forms.ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, agent: Any) -> str:
        return f"{agent.user.name} · {agent.team.name}"


def fit_for(meeting: Meeting) -> Any:
    """Who can be given something to do: the team, and those who were asked."""
    staff = Agent.objects.employed(timezone.localdate())
    fit = staff.filter(team=meeting.team_id) | staff.filter(meetings_asked_to__meeting=meeting)
    return fit.distinct().select_related("user", "team").order_by("team__name", "user__name")


class CallForm(forms.ModelForm):
    invited = ManyAgents(
        queryset=Agent.objects.none(),
        label=_("Who is asked"),
        required=False,
        help_text=_("Nobody ticked: the whole team."),
    )

    class Meta:
        model = Meeting
        fields = ("team", "kind", "title", "starts_at", "place", "chaired_by")

    request: HttpRequest
    """Set on a class of its own for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        invited: Any = self.fields.get("invited")
        if invited is not None:
            invited.queryset = agents_of(self.request)


class MoveForm(BaseDialogForm):
    starts_at = instant_field(_("Starts at"))
    place = forms.CharField(
        label=_("Place"), max_length=60, required=False, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        rows = Meeting.objects.visible_to(person(request)).filter(pk=lists.key(object_id or "") or 0)
        meeting = rows.first()
        usual = (
            {"starts_at": timezone.localtime(meeting.starts_at), "place": meeting.place} if meeting else {}
        )
        super().__init__(request, object_id, initial=usual, **options)


class MinutesForm(forms.Form):
    minutes = forms.CharField(
        label=_("Minutes"),
        required=False,
        max_length=meetings.LONGEST_MINUTES,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
    )
    present = ManyAgents(queryset=Agent.objects.none(), label=_("Present"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, meeting: Meeting, *, data: Any = None) -> None:
        attendees = list(meeting.attendees.all())
        initial = {
            "minutes": meeting.minutes,
            "present": [one.agent_id for one in attendees if one.was_present],
            "version": meeting.version,
        }
        super().__init__(data, initial=initial)
        asked = Agent.objects.filter(meetings_asked_to__meeting=meeting).select_related("user", "team")
        present: Any = self.fields["present"]
        present.queryset = asked.order_by("user__name")


class AddActionForm(forms.Form):
    text = forms.CharField(label=_("What to do"), max_length=300, widget=UnfoldAdminTextInputWidget)
    owner = AgentChoice(label=_("Who does it"))
    due_on = date_field(_("Due on"))

    def __init__(self, meeting: Meeting, *, data: Any = None) -> None:
        super().__init__(data, prefix="action")
        owner: Any = self.fields["owner"]
        owner.queryset = fit_for(meeting)


class AmendForm(BaseDialogForm):
    owner = AgentChoice(label=_("Who does it"))
    due_on = date_field(_("Due on"))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        item = _item(person(request), object_id)
        usual = {"owner": item.owner_id, "due_on": item.due_on} if item else {}
        super().__init__(request, object_id, initial=usual, **options)
        if item is not None:
            self.fields["owner"].queryset = fit_for(item.meeting)


def _item(user: User, object_id: str | None) -> ActionItem | None:
    rows = ActionItem.objects.visible_to(user).select_related("meeting")
    return rows.filter(pk=lists.key(object_id or "") or 0).first()
