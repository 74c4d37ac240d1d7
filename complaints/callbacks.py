"""Callbacks 回访: calls that are owed, tried again when nobody answers, and written down."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from complaints import closing, handling, ledger, notices, ownership, policy, rights
from complaints.calling_hours import next_call_time
from complaints.choices import Act, AttemptResult, CallbackPurpose, CallbackState, IdentityKind, Status
from complaints.models import Callback, CallbackAttempt, Customer, Ticket
from portal import sweeping
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing.models import Agent

STATE_AFTER = {
    AttemptResult.REACHED: CallbackState.REACHED,
    AttemptResult.REFUSED: CallbackState.REFUSED,
    AttemptResult.WRONG_NUMBER: CallbackState.NOT_REACHED,
}


def schedule(
    *,
    customer: Customer,
    purpose: CallbackPurpose,
    due_at: datetime,
    by: User,
    at: datetime,
    ticket: Ticket | None = None,
    agent: Agent | None = None,
    note: str = "",
) -> Callback:
    """Owe a customer a call. Without an agent it is whoever answers for the ticket, else oneself.

    Outside the hours in which customers are called it is owed when they next begin.
    """
    _require_future(due_at, at=at, name="due_at")
    if ticket is not None:
        if ticket.customer_id != customer.pk:
            message = _("This ticket belongs to another customer.")
            raise MissingInformation(message, fields={"ticket": message})
        rights.require_visible(ticket, by)
    rights.require_worker(by)
    if purpose == CallbackPurpose.AFTER_COMPLAINT:
        message = _("The callback after a complaint is owed by itself when it is resolved.")
        raise MissingInformation(message, fields={"purpose": message})
    owner = agent or (ownership.answerable(ticket, at=at) if ticket else None) or rights.agent_of(by)
    return _owe(customer, ticket, purpose, owner, due_at=due_at, note=note.strip(), at=at)


def _owe(
    customer: Customer,
    ticket: Ticket | None,
    purpose: CallbackPurpose,
    agent: Agent | None,
    *,
    due_at: datetime,
    note: str = "",
    at: datetime,
) -> Callback:
    callable_at = next_call_time(due_at, get_default_timezone())
    return Callback.objects.create(
        customer=customer,
        ticket=ticket,
        cycle=ticket.cycle if ticket else 1,
        purpose=purpose,
        agent=agent,
        due_at=callable_at,
        next_attempt_at=callable_at,
        note=note,
        created_at=at,
    )


def _require_future(due_at: datetime, *, at: datetime, name: str) -> None:
    if due_at <= at:
        message = _("The time of a callback must lie in the future.")
        raise MissingInformation(message, fields={name: message})


def log_attempt(
    callback: Callback,
    *,
    result: AttemptResult,
    by: User,
    at: datetime,
    is_satisfied: bool | None = None,
    note: str = "",
    next_at: datetime | None = None,
) -> Callback:
    """Write one call down. Unanswered calls are tried again; after the last the customer is written to.

    A call that reached him is an answer: it stops the clocks that wait for one and settles promises; with
    `next_at` the next call is owed then. One who is not satisfied after a complaint gets it reopened. An
    unanswered call before its time is kept, but counts for nothing.
    """
    with transaction.atomic():
        ticket = _hold_ticket(callback)
        callback = Callback.objects.select_for_update(of=("self",)).get(pk=callback.pk)
        _require_caller(callback, by)
        if callback.state != CallbackState.DUE:
            raise WrongState(_("This callback is done already."))
        if result == AttemptResult.REACHED and is_satisfied is None and asks_satisfaction(callback):
            message = _("Say whether the customer was satisfied.")
            raise MissingInformation(message, fields={"satisfied": message})
        made = callback.attempts.count()
        counts = not (result == AttemptResult.NO_ANSWER and made and _is_too_early(callback, at=at))
        _take_result(callback, result, counts=counts, at=at, next_at=next_at)
        CallbackAttempt.objects.create(
            callback=callback,
            number=made + 1,
            counts=counts,
            at=at,
            by=by,
            result=result,
            is_satisfied=is_satisfied,
            note=note.strip(),
            next_at=callback.next_attempt_at if callback.state == CallbackState.DUE else None,
        )
        callback.save()
        if ticket is not None:
            _write_down(ticket, callback, result, is_satisfied=is_satisfied, by=by, at=at)
        return callback


def tell_overdue(*, at: datetime, limit: int = 500) -> int:
    """Tell the agent and the supervisors of each call that was not made by its time, once."""
    overdue = Callback.objects.due().filter(due_at__lt=at, overdue_told_at=None)
    return sweeping.each(overdue.select_related("ticket", "agent")[:limit], partial(_tell_overdue, at=at))


def _tell_overdue(callback: Callback, *, at: datetime) -> bool:
    with transaction.atomic():
        untold = Callback.objects.due().filter(pk=callback.pk, overdue_told_at=None)
        won = bool(untold.update(overdue_told_at=at))
        if won:
            notices.callback_overdue(callback, at=at)
        return won


def _hold_ticket(callback: Callback) -> Ticket | None:
    """The ticket is locked before the callback, as in every step, so that no two wait for each other."""
    if callback.ticket_id is None:
        return None
    return Ticket.objects.locked().get(pk=callback.ticket_id)


def _require_caller(callback: Callback, by: User) -> None:
    rights.require_worker(by)
    if by.is_system or Callback.objects.visible_to(by).filter(pk=callback.pk).exists():
        return
    raise NotAllowed(_("This callback belongs to another team."))


def asks_satisfaction(callback: Callback) -> bool:
    return callback.purpose == CallbackPurpose.AFTER_COMPLAINT


def _is_too_early(callback: Callback, *, at: datetime) -> bool:
    return at < callback.next_attempt_at or next_call_time(at, get_default_timezone()) != at


def _take_result(
    callback: Callback, result: AttemptResult, *, counts: bool, at: datetime, next_at: datetime | None
) -> None:
    """What becomes of the callback by one more attempt, before the attempt itself is written."""
    callback.state = STATE_AFTER.get(result, CallbackState.DUE)
    if callback.state == CallbackState.DUE and counts:
        _plan_retry(callback, at=at, next_at=next_at)
    if callback.state != CallbackState.DUE:
        callback.done_at = at
    if result == AttemptResult.WRONG_NUMBER:
        notices.callback_given_up(callback, at=at, kinds=[IdentityKind.EMAIL])
    if result == AttemptResult.REACHED and next_at is not None:
        _owe_next(callback, due_at=next_at, at=at)


def _owe_next(callback: Callback, *, due_at: datetime, at: datetime) -> None:
    """The customer is called again; the call after a complaint is one, what follows is an answer."""
    _require_future(due_at, at=at, name="next_at")
    is_after_complaint = callback.purpose == CallbackPurpose.AFTER_COMPLAINT
    purpose = CallbackPurpose.ANSWER if is_after_complaint else CallbackPurpose(callback.purpose)
    _owe(callback.customer, callback.ticket, purpose, callback.agent, due_at=due_at, at=at)


def _plan_retry(callback: Callback, *, at: datetime, next_at: datetime | None) -> None:
    number = callback.attempts.filter(counts=True).count() + 1
    if number > len(policy.CALL_RETRIES_AFTER):
        callback.state = CallbackState.NOT_REACHED
        notices.callback_given_up(callback, at=at)
        return
    wanted = next_at if next_at and next_at > at else at + policy.CALL_RETRIES_AFTER[number - 1]
    callback.next_attempt_at = next_call_time(wanted, get_default_timezone())


def _write_down(
    ticket: Ticket,
    callback: Callback,
    result: AttemptResult,
    *,
    is_satisfied: bool | None,
    by: User,
    at: datetime,
) -> None:
    is_reached = result == AttemptResult.REACHED
    if is_reached:
        handling.start_work(ticket, by=by, at=at)
        handling.answered(ticket, at=at)
    starts_work = is_reached and ticket.status in (Status.ASSIGNED, Status.REOPENED)
    ledger.enter(
        ticket,
        Act.CALL_BACK,
        by=by,
        at=at,
        to=Status.IN_PROGRESS if starts_work else None,
        data={"callback": callback.pk, "result": result, "satisfied": is_satisfied},
    )
    is_done = ticket.status in (Status.RESOLVED, Status.CLOSED)
    is_unsatisfied = is_reached and is_satisfied is False
    if is_unsatisfied and is_done and callback.purpose == CallbackPurpose.AFTER_COMPLAINT:
        closing.reopen(ticket, reason=str(_("Not satisfied when called back.")), by=by, at=at)
