"""The end of a matter, and its new beginning: resolve, close, reopen, cancel."""

from datetime import datetime
from functools import partial

from django.db.models import Exists, OuterRef, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from complaints import deadlines, followup, handling, ledger, notices, ownership, policy, rights
from complaints.choices import (
    Act,
    CallbackPurpose,
    CallbackState,
    ClockKind,
    HandOver,
    Kind,
    PromiseOutcome,
    Responsible,
    Status,
)
from complaints.models import Callback, CallbackAttempt, Promise, Ticket
from portal import sweeping
from portal.errors import MissingInformation, NotAllowed, Text
from portal.models import User

CAUSE_NEEDED = (Kind.COMPLAINT, Kind.AFTER_SALES)


def resolve(
    ticket: Ticket,
    *,
    outcome: str,
    by: User,
    at: datetime,
    cause: str = "",
    responsible: Responsible | str = "",
    version: int | None = None,
) -> Ticket:
    """The matter is solved as far as we can tell. A complaint now owes its callback.

    Raises: MissingInformation, naming all that is still missing.
    """
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        handling.start_work(ticket, by=by, at=at)
        ticket.outcome = outcome.strip() or ticket.outcome
        ticket.cause = cause.strip() or ticket.cause
        ticket.responsible = responsible or ticket.responsible
        _require_complete(_missing_to_resolve(ticket))
        deadlines.stop(ticket, [ClockKind.RESOLUTION, ClockKind.HAND_OVER], at=at)
        deadlines.void(ticket, [ClockKind.NEXT_REPLY], at=at)  # Resolving is no reply.
        ticket.resolved_at = at
        ticket.waiting_until = None
        ownership.withdraw(ticket, at=at)
        ledger.enter(ticket, Act.RESOLVE, by=by, at=at, data={"outcome": ticket.outcome})
        if ticket.kind == Kind.COMPLAINT:
            followup.owe_callback(ticket, at=at)
        return ticket


def close(ticket: Ticket, *, by: User | None, at: datetime, version: int | None = None) -> Ticket:
    """The first-responsible agent confirms the end; the customer is asked how it was.

    A promise that is still open stays owed: nobody closes his way out of it.

    Raises: MissingInformation, naming all that is still missing; NotAllowed.
    """
    with ledger.held(ticket, version=version) as ticket:
        agent = rights.agent_of(by)
        is_first = agent is not None and agent.pk == ticket.first_responsible_id
        if not is_first and not rights.may_override(ticket, by):
            raise NotAllowed(_("Only the first-responsible agent or a supervisor may close a ticket."))
        _require_complete(missing_to_close(ticket))
        ticket.closed_at = at
        ticket.ownership.holding().update(state=HandOver.ENDED, ended_at=at)
        ledger.enter(ticket, Act.CLOSE, by=by, at=at)
        followup.invite(ticket, at=at)
        return ticket


def close_settled(*, at: datetime, limit: int = 200) -> int:
    """Close what was resolved a while ago and owes neither call nor promise; answers how many.

    A complaint only when its customer was satisfied when called; and nothing of which the customer has
    spoken since and got no answer: a person decides.
    """
    settled = Ticket.objects.filter(status=Status.RESOLVED, resolved_at__lte=at - policy.CLOSES_ITSELF_AFTER)
    accepted = CallbackAttempt.objects.filter(
        callback__ticket=OuterRef("pk"),
        callback__cycle=OuterRef("cycle"),
        callback__purpose=CallbackPurpose.AFTER_COMPLAINT,
        is_satisfied=True,
    )
    free = (
        settled.filter(~Q(kind=Kind.COMPLAINT) | Exists(accepted))
        .filter(~Exists(Callback.objects.due().filter(ticket=OuterRef("pk"))))
        .filter(~Exists(Promise.objects.open().filter(ticket=OuterRef("pk"))))
        .with_wrote_again()
        .filter(wrote_again=False)  # type: ignore[misc] # annotated
        .order_by("pk")
    )
    return sweeping.each(free[:limit], partial(close, by=None, at=at))


def reopen(
    ticket: Ticket, *, reason: str, by: User | None, at: datetime, version: int | None = None
) -> Ticket:
    """Begin a new cycle, with its own clocks, callback and survey; what was measured before stays.

    It goes to the first-responsible agent. A matter that came settled and had nobody waits in the queue.
    """
    reason = rights.require_reason(reason)
    with ledger.held(ticket, version=version) as ticket:
        rights.require_visible(ticket, by)
        ticket.cycle += 1
        ticket.resolved_at = ticket.closed_at = None
        ticket.callbacks.due().filter(purpose=CallbackPurpose.AFTER_COMPLAINT).update(
            state=CallbackState.CANCELLED, done_at=at
        )
        ownership.resume_holding(ticket, by=by, at=at, reason=reason)
        deadlines.start_cycle(ticket, at=at)
        event = ledger.enter(
            ticket,
            Act.REOPEN,
            by=by,
            at=at,
            to=Status.REOPENED if ticket.handler_id else Status.NEW,
            reason=reason,
        )
        notices.reopened(ticket, event)
        return ticket


def cancel(ticket: Ticket, *, reason: str, by: User, at: datetime, version: int | None = None) -> Ticket:
    """End a matter that was none: raised in error, or withdrawn. Nothing more is owed for it."""
    reason = rights.require_reason(reason)
    with ledger.held(ticket, version=version) as ticket:
        if ticket.handler_id is None:
            rights.require_override(ticket, by)
        else:
            rights.require_handler(ticket, by)
        deadlines.void(ticket, at=at)
        ownership.withdraw(ticket, at=at)
        ticket.ownership.holding().update(state=HandOver.ENDED, ended_at=at)
        handling.settle_promises(ticket, at=at, in_time=PromiseOutcome.VOID)
        ticket.callbacks.due().update(state=CallbackState.CANCELLED, done_at=at)
        ticket.waiting_until = None
        ledger.enter(ticket, Act.CANCEL, by=by, at=at, reason=reason)
        return ticket


def _missing_to_resolve(ticket: Ticket) -> dict[str, Text]:
    missing: dict[str, Text] = {}
    if ticket.category_id is None:
        missing["category"] = _("category")
    if not ticket.outcome:
        missing["outcome"] = _("outcome")
    if ticket.kind in CAUSE_NEEDED:
        if not ticket.cause:
            missing["cause"] = _("cause")
        if not ticket.responsible:
            missing["responsible"] = _("responsible party")
    waiting = ticket.clocks.running().filter(kind__in=[ClockKind.FIRST_RESPONSE, ClockKind.COMPLAINT_ANSWER])
    if waiting.exists():
        missing["reply"] = _("an answer to the customer")
    return missing


def missing_to_close(ticket: Ticket) -> dict[str, Text]:
    """What a ticket still lacks before it can be closed, by field."""
    missing = _missing_to_resolve(ticket)
    if ticket.callbacks.due().filter(cycle=ticket.cycle).exists():
        missing["callback"] = _("the callback")
    return missing


def _require_complete(missing: dict[str, Text]) -> None:
    if missing:
        names = format_lazy("、".join(["{}"] * len(missing)), *missing.values())
        raise MissingInformation(
            _("Still missing: %(names)s.") % {"names": names},
            fields={name: _("Still missing.") for name in missing},
        )
