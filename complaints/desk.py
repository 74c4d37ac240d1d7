"""What lies on one agent's desk 我的工作台: read only, in a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils.timezone import localtime

from complaints import assignment, policy
from complaints.choices import (
    AttemptResult,
    CallbackPurpose,
    Direction,
    IdentityKind,
    OwnershipKind,
    PromiseOutcome,
    Severity,
    Status,
)
from complaints.identities import read_phone
from complaints.models import Callback, Message, OwnershipEntry, Promise, Ticket
from complaints.querysets import CallbackQuerySet
from staffing import figures
from staffing.models import Agent

ROWS_AT_MOST = 100
WAITING_COUNTED = 100


class Urgency(StrEnum):
    LATE = "late"
    SOON = "soon"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A ticket as one line. `last_direction` is who spoke last; empty while nothing was said."""

    ticket_id: int
    number: str
    subject: str
    customer: str
    status: Status
    severity: Severity
    due_at: datetime | None
    urgency: Urgency
    handler: str = ""
    last_direction: str = ""

    @property
    def is_unanswered(self) -> bool:
        return self.last_direction == Direction.INBOUND

    @property
    def is_grave(self) -> bool:
        return self.severity in (Severity.HIGH, Severity.CRISIS)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A matter that waits for the agent's yes or no: a colleague's transfer, or an assignment."""

    matter: Matter
    version: int
    kind: OwnershipKind
    giver: str
    reason: str
    at: datetime
    respond_by: datetime | None
    urgency: Urgency


class Lacks(StrEnum):
    """What a resolved matter still lacks before its end."""

    ANSWER = "answer"
    CALL = "call"
    CLOSING = "closing"


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A resolved matter that waits for its end. `said` is what the customer wrote since then."""

    matter: Matter
    version: int
    lacks: Lacks
    said: str
    resolved_for: timedelta
    may_close: bool


@dataclass(frozen=True, kw_only=True)
class PromisedReply:
    """`promised_by` names the colleague whose word the agent has to keep; empty for the agent's own."""

    ticket_id: int
    number: str
    subject: str
    due_at: datetime
    urgency: Urgency
    promised_by: str


@dataclass(frozen=True)
class Phone:
    """A number to dial (E.164) and as it is read."""

    dialled: str
    written: str


@dataclass(frozen=True, kw_only=True)
class Call:
    """A callback of today. `number` is its ticket's, if it has one."""

    callback_id: int
    purpose: CallbackPurpose
    customer: str
    phones: tuple[Phone, ...]
    ticket_id: int | None
    number: str
    note: str
    attempts: int
    due_at: datetime
    next_attempt_at: datetime
    urgency: Urgency
    is_callable: bool
    results: tuple[AttemptResult, ...] = tuple(AttemptResult)


