"""What an agent fills in on a phone to ask for something, and what a supervisor fills in to decide it."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from portal.admin import refusals
from portal.admin.house import person
from portal.admin.lists import key
from portal.errors import DomainError, Text
from portal.models import User
from staffing.admin.dialogs import AgentChoice, ShiftChoice, agents_of, date_field, reason_field
from staffing.choices import LeaveKind
from staffing.models import Agent, DutyAssignment, StaffRequest
from staffing.querysets import AgentQuerySet
from staffing.requests import leave, mine, overtime, reviewing, swaps, wishes


def time_field(label: Any) -> forms.TimeField:
    attrs = {"type": "time", "class": " ".join(INPUT_CLASSES)}
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs=attrs))


def hours_of(given: dict[str, Any]) -> leave.Hours | None:
    starts, ends = given.get("starts"), given.get("ends")
    return (starts, ends) if starts is not None and ends is not None else None


class HoursTogether:
    """Before a form: from and to are given together or not at all."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data  # type: ignore[misc, attr-defined]
        if (given.get("starts") is None) != (given.get("ends") is None):
            missing = "ends" if given.get("ends") is None else "starts"
            self.add_error(missing, _("Give both, or neither."))  # type: ignore[attr-defined]
        return given


class DutyChoices(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, label: Text, **options: Any) -> None:
        rows = DutyAssignment.objects.none()
        super().__init__(queryset=rows, label=label, **options)

    def label_from_instance(self, duty: Any) -> str:
        day = f"{date_format(duty.on, 'MONTH_DAY_FORMAT')} {date_format(duty.on, 'D')}"
        return f"{day} {duty.shift_type.name} {duty.shift_type.hours}"

    def offer(self, duties: list[DutyAssignment]) -> None:
        rows = DutyAssignment.objects.filter(pk__in=[duty.pk for duty in duties])
        self.queryset = rows.select_related("shift_type", "agent").order_by("starts_at")


class ColleagueChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, agent: Any) -> str:
        return str(agent.user.name)


