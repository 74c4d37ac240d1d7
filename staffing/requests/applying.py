"""What an approved request makes of the duties: all of it in one transaction, as one version of each roster.

Unlike `duty.assign` and `duty.cancel` it asks for no right to plan: whoever may decide the request may have
it done. Rosters are locked before agents, as everywhere.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from portal.models import User
from staffing import absences, duty
from staffing.choices import DutyState
from staffing.labour.breaches import Breach
from staffing.models import (
    Agent,
    DutyAssignment,
    RequestShift,
    Roster,
    ShiftType,
    StaffRequest,
)
from staffing.rosters import exceptions


@dataclass(frozen=True)
class Placing:
    """Somebody is put on a shift because of a line of a request."""

    line: RequestShift
    agent: Agent
    shift_type: ShiftType
    on: date


def carry_out(
    *,
    going: Sequence[DutyAssignment],
    coming: Sequence[Placing],
    by: User | None,
    at: datetime,
    reason: str,
) -> list[DutyAssignment]:
    """Take duties away and put people on others; answers the new ones, each written into its line.

    Raises: WrongState for a duty that was changed, or worked, meanwhile, or a day of leave; AlreadyTaken when
    a new one overlaps another.
    """
    rosters, agents = lock(going, coming)
    act = duty.Act(by=by, at=at, reason=reason, tells=False)
    for each in _as_they_stand(going):
        roster = next((one for one in rosters if one.pk == each.roster_id), None)
        duty.take_off(each, agents[each.agent_id], roster, act)
    made = [_place(each, agents[each.agent.pk], rosters, act) for each in coming]
    act.close()
    return made


def note_exceptions(
    request: StaffRequest, breaches: Iterable[Breach], reason: str, *, by: User | None, at: datetime
) -> None:
    """Beside the roster, so that it may be published with what was allowed here."""
    rosters = Roster.objects.filter(team=request.agent.team_id)
    for breach in breaches:
        roster = rosters.touching(breach.on, breach.on).first() if breach.needs_exception else None
        if roster is not None:
            exceptions.grant(roster, breach, reason.strip()[:200], by=by, at=at)


def lock(going: Sequence[DutyAssignment], coming: Sequence[Placing]) -> tuple[list[Roster], dict[int, Agent]]:
    """Hold what will be changed, so that what is checked before it stays true."""
    rosters = _locked_rosters(going, coming)
    people = {agent_id for agent_id, _on in _cells(going, coming)}
    return rosters, {agent.pk: agent for agent in Agent.objects.filter(pk__in=people).held()}


def _cells(going: Iterable[DutyAssignment], coming: Iterable[Placing]) -> list[tuple[int, date]]:
    return [(each.agent_id, each.on) for each in going] + [(each.agent.pk, each.on) for each in coming]


def _locked_rosters(going: Iterable[DutyAssignment], coming: Iterable[Placing]) -> list[Roster]:
    touched = Q(pk__in=[each.roster_id for each in going if each.roster_id])
    for each in coming:
        touched |= Q(team=each.agent.team_id, first_on__lte=each.on, last_on__gte=each.on)
    for gone in going:
        touched |= Q(team=gone.agent.team_id, first_on__lte=gone.on, last_on__gte=gone.on)
    return list(Roster.objects.locked().filter(touched).order_by("pk"))


def _as_they_stand(going: Iterable[DutyAssignment]) -> list[DutyAssignment]:
    rows = DutyAssignment.objects.filter(pk__in=[each.pk for each in going]).select_related("shift_type")
    for each in rows:
        if each.state == DutyState.CANCELLED:
            raise WrongState(
                _("The shift “%(shift)s” of %(date)s has been changed meanwhile.")
                % {"shift": each.shift_type, "date": each.on}
            )
    return list(rows)


def _place(placing: Placing, agent: Agent, rosters: Sequence[Roster], act: duty.Act) -> DutyAssignment:
    over = (
        one for one in rosters if one.team_id == agent.team_id and one.first_on <= placing.on <= one.last_on
    )
    absences.require_present(agent, placing.on)
    new = duty.put_on(agent, placing.shift_type, placing.on, next(over, None), act)
    placing.line.made = new
    placing.line.save(update_fields=["made"])
    return new