@dataclass(frozen=True, kw_only=True)
class Counters:
    in_hand: int
    late: int
    due_soon: int
    calls_today: int
    promises_kept: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`waiting` counts the queue up to WAITING_COUNTED; `queue` holds the ROWS_AT_MOST soonest due."""

    agent: Agent
    at: datetime
    standing: figures.Standing
    counters: Counters
    queue: tuple[Matter, ...]
    offers: tuple[Offer, ...]
    endings: tuple[Ending, ...]
    promises: tuple[PromisedReply, ...]
    calls: tuple[Call, ...]
    answered_for: tuple[Matter, ...]
    waiting: int

    @property
    def spoken(self) -> tuple[Ending, ...]:
        """The resolved matters on which the customer wrote again: they come before all that is in hand."""
        return tuple(one for one in self.endings if one.lacks == Lacks.ANSWER)

    @property
    def settled(self) -> tuple[Ending, ...]:
        """The other resolved matters, behind what is in hand."""
        return tuple(one for one in self.endings if one.lacks != Lacks.ANSWER)

    @property
    def is_waiting_cut(self) -> bool:
        return self.waiting == WAITING_COUNTED

    @property
    def beyond(self) -> int:
        """How many matters in hand the queue does not show."""
        return self.counters.in_hand - len(self.queue)


def read(agent: Agent, *, at: datetime) -> Desk:
    """The desk as it is at an instant. `agent` comes with user, team and department."""
    return Desk(
        agent=agent,
        at=at,
        standing=figures.standing_of(agent, at),
        counters=count(agent, at=at),
        queue=_queue(agent, at=at),
        offers=_offers(agent, at=at),
        endings=_endings(agent, at=at),
        promises=_promises(agent, at=at),
        calls=_calls(agent, at=at),
        answered_for=_answered_for(agent, at=at),
        waiting=_waiting(agent, at=at),
    )


def count(agent: Agent, *, at: datetime) -> Counters:
    """The numbers above the desk. Three queries."""
    in_hand = Ticket.objects.in_hand_of(agent).aggregate(
        all=Count("pk"),
        late=Count("pk", filter=Q(next_due_at__lte=at)),
        soon=Count("pk", filter=Q(next_due_at__gt=at, next_due_at__lte=at + policy.DUE_SOON)),
    )
    kept = Promise.objects.filter(
        agent=agent, outcome=PromiseOutcome.KEPT, settled_at__gte=_start_of_week(agent, at)
    )
    return Counters(
        in_hand=in_hand["all"],
        late=in_hand["late"],
        due_soon=in_hand["soon"],
        calls_today=_calls_of_today(agent, at=at).count(),
        promises_kept=kept.count(),
    )


def urgency(due_at: datetime | None, *, at: datetime) -> Urgency:
    """Late from the due instant on; soon within policy.DUE_SOON before it."""
    if due_at is None:
        return Urgency.NONE
    if due_at <= at:
        return Urgency.LATE
    return Urgency.SOON if due_at <= at + policy.DUE_SOON else Urgency.LATER


def _queue(agent: Agent, *, at: datetime) -> tuple[Matter, ...]:
    tickets = Ticket.objects.in_hand_of(agent).due_first().select_related("customer")
    rows: Any = tickets.annotate(last_direction=_last_said("direction"))[:ROWS_AT_MOST]
    return tuple(
        _matter(ticket, at=at, is_handler=True, last_direction=ticket.last_direction or "") for ticket in rows
    )


def _last_said(field: str) -> Subquery:
    """Of the last word between the customer and us; a note among colleagues is none."""
    said = Message.objects.filter(ticket=OuterRef("pk")).exclude(direction=Direction.INTERNAL)
    return Subquery(said.order_by("-at", "-id").values(field)[:1])


def _endings(agent: Agent, *, at: datetime) -> tuple[Ending, ...]:
    """What is resolved: first where the customer wrote again, then the oldest."""
    owed = Callback.objects.due().filter(ticket=OuterRef("pk"), cycle=OuterRef("cycle"))
    told = (
        Ticket.objects.to_close_by(agent)
        .with_wrote_again()
        .annotate(last_text=_last_said("text"), owes_call=Exists(owed))
    )
    ordered = told.select_related("customer").order_by(
        "-wrote_again",  # type: ignore[misc] # annotated
        "resolved_at",
        "id",
    )
    return tuple(_ending(ticket, agent, at=at) for ticket in ordered[:ROWS_AT_MOST])


def _ending(ticket: Any, agent: Agent, *, at: datetime) -> Ending:
    is_first = ticket.first_responsible_id == agent.pk
    lacks = Lacks.ANSWER if ticket.wrote_again else Lacks.CALL if ticket.owes_call else Lacks.CLOSING
    return Ending(
        matter=_matter(ticket, at=at, is_handler=ticket.handler_id == agent.pk),
        version=ticket.version,
        lacks=lacks,
        said=ticket.last_text if lacks == Lacks.ANSWER else "",
        resolved_for=at - ticket.resolved_at,
        may_close=is_first or agent.user.has_perm("complaints.override_ticket"),
    )


def _offers(agent: Agent, *, at: datetime) -> tuple[Offer, ...]:
    entries = (
        OwnershipEntry.objects.unanswered()
        .filter(receiver=agent)
        .select_related("ticket__customer", "giver__user")
        .order_by("respond_by", "id")
    )
    return tuple(
        Offer(
            matter=_matter(entry.ticket, at=at),
            version=entry.ticket.version,
            kind=OwnershipKind(entry.kind),
            giver=entry.giver.user.name if entry.giver else "",
            reason=entry.reason,
            at=entry.at,
            respond_by=entry.respond_by,
            urgency=urgency(entry.respond_by, at=at),
        )
        for entry in entries[:ROWS_AT_MOST]
    )


def _promises(agent: Agent, *, at: datetime) -> tuple[PromisedReply, ...]:
    """What was promised in the agent's name, and on what has come into the agent's hands since."""
    owed = Promise.objects.open().filter(Q(agent=agent) | Q(ticket__handler=agent))
    promises = owed.select_related("ticket", "agent__user").order_by("due_at", "id")
    return tuple(
        PromisedReply(
            ticket_id=promise.ticket_id,
            number=promise.ticket.number,
            subject=promise.ticket.subject,
            due_at=promise.due_at,
            urgency=urgency(promise.due_at, at=at),
            promised_by="" if promise.agent_id == agent.pk else promise.agent.user.name,
        )
        for promise in promises[:ROWS_AT_MOST]
    )


def _calls_of_today(agent: Agent, *, at: datetime) -> CallbackQuerySet:
    """The agent's own calls whose next attempt falls on today or lies behind."""
    tomorrow = _midnight(agent, at) + timedelta(days=1)
    return Callback.objects.due().filter(agent=agent, next_attempt_at__lt=tomorrow)


