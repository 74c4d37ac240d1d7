"""Which acts a person is offered on a ticket: those possible in its state and his to do.

This decides what is shown, not what is allowed: each step asks `complaints.rights` itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from complaints import rights, states
from complaints.admin import act_forms, hand_over_forms
from complaints.admin.act_form import ActForm
from complaints.choices import Act, HandOver, Status
from complaints.models import OwnershipEntry, Ticket
from portal.errors import Text
from portal.models import User
from staffing.models import Agent


@dataclass(frozen=True)
class Standing:
    """What a person is to a ticket that he may see."""

    ticket: Ticket
    user: User

    @cached_property
    def agent(self) -> Agent | None:
        return rights.agent_of(self.user)

    @cached_property
    def hand_overs(self) -> list[OwnershipEntry]:
        """The chain of the ticket, the first one first."""
        return list(
            self.ticket.ownership.select_related("giver__user", "receiver__user", "by").order_by("id")
        )

    @property
    def unanswered(self) -> list[OwnershipEntry]:
        """The hand-overs that wait for somebody's yes or no."""
        waiting = (HandOver.PENDING, HandOver.HOLDING)
        return [one for one in self.hand_overs if one.state in waiting and one.accepted_at is None]

    @property
    def is_handler(self) -> bool:
        return self.agent is not None and self.agent.pk == self.ticket.handler_id

    @property
    def is_first_responsible(self) -> bool:
        return self.agent is not None and self.agent.pk == self.ticket.first_responsible_id

    @cached_property
    def may_override(self) -> bool:
        return self.user.has_perm("complaints.override_ticket")

    @property
    def may_handle(self) -> bool:
        return self.is_handler or self.is_first_responsible or self.may_override

    @property
    def sees_clear(self) -> bool:
        """The handler of an open matter sees whom he deals with."""
        return self.is_handler and self.ticket.is_open

    @property
    def is_asked(self) -> bool:
        return self.agent is not None and any(one.receiver_id == self.agent.pk for one in self.unanswered)

    @property
    def is_transfer_pending(self) -> bool:
        return any(one.state == HandOver.PENDING for one in self.unanswered)


