"""Working on a matter: what is said to the customer and by him, what is promised, what is waited for."""

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from complaints import (
    deadlines,
    ledger,
    notices,
    ownership,
    policy,
    reply_language,
    rights,
    suggestions,
)
from complaints.choices import Act, ClockKind, Direction, PromiseOutcome, Status, WaitingFor
from complaints.models import Message, Promise, Ticket, TicketEvent
from portal import sweeping
from portal.errors import MissingInformation, WrongState
from portal.models import User


def reply(
    ticket: Ticket,
    *,
    text: str,
    by: User,
    at: datetime,
    via: str = "",
    version: int | None = None,
    override_reason: str = "",
    articles: Collection[int] = (),
) -> Ticket:
    """Answer the customer: stops the clocks that wait for an answer, and settles the open promises.

    `override_reason` is why a supervisor sends forbidden words all the same. `articles` are the keys of the
    versions out of which the reply was written; each is linked to the ticket and counted.

    Raises: NotAllowed; WrongState; Stale; MissingInformation without words, or with a blank of a phrase that
    is still to be written; reply_language.ForbiddenWords.
    """
    text = _require_text(text)
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        reply_language.require_filled(ticket, text)
        overridden, reason = reply_language.require_decent(
            ticket, text, override_reason=override_reason, by=by
        )
        message = Message.objects.create(
            ticket=ticket,
            direction=Direction.OUTBOUND,
            via=via or ticket.channel,
            author=by,
            text=text,
            at=at,
        )
        start_work(ticket, by=by, at=at)
        answered(ticket, at=at)
        data: dict[str, object] = {"message": message.pk}
        if overridden:
            data["forbidden"] = ", ".join(overridden)
        event = ledger.enter(ticket, Act.REPLY, by=by, at=at, reason=reason, data=data)
        if articles:
            suggestions.record_inserted(ticket, articles, by=by, at=at)
        notices.reply_sent(ticket, message, event)
        return ticket


def hear(
    ticket: Ticket,
    *,
    text: str,
    at: datetime,
    by: User | None = None,
    via: str = "",
    external_id: str = "",
) -> Ticket:
    """The customer wrote: the matter goes on if it waited for him, and the next reply is owed.

    A message told twice under one number of the channel is kept once.
    """
    text = _require_text(text)
    with ledger.held(ticket) as ticket:
        rights.require_visible(ticket, by)
        if external_id and ticket.messages.filter(external_id=external_id).exists():
            return ticket
        message = Message.objects.create(
            ticket=ticket,
            direction=Direction.INBOUND,
            via=via or ticket.channel,
            author=by,
            text=text,
            at=at,
            external_id=external_id or None,
        )
        if ticket.status == Status.WAITING_CUSTOMER:
            deadlines.resume(ticket, at=at)
            ticket.waiting_until = None
        if ticket.is_open and not ticket.clocks.running().filter(kind__in=deadlines.ANSWERS).exists():
            deadlines.start(ticket, ClockKind.NEXT_REPLY, at=at)
        event = ledger.enter(ticket, Act.HEAR, by=by, at=at, data={"message": message.pk})
        notices.customer_wrote(ticket, event)
        return ticket


def note(ticket: Ticket, *, text: str, by: User, at: datetime, version: int | None = None) -> Ticket:
    """Write something down for colleagues; the customer never sees it."""
    text = _require_text(text)
    with ledger.held(ticket, version=version) as ticket:
        rights.require_visible(ticket, by)
        message = Message.objects.create(
            ticket=ticket, direction=Direction.INTERNAL, author=by, text=text, at=at
        )
        ledger.enter(ticket, Act.NOTE, by=by, at=at, data={"message": message.pk})
        return ticket


def promise(
    ticket: Ticket, *, due_at: datetime, by: User, at: datetime, version: int | None = None
) -> Promise:
    """Promise the customer an answer by a time; it lies on the promiser's desk until kept."""
    if due_at <= at:
        message = _("The promised time must lie in the future.")
        raise MissingInformation(message, fields={"due_at": message})
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        agent = rights.agent_of(by) or ticket.handler
        if agent is None:
            raise WrongState(_("Nobody handles this ticket yet: claim it before you promise."))
        made = Promise.objects.create(ticket=ticket, agent=agent, due_at=due_at, made_at=at)
        start_work(ticket, by=by, at=at)
        ledger.enter(ticket, Act.PROMISE, by=by, at=at, data={"due_at": due_at.isoformat()})
        return made


