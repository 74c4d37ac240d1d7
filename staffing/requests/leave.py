"""The step that asks for leave."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, Text, WrongState
from portal.models import User
from staffing import policy
from staffing.choices import LeaveKind, RequestKind, RequestState
from staffing.labour.facts import midnight
from staffing.models import Agent, StaffRequest
from staffing.requests import acting, entitlement, telling
from staffing.shifts import DAY

Hours = tuple[time, time]


@transaction.atomic
def ask(
    agent: Agent,
    kind: LeaveKind,
    *,
    first_on: date,
    last_on: date,
    by: User | None,
    at: datetime,
    hours: Hours | None = None,
    reason: str = "",
) -> StaffRequest:
    """Ask for whole days off, both included, or for some hours of one day.

    Raises: NotAllowed; MissingInformation for an end before the start, or personal leave without a reason;
    WrongState for days that are over or without work, or more than is left; AlreadyTaken beside other leave.
    """
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    acting.require_asker(agent, by)
    _require_span(agent, first_on, last_on, hours)
    lapses_at = midnight(last_on + DAY, agent.zone) + policy.LEAVE_DECIDED_WITHIN
    if lapses_at <= at:
        _refuse(WrongState, _("These days are over."), "last_on")
    if kind == LeaveKind.PERSONAL and not reason.strip():
        _refuse(MissingInformation, _("Give a reason."), "reason")
    _require_no_other(agent, first_on, last_on, hours)
    counted = entitlement.counted(agent, first_on, last_on, hours=hours)
    require_left(agent, kind, counted, first_on=first_on, last_on=last_on, at=at)
    request = StaffRequest(
        kind=RequestKind.LEAVE,
        leave_kind=kind,
        agent=agent,
        first_on=first_on,
        last_on=last_on,
        starts=hours[0] if hours else None,
        ends=hours[1] if hours else None,
        counted_minutes=counted,
        reason=reason.strip()[:200],
        lapses_at=lapses_at,
    )
    request = acting.opened(request, (), state=RequestState.WAITING, by=by, at=at)
    telling.waits(request, (), by=by, at=at)
    return request


def require_left(
    agent: Agent,
    kind: LeaveKind,
    counted: int,
    *,
    first_on: date,
    last_on: date,
    at: datetime,
    without: StaffRequest | None = None,
) -> None:
    """Annual leave and time off are counted down. Raises: WrongState."""
    if kind not in entitlement.LIMITED:
        return
    if not counted:
        _refuse(WrongState, _("None of these days is a day of work: no leave is needed."), "first_on")
    if first_on.year != last_on.year:
        _refuse(WrongState, _("Ask for each year apart."), "last_on")
    left = entitlement.balance_of(agent, first_on.year, at=at, without=without).left(kind) or 0
    if counted > left:
        text = _("%(kind)s: %(wanted)s hours asked for, %(left)s hours left.") % {
            "kind": kind.label,
            "wanted": f"{counted / 60:g}",
            "left": f"{max(left, 0) / 60:g}",
        }
        _refuse(WrongState, text, "leave_kind")


def _require_span(agent: Agent, first_on: date, last_on: date, hours: Hours | None) -> None:
    if last_on < first_on:
        _refuse(MissingInformation, _("The last day lies before the first."), "last_on")
    if last_on - first_on >= policy.LONGEST_LEAVE:
        _refuse(WrongState, _("This is more than a year."), "last_on")
    if hours and first_on != last_on:
        _refuse(MissingInformation, _("Hours can be taken off one day only."), "last_on")
    if hours and hours[1] <= hours[0]:
        _refuse(MissingInformation, _("The end lies before the start."), "ends")
    for on in (first_on, last_on):
        if not agent.is_employed(on):
            text = _("%(agent)s is not employed on %(date)s.") % {"agent": agent, "date": date_format(on)}
            _refuse(WrongState, text, "first_on")


def _require_no_other(agent: Agent, first_on: date, last_on: date, hours: Hours | None) -> None:
    for other in agent.requests.leave().touching(first_on, last_on):
        if hours and other.starts and other.ends and (other.ends <= hours[0] or hours[1] <= other.starts):
            continue
        text = _("There is a request for %(kind)s on these days already: %(days)s.") % {
            "kind": other.what,
            "days": telling.days(other),
        }
        _refuse(AlreadyTaken, text, "first_on")


def _refuse(
    error: type[MissingInformation] | type[WrongState] | type[AlreadyTaken], text: Text, field: str
) -> None:
    raise error(text, fields={field: text})