def _calls(agent: Agent, *, at: datetime) -> tuple[Call, ...]:
    due: Any = (
        _calls_of_today(agent, at=at)
        .select_related("customer", "ticket")
        .prefetch_related("customer__identities")
        .annotate(attempts_made=Count("attempts"))
        .order_by("next_attempt_at", "id")
    )
    return tuple(_call(callback, callback.attempts_made, at=at) for callback in due[:ROWS_AT_MOST])


def _call(callback: Callback, attempts: int, *, at: datetime) -> Call:
    phones = (
        identity.value
        for identity in callback.customer.identities.all()
        if identity.kind == IdentityKind.PHONE
    )
    return Call(
        callback_id=callback.pk,
        purpose=CallbackPurpose(callback.purpose),
        customer=callback.customer.name or str(callback.customer),
        phones=tuple(Phone(phone, read_phone(phone)) for phone in phones),
        ticket_id=callback.ticket_id,
        number=callback.ticket.number if callback.ticket else "",
        note=callback.note,
        attempts=attempts,
        due_at=callback.due_at,
        next_attempt_at=callback.next_attempt_at,
        urgency=urgency(callback.due_at, at=at),
        is_callable=callback.next_attempt_at <= at,
    )


def _answered_for(agent: Agent, *, at: datetime) -> tuple[Matter, ...]:
    """What the agent answers for while another works on it."""
    tickets = Ticket.objects.answered_for_by(agent).due_first()
    return tuple(
        _matter(ticket, at=at, handler=ticket.handler.user.name if ticket.handler else "")
        for ticket in tickets.select_related("customer", "handler__user")[:ROWS_AT_MOST]
    )


def _waiting(agent: Agent, *, at: datetime) -> int:
    """What “Claim next” can give to this agent."""
    return assignment.claimable(agent, at=at)[:WAITING_COUNTED].count()


def _matter(
    ticket: Ticket,
    *,
    at: datetime,
    is_handler: bool = False,
    handler: str = "",
    last_direction: str = "",
) -> Matter:
    """The customer's name stands in full only before whoever handles the matter."""
    customer = ticket.customer
    return Matter(
        ticket_id=ticket.pk,
        number=ticket.number,
        subject=ticket.subject,
        customer=(is_handler and customer.name) or str(customer),
        status=Status(ticket.status),
        severity=Severity(ticket.severity),
        due_at=ticket.next_due_at,
        urgency=urgency(ticket.next_due_at, at=at),
        handler=handler,
        last_direction=last_direction,
    )


def _midnight(agent: Agent, at: datetime) -> datetime:
    return localtime(at, agent.zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _start_of_week(agent: Agent, at: datetime) -> datetime:
    today = _midnight(agent, at)
    return today - timedelta(days=today.weekday())
