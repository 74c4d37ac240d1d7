"""Leave cover 代班: a supervisor gives all open matters of an absent agent to one who covers.

Asked twice: first who, for whom and why, then whether what will happen is meant.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action

from complaints import absence, classification, qualification, rights
from complaints.admin import dialog
from complaints.admin.act_form import StepForm
from complaints.admin.fields import AgentField, AgentIterator, colleagues, offer, reason_field, with_presence
from complaints.models import Ticket
from portal.admin import refusals
from portal.admin.house import HouseAdmin, person
from portal.errors import DomainError
from portal.models import User
from staffing.models import Agent

PERMISSION = "complaints.assign_ticket"


class AbsentIterator(AgentIterator):
    """Those who are not there first."""

    groups = tuple(reversed(AgentIterator.groups))


class AbsentField(AgentField):
    """An agent with how much is in hand, which has to go to somebody else."""

    iterator = AbsentIterator

    def label_from_instance(self, agent: Any) -> str:
        load = ngettext("%(count)s ticket", "%(count)s tickets", agent.in_hand) % {"count": agent.in_hand}
        return f"{agent} · {agent.team} · {load}"


class LeaveCoverForm(StepForm):
    title = _("Arrange leave cover")
    submit = _("Continue")
    hint = _("All open matters of an absent agent go to one colleague who is on duty, or none of them.")

    agent = AbsentField(label=_("absent agent"))
    to = AgentField(label=_("covered by"))
    reason = reason_field()
    agreed = forms.CharField(required=False, widget=forms.HiddenInput)
    """What the person has been told and has said yes to, in the form's own words."""

    def __init__(self, *, by: User, at: datetime, data: Any = None, initial: dict[str, Any]) -> None:
        super().__init__(by=by, at=at, data=data, initial=initial)
        staff = with_presence(Agent.objects.visible_to(by), at=at).filter(in_hand__gt=0)  # type: ignore[misc]
        offer(self, "agent", staff.order_by("-in_hand", "staff_no"))  # type: ignore[misc] # annotated
        offer(self, "to", colleagues(at=at).visible_to(by).on_duty(at))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        agent, to = given.get("agent"), given.get("to")
        if agent and agent == to:
            self.add_error("to", _("Choose somebody else: nobody covers for himself."))
        elif agent and to:
            for text in refusals.sentences(hindrances(agent, to, by=self.by, at=self.at)):
                self.add_error(None, text)
        return given

    def try_to_take(self) -> bool:
        if self.is_valid() and self.cleaned_data["agreed"] != self._terms:
            self._ask()
            return False
        return super().try_to_take()

    def take(self) -> None:
        agent, to, reason = (self.cleaned_data[name] for name in ("agent", "to", "reason"))
        moved = absence.cover(agent, to, reason=reason, by=self.by, at=self.at)
        text = ngettext(
            "%(count)s ticket of %(agent)s now lies with %(to)s.",
            "%(count)s tickets of %(agent)s now lie with %(to)s.",
            len(moved),
        )
        self.done = text % {"count": len(moved), "agent": agent, "to": to}

    @property
    def _terms(self) -> str:
        agent, to = self.cleaned_data["agent"], self.cleaned_data["to"]
        return f"{agent.pk}-{to.pk}-{agent.in_hand}"

    def _ask(self) -> None:
        """Say what will happen; sent again unchanged, it is meant."""
        agent, to = self.cleaned_data["agent"], self.cleaned_data["to"]
        text = ngettext(
            "%(count)s ticket of %(agent)s goes to %(to)s, who then has %(total)s in hand (limit: %(most)s)."
            " First responsibility stays.",
            "%(count)s tickets of %(agent)s go to %(to)s, who then has %(total)s in hand (limit: %(most)s)."
            " First responsibility stays.",
            agent.in_hand,
        )
        self.question = text % {
            "count": agent.in_hand,
            "agent": agent,
            "to": to,
            "total": to.in_hand + agent.in_hand,
            "most": to.max_open_tickets,
        }
        self.submit = _("Hand over")
        self.data = {name: self.data.get(name) for name in self.data} | {"agreed": self._terms}


def hindrances(agent: Agent, to: Agent, *, by: User, at: datetime) -> dict[str, list[str]]:
    """Why matters of the agent cannot go to the other, in the words of the steps, and which they are."""
    found: dict[str, list[str]] = defaultdict(list)
    seen = set(Ticket.objects.visible_to(by).in_hand_of(agent).values_list("pk", flat=True))
    skills = classification.skills_by_category()
    known: dict[tuple[bool, int | None], str] = {}
    tickets = Ticket.objects.in_hand_of(agent).select_related("category__parent__parent").order_by("pk")
    for ticket in tickets:
        alike = (ticket.pk in seen, skills[ticket.category_id])
        if alike not in known:
            known[alike] = _refusal(ticket, to, by=by, at=at)
        if known[alike]:
            found[known[alike]].append(str(ticket) if ticket.pk in seen else ticket.number)
    return found


def _refusal(ticket: Ticket, to: Agent, *, by: User, at: datetime) -> str:
    try:
        rights.require_visible(ticket, by)
        qualification.require(ticket, to, at=at)
    except DomainError as refusal:
        return str(refusal)
    return ""


class LeaveCover(HouseAdmin):
    """The button above the list of tickets, and the dialog that it opens."""

    actions_list = ["leave_cover"]

    def has_assign_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(PERMISSION)

    @action(
        description=_("Arrange leave cover"),
        permissions=["assign"],
        url_path="leave-cover",
        icon="group_add",
        attrs={
            "hx-get": reverse_lazy("admin:complaints_ticket_leave_cover"),
            "hx-target": "#act-dialog",
            "hx-swap": "innerHTML",
        },
    )
    def leave_cover(self, request: HttpRequest) -> HttpResponse:
        form = LeaveCoverForm(
            by=person(request),
            at=timezone.now(),
            data=request.POST or None,
            initial={"agent": request.GET.get("agent")},  # The list of who is on duty knows whom.
        )
        return dialog.answer(request, form, leads_to=reverse("admin:complaints_ticket_changelist"))
