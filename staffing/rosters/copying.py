"""The step that begins a roster with the pattern of the one before."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from portal.models import User
from staffing.absences import absences_of
from staffing.models import Agent, DutyAssignment, Roster
from staffing.rosters import editing
from staffing.rosters.editing import CellChange
from staffing.shifts import DAY

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Copied:
    """Cells that were taken over, and those that could not be: not employed, on leave, overlapping."""

    cells: int
    left_out: int


def shift_of(roster: Roster) -> timedelta:
    """How far back the pattern lies: the same weekdays, the fewest whole weeks that hold the roster."""
    days = (roster.last_on - roster.first_on).days + 1
    return -(-days // 7) * WEEK


@transaction.atomic
def copy_before(roster: Roster, *, by: User | None, at: datetime) -> Copied:
    """Plan each empty cell as the same weekday before was planned, where that can be.

    What stands in the roster already stays. Raises: NotAllowed.
    """
    editing.held(roster, by=by)
    back = shift_of(roster)
    members = list(Agent.objects.filter(team=roster.team_id))
    planned = DutyAssignment.objects.planned().filter(agent__in=members)
    taken = set(
        planned.filter(on__range=(roster.first_on, roster.last_on)).order_by().values_list("agent", "on")
    )
    pattern: dict[tuple[int, date], list[str]] = {}
    before = planned.filter(
        on__range=(roster.first_on - back, roster.last_on - back), shift_type__is_active=True
    )
    for agent_id, on, code in before.order_by("starts_at").values_list("agent", "on", "shift_type__code"):
        pattern.setdefault((agent_id, on + back), []).append(code)
    away = _away(members, roster)
    wanted = [
        CellChange(agent_id, on, tuple(codes), seen=())
        for (agent_id, on), codes in sorted(pattern.items())
        if (agent_id, on) not in taken | away
    ]
    left_out = len(pattern.keys() & away)
    outcomes = [
        outcome
        for start in range(0, len(wanted), editing.MOST_CELLS)
        for outcome in editing.change_cells(roster, wanted[start : start + editing.MOST_CELLS], by=by, at=at)
    ]
    refused = sum(bool(outcome.refusal) for outcome in outcomes)
    return Copied(cells=len(outcomes) - refused, left_out=left_out + refused)


def _away(members: list[Agent], roster: Roster) -> set[tuple[int, date]]:
    return {
        (each.agent_id, each.first_on + number * DAY)
        for each in absences_of(members, roster.first_on, roster.last_on)
        if each.is_approved
        for number in range((each.last_on - each.first_on).days + 1)
    }