class Place(StrEnum):
    """Where on the page an act is offered."""

    BAR = "bar"
    MORE = "more"
    CARD = "card"
    BOX = "box"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One act of the page: when it is offered, where, under which key."""

    act: Act
    form: type[ActForm]
    suits: Callable[[Standing], bool]
    icon: str
    place: Place = Place.BAR
    key: str = ""
    is_main: bool = False

    # A template would call the form's class: it reads these.

    @property
    def title(self) -> Text:
        return self.form.title

    @property
    def is_direct(self) -> bool:
        return self.form.is_direct

    @property
    def is_grave(self) -> bool:
        return self.form.is_grave

    def is_for(self, standing: Standing) -> bool:
        return states.is_possible(self.act, Status(standing.ticket.status)) and self.suits(standing)


def _may_claim(standing: Standing) -> bool:
    return standing.agent is not None and standing.ticket.handler_id is None


def _may_take_over(standing: Standing) -> bool:
    is_free_to = standing.is_first_responsible or standing.may_override
    return standing.agent is not None and not standing.is_handler and is_free_to


def _may_transfer(standing: Standing) -> bool:
    return standing.may_handle and not standing.is_transfer_pending


def _may_assign(standing: Standing) -> bool:
    return standing.user.has_perm("complaints.assign_ticket")


def _may_close(standing: Standing) -> bool:
    return standing.is_first_responsible or standing.may_override


def _may_cancel(standing: Standing) -> bool:
    return standing.may_override if standing.ticket.handler_id is None else standing.may_handle


def _may_handle(standing: Standing) -> bool:
    return standing.may_handle


def _is_asked(standing: Standing) -> bool:
    return standing.is_asked


def _may_override(standing: Standing) -> bool:
    return standing.may_override


def _anybody(_standing: Standing) -> bool:
    return True


OFFERS: dict[str, Offer] = {
    "claim": Offer(
        act=Act.CLAIM,
        form=hand_over_forms.ClaimForm,
        suits=_may_claim,
        icon="back_hand",
        key="c",
        is_main=True,
    ),
    "accept": Offer(
        act=Act.ACCEPT,
        form=hand_over_forms.AcceptForm,
        suits=_is_asked,
        icon="check",
        key="a",
        is_main=True,
    ),
    "decline": Offer(
        act=Act.DECLINE, form=hand_over_forms.DeclineForm, suits=_is_asked, icon="close", key="x"
    ),
    "resume": Offer(
        act=Act.RESUME,
        form=act_forms.ResumeForm,
        suits=_may_handle,
        icon="play_arrow",
        key="g",
        is_main=True,
    ),
    "close": Offer(
        act=Act.CLOSE, form=act_forms.CloseForm, suits=_may_close, icon="task_alt", key="e", is_main=True
    ),
    "promise": Offer(
        act=Act.PROMISE, form=act_forms.PromiseForm, suits=_may_handle, icon="schedule", key="p"
    ),
    "wait": Offer(act=Act.WAIT, form=act_forms.WaitForm, suits=_may_handle, icon="pause", key="w"),
    "transfer": Offer(
        act=Act.TRANSFER,
        form=hand_over_forms.TransferForm,
        suits=_may_transfer,
        icon="move_item",
        key="h",
    ),
    "resolve": Offer(
        act=Act.RESOLVE,
        form=act_forms.ResolveForm,
        suits=_may_handle,
        icon="done_all",
        key="d",
        is_main=True,
    ),
    "reopen": Offer(act=Act.REOPEN, form=act_forms.ReopenForm, suits=_anybody, icon="replay", key="o"),
    "assign": Offer(
        act=Act.ASSIGN,
        form=hand_over_forms.AssignForm,
        suits=_may_assign,
        icon="person_add",
        place=Place.MORE,
        key="i",
    ),
    "take_over": Offer(
        act=Act.TAKE_OVER,
        form=hand_over_forms.TakeOverForm,
        suits=_may_take_over,
        icon="front_hand",
        place=Place.MORE,
        key="v",
    ),
    "apply_policy": Offer(
        act=Act.APPLY_POLICY,
        form=act_forms.ApplyPolicyForm,
        suits=_may_override,
        icon="rule",
        place=Place.MORE,
    ),
    "cancel": Offer(
        act=Act.CANCEL,
        form=act_forms.CancelForm,
        suits=_may_cancel,
        icon="block",
        place=Place.MORE,
    ),
    "classify": Offer(
        act=Act.CLASSIFY,
        form=act_forms.ClassifyForm,
        suits=_anybody,
        icon="category",
        place=Place.CARD,
        key="k",
    ),
    "call_back": Offer(
        act=Act.CALL_BACK,
        form=act_forms.ScheduleCallbackForm,
        suits=_anybody,
        icon="phone_callback",
        place=Place.CARD,
        key="b",
    ),
    "say": Offer(act=Act.NOTE, form=act_forms.SayForm, suits=_anybody, icon="chat", place=Place.BOX),
}


def offered(standing: Standing) -> Iterator[tuple[str, Offer]]:
    """The acts for this person on this ticket now, by name."""
    if rights.is_worker(standing.user):
        yield from ((name, offer) for name, offer in OFFERS.items() if offer.is_for(standing))


def form_for(name: str, standing: Standing, *, at: datetime, data: Any = None) -> ActForm:
    """The form of an act. Raises KeyError for an act that the page does not know."""
    form_class = OFFERS[name].form
    options: dict[str, Any] = {"by": standing.user, "at": at, "data": data}
    if form_class is act_forms.SayForm:
        may_reply = standing.may_handle and states.is_possible(Act.REPLY, Status(standing.ticket.status))
        options["may_reply"] = may_reply
    return form_class(standing.ticket, **options)
