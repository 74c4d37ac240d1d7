"""The work of somebody who is not there: covered while he is away, released when he has left."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from complaints import deadlines, ledger, notices, ownership, rights
from complaints.choices import Act, ClockKind, OwnershipKind, Status
from complaints.models import Callback, Ticket
from portal import sweeping
from portal.models import User
from staffing.models import Agent


@transaction.atomic
def cover(agent: Agent, to: Agent, *, reason: str, by: User, at: datetime) -> list[Ticket]:
    """Give all open matters of an absent agent to another, who covers, with the calls that are owed.

    First responsibility stays. All or none: one that the other may not take is refused by name, before
    anything has moved.
    """
    reason = rights.require_reason(reason)
    tickets = Ticket.objects.in_hand_of(agent).filter(~Q(handler=to)).order_by("pk")
    covered = [
        ownership.assign(ticket, to, by=by, at=at, reason=reason, kind=OwnershipKind.LEAVE_COVER)
        for ticket in tickets
    ]
    Callback.objects.due().filter(agent=agent, ticket__in=covered).update(agent=to)
    return covered


def release_leavers(*, at: datetime, limit: int = 200) -> int:
    """Lay into the queue what is in the hands of people who have left; answers how many matters.

    The calls they owed are owed by whoever answers for the matter now, or takes it next.
    """
    today = localdate(at)
    tickets = Ticket.objects.open().filter(handler__left_on__lt=today).order_by("pk")
    released = sweeping.each(tickets[:limit], partial(_release, at=at))
    calls = Callback.objects.due().filter(agent__left_on__lt=today).order_by("pk")
    sweeping.each(calls.select_related("ticket")[:limit], partial(_hand_on, at=at))
    return released


def _release(ticket: Ticket, *, at: datetime) -> bool:
    with ledger.held(ticket) as ticket:
        leaver = ticket.handler
        if not ticket.is_open or leaver is None or leaver.is_employed(localdate(at)):
            return False
        ownership.withdraw(ticket, at=at)
        deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)
        ownership.lay_into_queue(ticket, at=at)
        event = ledger.enter(ticket, Act.RETURN, by=None, at=at, to=Status.NEW)
        notices.left_behind(ticket, leaver, event)
        return True


def _hand_on(callback: Callback, *, at: datetime) -> int:
    owing = ownership.answerable(callback.ticket, at=at) if callback.ticket else None
    return Callback.objects.due().filter(pk=callback.pk, agent=callback.agent).update(agent=owing)
