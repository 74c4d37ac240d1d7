"""The acts by which a ticket changes hands: claim, accept, decline, transfer, take over, assign."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from complaints import ownership
from complaints.admin.act_form import ActForm
from complaints.admin.fields import AgentField, able_for, offer, reason_field
from complaints.models import Ticket


class ClaimForm(ActForm):
    title = _("Claim")
    done = _("The ticket is yours.")
    is_direct = True

    def take(self) -> None:
        ownership.claim(self.ticket, by=self.by, at=self.at, **self.facts)


class AcceptForm(ActForm):
    title = _("Accept")
    done = _("Accepted: the ticket is yours to handle.")
    is_direct = True

    def take(self) -> None:
        ownership.accept(self.ticket, by=self.by, at=self.at, **self.facts)


class DeclineForm(ActForm):
    title = _("Decline")
    done = _("Declined.")

    reason = reason_field()

    def take(self) -> None:
        ownership.decline(self.ticket, by=self.by, at=self.at, **self.facts)


class TransferForm(ActForm):
    title = _("Transfer")
    done = _("Asked. The ticket stays where it is until your colleague accepts.")
    hint = _("The first-responsible agent stays answerable, and no clock starts anew.")

    to = AgentField(label=_("to"))
    reason = reason_field()

    def __init__(self, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(ticket, **kwargs)
        offer(self, "to", able_for(ticket, at=self.at).exclude(pk=ticket.handler_id or 0))

    def take(self) -> None:
        ownership.transfer(self.ticket, by=self.by, at=self.at, **self.facts)


class TakeOverForm(ActForm):
    title = _("Take over")
    done = _("The ticket is yours to handle.")

    reason = reason_field()

    def take(self) -> None:
        ownership.take_over(self.ticket, by=self.by, at=self.at, **self.facts)


class AssignForm(ActForm):
    title = _("Assign")
    done = _("Assigned.")

    agent = AgentField(label=_("agent"))
    reason = reason_field(required=False)

    def __init__(self, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(ticket, **kwargs)
        on_duty = able_for(ticket, at=self.at).on_duty(self.at)
        offer(self, "agent", on_duty.exclude(pk=ticket.handler_id or 0))

    def take(self) -> None:
        ownership.assign(self.ticket, by=self.by, at=self.at, **self.facts)
