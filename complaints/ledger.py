"""How a step holds a ticket and writes it down: one lock, one ledger row, one save."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints import notices
from complaints.choices import Act, Status
from complaints.models import Ticket, TicketEvent
from portal.models import User


@contextmanager
def held(ticket: Ticket, *, version: int | None = None) -> Iterator[Ticket]:
    """The ticket as it is now, locked until the step is done.

    Raises: Stale, when the caller had read another version.
    """
    with transaction.atomic():
        fresh = Ticket.objects.locked().get(pk=ticket.pk)
        fresh.expect(version)
        yield fresh


def enter(
    ticket: Ticket,
    act: Act,
    *,
    by: User | None,
    at: datetime,
    to: Status | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> TicketEvent:
    """Write one act into the ledger of a held ticket and save the ticket with all that the step set.

    What is next due is counted anew, and the first-responsible agent is told of a step that another took.
    Raises: WrongState.
    """
    event = ticket.move(act, by=by, at=at, to=to, reason=reason, data=data)
    ticket.next_due_at = next_due(ticket)
    ticket.save()
    event.save(force_insert=True)
    notices.step_taken(ticket, event)
    return event


def next_due(ticket: Ticket) -> datetime | None:
    """The earliest instant at which something is owed on an open ticket: a running clock or a promise."""
    if not ticket.is_open:
        return None
    dues = [
        *ticket.clocks.running().filter(due_at__isnull=False).values_list("due_at", flat=True),
        *ticket.promises.open().values_list("due_at", flat=True),
    ]
    return min((due for due in dues if due is not None), default=None)