class AskForm(forms.Form):
    """One small page: what is asked, by one agent. `take` calls the step."""

    title: Text = ""
    hint: Text = ""
    done: Text = _("Your request has been sent.")

    def __init__(self, request: HttpRequest, agent: Agent, *, at: datetime, data: Any = None) -> None:
        self.request, self.agent, self.at = request, agent, at
        self.by: User = person(request)
        super().__init__(data, initial=self.begin(request))
        self.prepare()

    def begin(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says already."""
        return {"given": request.GET.getlist("duty")}

    def prepare(self) -> None:
        """Offer what can be chosen."""

    def take(self) -> None:
        raise NotImplementedError

    def refuse(self, refusal: DomainError) -> None:
        refusals.put_on_form(self, refusal)

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to send."""
        return True


class AskLeaveForm(HoursTogether, AskForm):
    title = _("Ask for leave")
    leave_kind = forms.ChoiceField(
        label=_("Kind of leave"), choices=LeaveKind.choices, widget=UnfoldAdminSelectWidget
    )
    first_on = date_field(_("First day"))
    last_on = date_field(_("Last day"))
    starts = time_field(_("From (for some hours only)"))
    ends = time_field(_("To"))
    reason = reason_field(is_required=False)

    def begin(self, request: HttpRequest) -> dict[str, Any]:
        day = request.GET.get("on") or self.agent.local_date(self.at).isoformat()
        return {"first_on": day, "last_on": day}

    def take(self) -> None:
        given = self.cleaned_data
        leave.ask(
            self.agent,
            LeaveKind(given["leave_kind"]),
            first_on=given["first_on"],
            last_on=given["last_on"],
            hours=hours_of(given),
            reason=given["reason"],
            by=self.by,
            at=self.at,
        )


class Excepted(AskForm):
    """Once a rule has been told that may be broken once, one may ask for an exception all the same."""

    wants_exception = forms.BooleanField(
        label=_("Ask for an exception all the same"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    is_refused = False

    def clean(self) -> dict[str, Any] | None:
        self.is_refused = bool(self.cleaned_data.get("wants_exception"))
        return super().clean()

    def refuse(self, refusal: DomainError) -> None:
        self.is_refused |= "exception" in refusal.fields
        super().refuse(refusal)


class AskSwapForm(Excepted):
    title = _("Swap shifts")
    hint = _("Choose a colleague, then your shifts and the ones you would take for them.")
    given = DutyChoices(_("My shifts"))
    taken = DutyChoices(_("My colleague's shifts"))
    reason = reason_field(is_required=False)

    def prepare(self) -> None:
        self.colleagues = _colleagues(self.agent, self.at)
        chosen = key(self.request.GET.get("with", ""))
        self.colleague = self.colleagues.filter(pk=chosen).first() if chosen else None
        self.fields["given"].offer(mine.shifts_ahead(self.agent, at=self.at))  # type: ignore[attr-defined]
        if self.colleague is not None:
            theirs = mine.shifts_ahead(self.colleague, at=self.at)
            self.fields["taken"].offer(theirs)  # type: ignore[attr-defined]

    @property
    def is_ready(self) -> bool:
        return self.colleague is not None

    def take(self) -> None:
        given = self.cleaned_data
        swaps.ask(
            self.agent,
            given=list(given["given"]),
            taken=list(given["taken"]),
            reason=given["reason"],
            wants_exception=given["wants_exception"],
            by=self.by,
            at=self.at,
        )


class AskGiveAwayForm(Excepted):
    title = _("Give shifts away")
    given = DutyChoices(_("My shifts"))
    to = ColleagueChoice(
        label=_("To"), queryset=Agent.objects.none(), required=False, empty_label=_("Whoever takes it first")
    )
    reason = reason_field(is_required=False)

    def prepare(self) -> None:
        self.fields["given"].offer(mine.shifts_ahead(self.agent, at=self.at))  # type: ignore[attr-defined]
        self.fields["to"].queryset = _colleagues(self.agent, self.at)  # type: ignore[attr-defined]

    def take(self) -> None:
        given = self.cleaned_data
        swaps.give_away(
            self.agent,
            given=list(given["given"]),
            to=given["to"],
            reason=given["reason"],
            wants_exception=given["wants_exception"],
            by=self.by,
            at=self.at,
        )


class AskOvertimeForm(Excepted):
    title = _("Ask for overtime")
    on = date_field(_("Date"), help_text=_("The day on which the shift starts."))
    shift_type = ShiftChoice()
    reason = reason_field(is_required=False)

    def begin(self, request: HttpRequest) -> dict[str, Any]:
        return {"on": request.GET.get("on", "")}

    def take(self) -> None:
        given = self.cleaned_data
        overtime.ask(
            self.agent,
            given["shift_type"],
            on=given["on"],
            reason=given["reason"],
            wants_exception=given["wants_exception"],
            by=self.by,
            at=self.at,
        )


class WishForm(AskForm):
    title = _("Wishes")
    hint = _("Wishes are weighed when the roster is drawn up, never promised.")
    done = _("Your wish is noted.")
    on = date_field(_("Date"))
    is_wanted = forms.TypedChoiceField(
        label=_("I would like"),
        choices=[("", _("to be off")), ("yes", _("to work"))],
        coerce=bool,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    shift_type = ShiftChoice(required=False, empty_label=_("any shift"))
    weight = forms.TypedChoiceField(
        label=_("How much it matters"),
        choices=[(1, _("a little")), (2, _("much")), (3, _("very much"))],
        coerce=int,
        widget=UnfoldAdminSelectWidget,
    )
    note = forms.CharField(label=_("Note"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget)

    def begin(self, request: HttpRequest) -> dict[str, Any]:
        return {"on": request.GET.get("on", "")}

    def take(self) -> None:
        given = self.cleaned_data | {"is_wanted": bool(self.cleaned_data["is_wanted"])}
        wishes.wish(self.agent, by=self.by, at=self.at, **given)


def _colleagues(agent: Agent, at: datetime) -> AgentQuerySet:
    members = Agent.objects.employed(agent.local_date(at)).filter(team=agent.team_id)
    return members.exclude(pk=agent.pk).select_related("user", "team__department").order_by("user__name")


# The supervisor's dialogs


class EnterLeaveForm(HoursTogether, BaseDialogForm):
    """For somebody who called in; a supervisor decides it at once."""

    agent = AgentChoice()
    leave_kind = forms.ChoiceField(
        label=_("Kind of leave"), choices=LeaveKind.choices, widget=UnfoldAdminSelectWidget
    )
    first_on = date_field(_("First day"))
    last_on = date_field(_("Last day"))
    starts = time_field(_("From (for some hours only)"))
    ends = time_field(_("To"))
    reason = reason_field(is_required=False)
    approves = forms.BooleanField(
        label=_("Approve at once"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        day = request.GET.get("on") or timezone.localdate()
        usual = {"agent": request.GET.get("agent"), "leave_kind": LeaveKind.SICK}
        initial = usual | {"first_on": day, "last_on": day, "approves": True}
        super().__init__(request, object_id, initial=initial, **options)
        self.fields["agent"].queryset = agents_of(request)


class AcceptForForm(BaseDialogForm):
    """Of what one colleague was asked only he takes it."""

    agent = AgentChoice(label=_("Colleague"))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        rows = StaffRequest.objects.visible_to(person(request)).filter(pk=key(str(object_id or "")) or 0)
        asked = rows.first()
        people = agents_of(request)
        if asked is None:
            people = people.none()
        elif asked.counterpart_id is not None:
            people = people.filter(pk=asked.counterpart_id)
        else:
            people = people.filter(team=asked.agent.team_id).exclude(pk=asked.agent_id)
        self.fields["agent"].queryset = people


class JudgedForm(BaseDialogForm):
    """What the rules and the roster say stands above what is asked."""

    form_before_template = "staffing/request/judgement.html"

    def get_before_template_context(
        self, request: HttpRequest, object_id: int | str | None = None
    ) -> dict[str, Any]:
        rows = StaffRequest.objects.visible_to(person(request)).filter(pk=key(str(object_id or "")) or 0)
        found = list(
            rows.select_related(
                "agent__user",
                "agent__team__department",
                "counterpart__user",
                "counterpart__team__department",
            ).prefetch_related("shifts__shift_type", "shifts__duty")
        )
        judgements = reviewing.judged(found, reader=person(request))
        judgement = next(iter(judgements.values()), None)
        return {"judgement": judgement}


class ApproveForm(JudgedForm):
    answer = forms.CharField(
        label=_("Answer"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    exception = forms.CharField(
        label=_("Reason for the exception"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text=_("Only where a rule may be broken once: it is kept with the roster."),
    )
