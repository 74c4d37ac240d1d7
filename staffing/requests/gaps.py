"""What approved leave has opened in the roster, and the step that puts somebody there."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken
from portal.models import User
from staffing.choices import RequestKind, RequestState, ShiftSide
from staffing.models import Agent, DutyAssignment, MinimumStaffing, RequestShift, ShiftType, StaffRequest
from staffing.requests import acting, applying, checking, eligibility, telling
from staffing.requests.checking import Change, Situation
from staffing.rule_checks import Proposed


@dataclass(frozen=True)
class Effect:
    """How many of a team are left on a shift of a day without the one who asks."""

    on: date
    shift_type: ShiftType
    left: int
    least: int

    def __str__(self) -> str:
        told: dict[str, object] = {
            "day": telling.day(self.on),
            "shift": self.shift_type.name,
            "left": self.left,
        }
        if not self.least:
            return gettext("%(day)s %(shift)s: %(left)s left") % told
        told["least"] = self.least
        return gettext("%(day)s %(shift)s: %(left)s left, at least %(least)s") % told

    @property
    def is_short(self) -> bool:
        return self.left < self.least


@dataclass(frozen=True)
class Gap:
    line: RequestShift
    candidates: list[eligibility.Candidate]


def open_lines(request: StaffRequest) -> list[RequestShift]:
    """The shifts that leave took away and nobody fills yet."""
    if request.kind != RequestKind.LEAVE or request.state != RequestState.APPROVED:
        return []
    lines = request.shifts.filter(side=ShiftSide.GIVEN, made=None)
    return list(lines.select_related("shift_type", "duty", "request__agent__team__department"))


def gaps_of(request: StaffRequest, *, at: datetime, reader: User | None) -> list[Gap]:
    """Each with the people who could stand in, in words that the reader may read."""
    lines = open_lines(request)
    if not lines:
        return []
    members = Agent.objects.filter(team=request.agent.team_id).exclude(pk=request.agent_id)
    team = list(members.select_related("user", "team__department").order_by("pk"))
    return [Gap(line, eligibility.candidates(line, team=team, at=at, reader=reader)) for line in lines]


@transaction.atomic
def fill(
    line: RequestShift, agent: Agent, *, by: User | None, at: datetime, exception: str = ""
) -> DutyAssignment:
    """Somebody stands in for whoever is on leave.

    Raises: NotAllowed; WrongState for a rule against it; AlreadyTaken when the gap is filled, or he is busy.
    """
    request = acting.held(line.request, RequestState.APPROVED)
    acting.require_decider(request, by)
    line = request.shifts.select_related("shift_type", "request__agent").get(pk=line.pk)
    if line.made_id:
        raise AlreadyTaken(_("Somebody stands in there already."))
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    placing = applying.Placing(line, agent, line.shift_type, line.on)
    applying.lock((), (placing,))
    situation = Situation([agent], line.on, line.on, with_drafts=True)
    broken = situation.broken_by(Change(agent, extra=(Proposed(agent, line.shift_type, line.on),)))
    checking.require_lawful(broken, by=by, is_excepted=bool(exception.strip()))
    (made,) = applying.carry_out(going=(), coming=(placing,), by=by, at=at, reason=str(_("stands in")))
    applying.note_exceptions(request, broken, exception, by=by, at=at)
    telling.filled(line, agent, at=at)
    return made


def effects_of(requests: Iterable[StaffRequest]) -> dict[int, list[Effect]]:
    """What leave and give-aways would leave on each shift, by request. Three queries, however many.

    A swap or a shift taken over leaves as many people there as before.
    """
    leave = [each for each in requests if each.kind == RequestKind.LEAVE and each.is_undecided]
    if not leave:
        return {}
    days = (min(each.first_on for each in leave), max(each.last_on for each in leave))
    teams = {each.agent.team_id for each in leave}
    duties = DutyAssignment.objects.published().filter(agent__team__in=teams, on__range=days)
    on_shift: dict[tuple[int, date, int], set[int]] = {}
    types: dict[int, ShiftType] = {}
    for duty in duties.select_related("agent", "shift_type"):
        key = (duty.agent.team_id, duty.on, duty.shift_type_id)
        on_shift.setdefault(key, set()).add(duty.agent_id)
        types[duty.shift_type_id] = duty.shift_type
    least = list(MinimumStaffing.objects.filter(Q(skill=None), team__in=teams))
    return {
        each.pk: [
            Effect(on, types[kind], len(people) - 1, _least(least, team, on, kind))
            for (team, on, kind), people in sorted(on_shift.items(), key=lambda item: item[0][1])
            if each.agent_id in people and each.first_on <= on <= each.last_on
        ]
        for each in leave
    }


def _least(rows: Iterable[MinimumStaffing], team_id: int, on: date, shift_type_id: int) -> int:
    asked = [
        row.agents
        for row in rows
        if (row.team_id, row.shift_type_id) == (team_id, shift_type_id)
        and str(on.isoweekday()) in row.weekdays
    ]
    return max(asked, default=0)
