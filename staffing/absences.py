"""Who is on leave when: asked by the roster's page, the rules of working time and the generator."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from staffing.choices import LeaveKind, RequestState
from staffing.models import Agent, StaffRequest


@dataclass(frozen=True)
class Absence:
    """Days, both included, on which somebody is on leave, or has asked for it. `hours` for part of a day."""

    agent_id: int
    first_on: date
    last_on: date
    kind: LeaveKind
    is_approved: bool
    hours: tuple[time, time] | None = None


def absences_of(
    agents: Iterable[Agent], first_on: date, last_on: date, *, with_hours: bool = False
) -> list[Absence]:
    """The leave of some people in a period, in order of its days. One query.

    Leave for some hours keeps nobody off a shift: it is told only `with_hours`.
    """
    rows = StaffRequest.objects.leave().touching(first_on, last_on).filter(agent__in=list(agents))
    if not with_hours:
        rows = rows.filter(starts=None)
    return [_absence(row) for row in rows.order_by("first_on", "id")]


def require_present(agent: Agent, on: date) -> None:
    """Raises: WrongState, on a day of approved leave."""
    absences = absences_of([agent], on, on)
    approved = next((each for each in absences if each.is_approved), None)
    if approved is None:
        return
    text = _("%(agent)s is on leave on %(date)s.") % {"agent": agent, "date": date_format(on)}
    raise WrongState(text, fields={"on": text})


def _absence(row: StaffRequest) -> Absence:
    return Absence(
        agent_id=row.agent_id,
        first_on=row.first_on,
        last_on=row.last_on,
        kind=LeaveKind(row.leave_kind),
        is_approved=row.state == RequestState.APPROVED,
        hours=(row.starts, row.ends) if row.starts and row.ends else None,
    )
