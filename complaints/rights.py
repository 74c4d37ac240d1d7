"""Who may act on a ticket. Asked by every step, so that no door can forget it."""

from django.utils.translation import gettext_lazy as _

from complaints.models import Ticket
from portal.errors import MissingInformation, NotAllowed
from portal.models import User
from staffing.models import Agent

LONGEST_REASON = 500


def agent_of(by: User | None) -> Agent | None:
    return Agent.objects.select_related("user").filter(user=by).first() if by else None


def may_override(ticket: Ticket, by: User | None) -> bool:
    """The system itself, a connected system within its scope, or a supervisor of what he may see."""
    if by is None or by.is_system:
        return True
    return (
        by.has_perm("complaints.override_ticket")
        and Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists()
    )


def require_override(ticket: Ticket, by: User | None) -> None:
    if not may_override(ticket, by):
        raise NotAllowed(_("Only a supervisor of this team may do that."))


def is_worker(by: User) -> bool:
    """Whether somebody works on tickets at all, rather than only reading them."""
    return by.has_perm("complaints.change_ticket") or by.has_perm("complaints.override_ticket")


def require_worker(by: User | None) -> None:
    """Whoever only looks on, as inspector or auditor, acts on nothing."""
    if not (by is None or by.is_system or is_worker(by)):
        raise NotAllowed(_("You may look at tickets, but not work on them."))


def require_visible(ticket: Ticket, by: User | None) -> None:
    """Those who work on tickets act on the ones they may see."""
    require_worker(by)
    if by is None or Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists():
        return
    raise NotAllowed(_("This ticket belongs to another team."))


def require_handler(ticket: Ticket, by: User | None) -> None:
    """The handler acts; the first-responsible agent may always step in; a supervisor may in their place."""
    agent = agent_of(by)
    if agent is not None and agent.pk in (ticket.handler_id, ticket.first_responsible_id):
        return
    if not may_override(ticket, by):
        raise NotAllowed(_("Only the handler, the first-responsible agent or a supervisor may do that."))


def require_reason(reason: str) -> str:
    """Raises: MissingInformation, for a reason that says nothing, or more than the ledger holds."""
    if not reason.strip():
        raise MissingInformation(_("Give a reason."), fields={"reason": _("Give a reason.")})
    if len(reason.strip()) > LONGEST_REASON:
        message = _("At most %(count)s characters.") % {"count": LONGEST_REASON}
        raise MissingInformation(message, fields={"reason": message})
    return reason.strip()
