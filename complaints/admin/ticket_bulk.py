"""Acts on several tickets at once: one dialog, one step per ticket, one message about what came of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints import ownership, rights
from complaints.admin import dialog
from complaints.admin.act_form import StepForm
from complaints.admin.fields import AgentField, colleagues, offer, reason_field
from complaints.models import Ticket
from portal.admin.house import HouseAdmin, person
from portal.admin.refusals import act_on_each
from portal.errors import Text

SENT = "sent"


class BulkForm(StepForm):
    """One act on each of the chosen tickets. What is refused is told, and hinders no other."""

    done = ""
    told: ClassVar[Text]
    """What is said afterwards, with %(count)s."""
    needs: ClassVar[str] = ""
    """The permission without which the act is not offered."""

    def __init__(self, request: HttpRequest, tickets: Sequence[Ticket], *, is_sent: bool) -> None:
        self.request, self.tickets = request, tickets
        super().__init__(by=person(request), at=timezone.now(), data=request.POST if is_sent else None)

    def take(self) -> None:
        act_on_each(self.request, self.tickets, self.take_one, done=str(self.told))

    def take_one(self, ticket: Ticket) -> object:
        """Call the step. Raises: DomainError."""
        raise NotImplementedError


class ClaimAll(BulkForm):
    title = _("Claim")
    told = _("Claimed: %(count)s.")

    def take_one(self, ticket: Ticket) -> object:
        return ownership.claim(ticket, by=self.by, at=self.at)


class AssignAll(BulkForm):
    title = _("Assign")
    told = _("Assigned: %(count)s.")
    needs = "complaints.assign_ticket"

    agent = AgentField(label=_("agent"))
    reason = reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "agent", colleagues(at=self.at).on_duty(self.at))

    def take_one(self, ticket: Ticket) -> object:
        return ownership.assign(ticket, by=self.by, at=self.at, **self.facts)


class TransferAll(BulkForm):
    title = _("Transfer")
    told = _("Offered to your colleague: %(count)s.")

    to = AgentField(label=_("to"))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "to", colleagues(at=self.at))

    def take_one(self, ticket: Ticket) -> object:
        return ownership.transfer(ticket, by=self.by, at=self.at, **self.facts)


class TakeOverAll(BulkForm):
    title = _("Take over")
    told = _("Taken over: %(count)s.")

    reason = reason_field()

    def take_one(self, ticket: Ticket) -> object:
        return ownership.take_over(ticket, by=self.by, at=self.at, **self.facts)


BULK_FORMS: dict[str, type[BulkForm]] = {
    "claim": ClaimAll,
    "assign": AssignAll,
    "transfer": TransferAll,
    "take_over": TakeOverAll,
}


class BulkActs(HouseAdmin):
    """The acts on the rows that are ticked."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        user = person(request)
        if not rights.is_worker(user):
            return {}
        return {
            name: (partial(_ask, form_class=form_class), name, form_class.title)
            for name, form_class in BULK_FORMS.items()
            if not form_class.needs or user.has_perm(form_class.needs)
        }


def _ask(
    _model_admin: Any, request: HttpRequest, queryset: QuerySet, *, form_class: type[BulkForm]
) -> HttpResponse:
    """The first POST brings the ticked rows and is answered by a dialog, the second what was typed there."""
    tickets = list(queryset)
    asks_nothing = not form_class.base_fields
    form = form_class(request, tickets, is_sent=asks_nothing or SENT in request.POST)
    chosen = ngettext("%(count)s ticket", "%(count)s tickets", len(tickets)) % {"count": len(tickets)}
    kept = [("action", request.POST["action"]), ("index", "0"), (SENT, "1")]
    kept += [(ACTION_CHECKBOX_NAME, str(ticket.pk)) for ticket in tickets]
    page = request.get_full_path()
    return dialog.answer(request, form, leads_to=page, about=chosen, context={"kept": kept})
