"""The step that asks to work a shift more."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, WrongState
from portal.models import User
from staffing import absences, duty
from staffing.choices import RequestKind, RequestState, ShiftSide
from staffing.models import Agent, RequestShift, ShiftType, StaffRequest
from staffing.requests import acting, checking, telling


@transaction.atomic
def ask(
    agent: Agent,
    shift_type: ShiftType,
    *,
    on: date,
    by: User | None,
    at: datetime,
    reason: str = "",
    wants_exception: bool = False,
) -> StaffRequest:
    """Ask for an extra shift on a day. Beyond the limits of overtime only as an exception.

    Raises: NotAllowed; WrongState for a shift that has begun, a day off or a rule against it; AlreadyTaken
    when it was asked for before, or another shift overlaps.
    """
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    acting.require_asker(agent, by)
    absences.require_present(agent, on)
    wanted = duty.build(agent, shift_type, on, others=agent.duties.published())
    if wanted.starts_at <= at:
        text = _("This shift has begun.")
        raise WrongState(text, fields={"on": text})
    request = StaffRequest(
        kind=RequestKind.OVERTIME,
        agent=agent,
        first_on=on,
        last_on=on,
        reason=reason.strip()[:200],
        lapses_at=wanted.starts_at,
        wants_exception=wants_exception,
    )
    _require_new(request, shift_type)
    lines = [RequestShift(side=ShiftSide.TAKEN, shift_type=shift_type, on=on)]
    checking.require_lawful(checking.broken_by(request, lines), by=by, is_excepted=wants_exception)
    request = acting.opened(request, lines, state=RequestState.WAITING, by=by, at=at)
    telling.waits(request, lines, by=by, at=at)
    return request


def _require_new(request: StaffRequest, shift_type: ShiftType) -> None:
    same = request.agent.requests.undecided().filter(kind=RequestKind.OVERTIME, first_on=request.first_on)
    if same.filter(shifts__shift_type=shift_type).exists():
        text = _("This has been asked for already.")
        raise AlreadyTaken(text, fields={"shift_type": text})
