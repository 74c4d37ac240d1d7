"""Beneath every act on a request: who may, in which state; one lock, one row, one line in the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed, WrongState
from portal.models import User
from staffing import recording, rights
from staffing.choices import RequestKind, RequestState, ShiftSide
from staffing.models import Agent, DutyAssignment, RequestShift, StaffRequest


def held(request: StaffRequest, *states: RequestState) -> StaffRequest:
    """The request as it stands, locked. Raises: WrongState outside these states."""
    rows = StaffRequest.objects.filter(pk=request.pk)
    rows.locked().get()  # Alone: over the join PostgreSQL would show no counterpart who has just come in.
    request = rows.select_related(
        "agent__user", "agent__team__department", "counterpart__user", "counterpart__team__department"
    ).get()
    require_state(request, *states)
    return request


def require_state(request: StaffRequest, *states: RequestState) -> None:
    """Raises: WrongState."""
    if request.state not in states:
        raise WrongState(
            _("This cannot be done any more: the request is “%(state)s”.")
            % {"state": request.get_state_display()}
        )


def opened(
    request: StaffRequest,
    shifts: Iterable[RequestShift],
    *,
    state: RequestState,
    by: User | None,
    at: datetime,
) -> StaffRequest:
    """Write a new request down, and its shifts."""
    request.state, request.asked_by, request.asked_at = state, by, at
    request.save(force_insert=True)
    for shift in shifts:
        shift.request = request
        shift.save(force_insert=True)
    facts: dict[str, object] = {
        "kind": request.kind,
        "state": state,
        "first_on": request.first_on,
        "last_on": request.last_on,
    }
    if request.leave_kind:
        facts["leave_kind"] = request.leave_kind
    if request.counterpart is not None:
        facts["counterpart"] = request.counterpart
    # Why somebody is on leave is for him and for whoever decides, not for the log.
    reason = "" if request.kind == RequestKind.LEAVE else request.reason
    recording.added(request, facts, by=by, at=at, reason=reason)
    return request


def moved(
    request: StaffRequest,
    state: RequestState,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    **fields: Any,
) -> StaffRequest:
    """Into another state; the caller holds the request."""
    changes: dict[str, tuple[object, object]] = {"state": (request.state, state)}
    for name, value in fields.items():
        if name == "counterpart":
            changes[name] = (getattr(request, name), value)
        setattr(request, name, value)
    request.state = state
    request.revision += 1
    request.save(update_fields=["state", "revision", *fields])
    recording.changed(request, changes, by=by, at=at, reason=reason)
    return request


def given(duty: DutyAssignment) -> RequestShift:
    return _line(duty, ShiftSide.GIVEN)


def taken(duty: DutyAssignment) -> RequestShift:
    return _line(duty, ShiftSide.TAKEN)


def _line(duty: DutyAssignment, side: ShiftSide) -> RequestShift:
    return RequestShift(side=side, duty=duty, shift_type=duty.shift_type, on=duty.on)


def lines_of(request: StaffRequest) -> list[RequestShift]:
    """The shifts that the request is still about."""
    shifts = request.shifts.filter(is_dropped=False)
    return list(shifts.select_related("duty__agent", "shift_type", "made"))


def require_asker(agent: Agent, by: User | None) -> None:
    """Everybody asks for himself; whoever decides may ask for somebody absent. Raises: NotAllowed."""
    if by is None or rights.may(by, rights.DECIDE, agent):
        return
    if by.pk != agent.user_id or not by.has_perm(rights.ASK):
        raise NotAllowed(_("You may not ask for this person."))


def are_partners(agent: Agent, partner: Agent) -> bool:
    """Shifts change hands within a team."""
    return partner.pk != agent.pk and partner.team_id == agent.team_id


def require_partners(kind: str, agent: Agent, partner: Agent) -> None:
    """Asked when it is asked for, taken and approved: of one team, and whoever takes a shift on can work it.

    Raises: WrongState.
    """
    if not are_partners(agent, partner):
        raise WrongState(_("Shifts are exchanged with a colleague of the own team."))
    for taker in (agent, partner) if kind == RequestKind.SWAP else (partner,):
        if not taker.user.is_active:
            text = _("The account of %(name)s is inactive: no shift can be taken on with it.")
            raise WrongState(text % {"name": taker})


def may_decide(request: StaffRequest, by: User | None) -> bool:
    """Nobody decides what he asked for himself or takes part in."""
    if by is None:
        return True
    partners: Sequence[Agent] = [each for each in (request.agent, request.counterpart) if each]
    return by.pk not in {each.user_id for each in partners} and rights.may(by, rights.DECIDE, request.agent)


def require_decider(request: StaffRequest, by: User | None) -> None:
    """Raises: NotAllowed."""
    if not may_decide(request, by):
        raise NotAllowed(_("Another supervisor has to decide this."))
