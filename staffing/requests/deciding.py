"""The steps that end a request: withdrawn, approved, refused, taken back, lapsed.

What is approved is carried out in the same transaction, or the rule is told that forbids it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.errors import DomainError, WrongState
from portal.models import User
from staffing import duty, rights
from staffing.choices import LeaveKind, RequestKind, RequestState, ShiftSide
from staffing.models import DutyAssignment, RequestShift, StaffRequest
from staffing.querysets.request import UNDECIDED
from staffing.requests import acting, applying, checking, entitlement, leave, telling


@transaction.atomic
def withdraw(request: StaffRequest, *, by: User | None, at: datetime) -> StaffRequest:
    """Until it is decided, whoever asked may think better of it.

    Raises: NotAllowed; WrongState once it is decided.
    """
    request = acting.held(request, *UNDECIDED)
    acting.require_asker(request.agent, by)
    request = acting.moved(request, RequestState.WITHDRAWN, by=by, at=at)
    telling.counterpart(request, _("%(name)s has withdrawn: %(matter)s"), by=by, at=at)
    telling.answered(request, _("Your request was withdrawn: %(matter)s"), by=by, at=at)
    return request


@transaction.atomic
def approve(
    request: StaffRequest, *, by: User | None, at: datetime, answer: str = "", exception: str = ""
) -> StaffRequest:
    """It comes into force at once. `exception` is the reason for breaking a rule that may be broken once.

    Leave takes the shifts of its days away; they are the request's lines then, to be filled.
    Raises: NotAllowed, also for one's own; WrongState for a rule against it, too late, or shifts or teams
    changed meanwhile; AlreadyTaken when a shift would overlap another.
    """
    request = acting.held(request, RequestState.WAITING)
    acting.require_decider(request, by)
    if request.lapses_at <= at:
        raise WrongState(_("It is too late for this: the shift has begun."))
    lines = acting.lines_of(request)
    if request.kind == RequestKind.LEAVE:
        duty.hold([request.agent], from_on=request.first_on)
        lines = _taken_by_leave(request, at=at)
    elif any(line.duty and line.duty.is_withdrawn for line in lines):
        raise WrongState(_("The roster being drawn up takes this shift away."))
    going, coming = _going(lines), _coming(request, lines)
    _rosters, agents = applying.lock(going, coming)
    if request.counterpart_id:
        partner = agents[request.counterpart_id]
        acting.require_partners(request.kind, agents[request.agent_id], partner)
    breaches = checking.broken_by(request, lines, with_drafts=True)
    checking.require_lawful(breaches, by=by, is_excepted=bool(exception.strip()))
    applying.carry_out(going=going, coming=coming, by=by, at=at, reason=str(request.what))
    applying.note_exceptions(request, breaches, exception, by=by, at=at)
    request = acting.moved(
        request,
        RequestState.APPROVED,
        by=by,
        at=at,
        reason=exception or answer,
        decided_by=by,
        decided_at=at,
        answer=(answer or exception).strip()[:200],
        counted_minutes=request.counted_minutes,
    )
    telling.answered(request, _("Approved: %(matter)s%(answer)s"), by=by, at=at, with_counterpart=True)
    return request


@transaction.atomic
def refuse(request: StaffRequest, *, by: User | None, at: datetime, reason: str) -> StaffRequest:
    """The supervisor says no, and why.

    Raises: NotAllowed, also for one's own; MissingInformation without a reason; WrongState once decided.
    """
    reason = rights.require_reason(reason)
    request = acting.held(request, *UNDECIDED)
    acting.require_decider(request, by)
    request = acting.moved(
        request,
        RequestState.REFUSED,
        by=by,
        at=at,
        reason=reason,
        decided_by=by,
        decided_at=at,
        answer=reason[:200],
    )
    telling.answered(request, _("Refused: %(matter)s%(answer)s"), by=by, at=at, with_counterpart=True)
    return request


@transaction.atomic
def revoke(request: StaffRequest, *, by: User | None, at: datetime, reason: str) -> StaffRequest:
    """Approved leave is taken back: whoever comes to work after all can be put on shifts again.

    The shifts that were taken away stay away. Raises: as `refuse`.
    """
    reason = rights.require_reason(reason)
    request = acting.held(request, RequestState.APPROVED)
    acting.require_decider(request, by)
    if request.kind != RequestKind.LEAVE:
        raise WrongState(_("Only leave can be taken back; change other shifts in the roster."))
    request = acting.moved(request, RequestState.REVOKED, by=by, at=at, reason=reason, answer=reason[:200])
    telling.answered(request, _("Approval taken back: %(matter)s%(answer)s"), by=by, at=at)
    return request


def lapse(at: datetime) -> int:
    """End what nobody decided in time; how many."""
    return sweeping.each(StaffRequest.objects.lapsing(at).order_by("lapses_at", "pk"), partial(_ended, at=at))


def _ended(request: StaffRequest, *, at: datetime) -> int:
    try:
        return _lapse(request, at)
    except DomainError:  # Somebody decided it meanwhile.
        return 0


@transaction.atomic
def _lapse(request: StaffRequest, at: datetime) -> int:
    """Raises: WrongState, when somebody decided it meanwhile."""
    request = acting.held(request, *UNDECIDED)
    if request.lapses_at > at:
        return 0
    request = acting.moved(request, RequestState.LAPSED, by=None, at=at)
    text = _("Nobody decided in time: %(matter)s")
    telling.answered(request, text, by=None, at=at, with_counterpart=True)
    return 1


def _taken_by_leave(request: StaffRequest, *, at: datetime) -> list[RequestShift]:
    """The shifts of the days of leave that are not worked yet, as new lines. It is counted anew."""
    agent = request.agent
    hours = (request.starts, request.ends) if request.starts and request.ends else None
    request.counted_minutes = entitlement.counted(agent, request.first_on, request.last_on, hours=hours)
    leave.require_left(
        agent,
        LeaveKind(request.leave_kind),
        request.counted_minutes,
        first_on=request.first_on,
        last_on=request.last_on,
        at=at,
        without=request,
    )
    standing = agent.duties.standing().filter(on__range=(request.first_on, request.last_on))
    lines = []
    for each in standing.select_related("shift_type", "agent").order_by("starts_at"):
        if _lies_within(each, request) and not _is_worked(each, request, at):
            line = acting.given(each)
            line.request = request
            line.save(force_insert=True)
            lines.append(line)
    return lines


def _lies_within(each: DutyAssignment, request: StaffRequest) -> bool:
    """For some hours off only a shift that is wholly in them is taken away."""
    if request.starts is None or request.ends is None:
        return True
    kind = each.shift_type
    return not kind.is_overnight and request.starts <= kind.starts and kind.ends <= request.ends


def _is_worked(each: DutyAssignment, request: StaffRequest, at: datetime) -> bool:
    try:
        duty.require_not_worked(each, request.agent, at)
    except WrongState:
        return True
    return False


def _going(lines: Iterable[RequestShift]) -> list[DutyAssignment]:
    return [line.duty for line in lines if line.duty]


def _coming(request: StaffRequest, lines: Sequence[RequestShift]) -> list[applying.Placing]:
    if request.kind == RequestKind.LEAVE:
        return []
    coming = []
    for line in lines:
        who = request.agent if line.side == ShiftSide.TAKEN else request.counterpart
        if who is not None:
            coming.append(applying.Placing(line, who, line.shift_type, line.on))
    return coming