def wait(
    ticket: Ticket,
    *,
    for_: WaitingFor,
    reason: str,
    by: User,
    at: datetime,
    until: datetime | None = None,
    version: int | None = None,
) -> Ticket:
    """Wait for the customer (the resolution clock rests) or a third party (it does not), with a reason.

    Without an end the waiting ends by itself after policy.WAITS_AT_MOST.
    """
    reason = rights.require_reason(reason)
    if until is not None and until <= at:
        message = _("The time until which you wait must lie in the future.")
        raise MissingInformation(message, fields={"until": message})
    until = until or at + policy.WAITS_AT_MOST
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        start_work(ticket, by=by, at=at)
        is_customer = for_ == WaitingFor.CUSTOMER
        if is_customer:
            deadlines.pause(ticket, at=at, reason=reason)
        ticket.waiting_until = until
        ledger.enter(
            ticket,
            Act.WAIT,
            by=by,
            at=at,
            to=Status.WAITING_CUSTOMER if is_customer else Status.WAITING_THIRD_PARTY,
            reason=reason,
            data={"until": until.isoformat()},
        )
        return ticket


def resume(ticket: Ticket, *, by: User | None, at: datetime, version: int | None = None) -> Ticket:
    """Go on with a matter that waited."""
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        start_work(ticket, by=by, at=at)
        _resume(ticket, by=by, at=at)
        return ticket


def wake(*, at: datetime, limit: int = 200) -> int:
    """Go on with the matters whose waiting time is over; answers how many."""
    asleep = Ticket.objects.waiting().filter(waiting_until__lte=at)
    return sweeping.each(asleep[:limit], partial(_wake, at=at))


def _wake(ticket: Ticket, *, at: datetime) -> bool:
    with ledger.held(ticket) as ticket:
        is_time = ticket.waiting_until is not None and ticket.waiting_until <= at
        if is_time:
            event = _resume(ticket, by=None, at=at)
            notices.woken(ticket, event)
        return is_time


def start_work(ticket: Ticket, *, by: User | None, at: datetime) -> None:
    """Whoever first acts on what was assigned and not taken yet has taken it, and answers for it.

    What a connected system relays are the words of the agent to whom the matter was assigned.
    """
    agent = ticket.handler if by is not None and by.is_system else rights.agent_of(by)
    if agent is not None:
        ownership.take_implicitly(ticket, agent, by=by, at=at)


def answered(ticket: Ticket, *, at: datetime) -> None:
    """The customer has got an answer: stop what waited for one, keep or break what was promised."""
    deadlines.stop(ticket, deadlines.ANSWERS, at=at)
    settle_promises(ticket, at=at)


def settle_promises(ticket: Ticket, *, at: datetime, in_time: PromiseOutcome = PromiseOutcome.KEPT) -> None:
    """Decide the open promises by their times: what was due before is broken, whoever has noticed or not."""
    ticket.promises.open().filter(due_at__gte=at).update(outcome=in_time, settled_at=at)
    for promise in ticket.promises.open().select_related("agent__user"):
        _count_as_broken(ticket, promise, at=at)


def break_overdue_promises(*, at: datetime, limit: int = 500) -> int:
    """Count promises whose time has passed as broken, and tell; answers how many."""
    overdue = Promise.objects.open().filter(due_at__lt=at).select_related("ticket")
    return sweeping.each(overdue[:limit], partial(_break, at=at))


def _break(promise: Promise, *, at: datetime) -> bool:
    with ledger.held(promise.ticket) as ticket:
        won = _count_as_broken(ticket, promise, at=at)
        if won:
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=ledger.next_due(ticket))
        return won


def _count_as_broken(ticket: Ticket, promise: Promise, *, at: datetime) -> bool:
    still = Promise.objects.open().filter(pk=promise.pk)
    won = bool(still.update(outcome=PromiseOutcome.BROKEN, settled_at=at))
    if won:
        notices.promise_broken(ticket, promise, at=at)
    return won


def _resume(ticket: Ticket, *, by: User | None, at: datetime) -> TicketEvent:
    deadlines.resume(ticket, at=at)
    ticket.waiting_until = None
    return ledger.enter(ticket, Act.RESUME, by=by, at=at)


def _require_text(text: str) -> str:
    if not text.strip():
        message = _("Write something first.")
        raise MissingInformation(message, fields={"text": message})
    return text.strip()
