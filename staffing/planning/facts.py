"""Collects what a roster is planned from. Each source is one function here, and nothing else asks it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta

import numpy as np
from django.db.models import Q

from staffing import absences, certification, labour_rules, policy, rule_checks, workdays
from staffing.choices import RestrictionKind
from staffing.demand import figures
from staffing.labour.facts import Restriction, Worker, dates
from staffing.labour.hours import reach
from staffing.models import Agent, DutyAssignment, Roster, ShiftType, Skill, WorkRestriction
from staffing.models import Wish as WishRow
from staffing.planning.material import Away, Codes, Material, Member, Minimum, Need, Shift, Spot, Wished
from staffing.planning.policy import HISTORY_DAYS, LEDGER_MONTHS
from staffing.planning.sharing import is_weekend
from staffing.shifts import DAY

MINUTES_A_DAY = 24 * 60
DARK = ((-2 * 60, 6 * 60), (22 * 60, 30 * 60), (46 * 60, 54 * 60))
"""22:00-06:00 in the minutes of a shift's first day, from the night before to that after the next day."""


def material_of(
    roster: Roster, *, at: datetime, offered: Collection[str] = (), keeps_planned: bool = False
) -> Material:
    """Everything for one roster as it stands. `offered` are the codes to plan with; none means the usual
    ones.

    Days that have begun, pinned cells and shifts of other rosters are fixed; with `keeps_planned` every shift
    that stands is, too.
    """
    agents = _agents(roster)
    shifts = {each.code: _shift(each) for each in ShiftType.objects.all()}
    rows = _duties(agents, roster)
    plan = _plan(rows)
    team = {agent.pk for agent in agents if agent.team_id == roster.team_id}
    minimums = minimums_of(roster)
    return Material(
        first_on=roster.first_on,
        last_on=roster.last_on,
        members=_members(agents, roster, shifts),
        shifts=shifts,
        offered=tuple(_offered(roster, offered)),
        plan=plan,
        fixed=_fixed(roster, agents, rows, team=team, today=_today(roster, at), keeps_planned=keeps_planned),
        needs=tuple(needs_of(roster)),
        minimums=tuple(minimums),
        wishes=tuple(wishes_of(roster)),
        book=labour_rules.book(*reach(roster.first_on, roster.last_on)),
        skills=dict(Skill.objects.order_by().values_list("pk", "name")),
        is_published=roster.is_published,
    )


def usual_shifts(roster: Roster) -> list[ShiftType]:
    """What the team has worked in the last months, or has a minimum; all in use if it has no past."""
    since = roster.first_on - LEDGER_MONTHS * 31 * DAY
    active = ShiftType.objects.filter(is_active=True)
    worked = DutyAssignment.objects.planned().filter(agent__team=roster.team_id, on__gte=since)
    worked_types = set(worked.order_by().values_list("shift_type", flat=True).distinct())
    if not worked_types:
        return list(active)
    asked = set(roster.team.minimum_staffing.order_by().values_list("shift_type", flat=True))
    return list(active.filter(pk__in=worked_types | asked)) or list(active)


# The other rooms, one function each


def needs_of(roster: Roster) -> list[Need]:
    """What the forecast requires on the roster, by half hour and line; lines of one skill together."""
    heads: Counter[tuple[date, int, int | None]] = Counter()
    for line in figures.required(roster.team, roster.first_on, roster.last_on):
        for row, slot in zip(*np.nonzero(line.scheduled), strict=True):
            heads[line.dates[row], int(slot), line.skill_id] += int(line.scheduled[row, slot])
    return [
        Need(on, slot, agents, skill_id)
        for (on, slot, skill_id), agents in sorted(
            heads.items(), key=lambda item: (*item[0][:2], item[0][2] or 0)
        )
    ]


def absences_of(agents: list[Agent], first_on: date, last_on: date) -> Mapping[int, list[Away]]:
    """Approved leave of whole days, by agent."""
    away: dict[int, list[Away]] = defaultdict(list)
    for each in absences.absences_of(agents, first_on, last_on):
        if each.is_approved:
            away[each.agent_id].append(Away(each.first_on, each.last_on, str(each.kind.label)))
    return away


def minimums_of(roster: Roster) -> list[Minimum]:
    rows = roster.team.minimum_staffing.select_related("shift_type").order_by("pk")
    return [Minimum(row.shift_type.code, row.agents, row.weekdays, row.skill_id) for row in rows]


def wishes_of(roster: Roster) -> list[Wished]:
    rows = WishRow.objects.filter(
        agent__team=roster.team_id, on__range=(roster.first_on, roster.last_on)
    ).order_by("pk")
    facts = rows.values_list("agent", "on", "is_wanted", "shift_type__code", "weight")
    return [Wished(*each) for each in facts]


def burdens_of(
    agents: Collection[int], first_on: date, shifts: Mapping[str, Shift]
) -> Mapping[int, tuple[int, int]]:
    """Nights and weekend days worked or planned in the months before a day, by agent."""
    since = first_on - LEDGER_MONTHS * 30 * DAY
    rows = DutyAssignment.objects.planned().filter(agent__in=agents, on__gte=since, on__lt=first_on)
    nights: Counter[int] = Counter()
    weekends: defaultdict[int, set[date]] = defaultdict(set)
    for agent, on, code in rows.order_by().values_list("agent", "on", "shift_type__code"):
        nights[agent] += shifts[code].is_night
        if is_weekend(on):
            weekends[agent].add(on)
    return {agent: (nights[agent], len(weekends[agent])) for agent in agents}


# Our own tables


def _agents(roster: Roster) -> list[Agent]:
    """Members of the team in the span, and who has shifts in the roster though he has moved on."""
    there = roster.duties.planned().order_by().values("agent")
    rows = Agent.objects.filter(
        Q(pk__in=there)
        | Q(team=roster.team_id, joined_on__lte=roster.last_on)
        & (Q(left_on=None) | Q(left_on__gte=roster.first_on))
    )
    return list(
        rows.select_related("user", "team__department", "team__calendar").order_by("user__name", "pk")
    )


def _members(agents: list[Agent], roster: Roster, shifts: Mapping[str, Shift]) -> tuple[Member, ...]:
    keys = [agent.pk for agent in agents]
    around = reach(roster.first_on, roster.last_on)
    held = certification.held_by(keys)
    away = absences_of(agents, roster.first_on, roster.last_on)
    burdens = burdens_of(keys, roster.first_on, shifts)
    before = dates(roster.first_on - LEDGER_MONTHS * 30 * DAY, roster.first_on - DAY)
    return tuple(
        Member(
            agent_id=worker.key,
            name=worker.name,
            worker=worker,
            held=tuple(held.get(worker.key, ())),
            away=tuple(away.get(worker.key, ())),
            nights=burdens[worker.key][0],
            weekend_days=burdens[worker.key][1],
            days_before=sum(map(worker.is_employed, before)),
            is_of_team=worker.team == roster.team_id,
        )
        for worker in _workers(agents, *around)
    )


def _workers(agents: list[Agent], first_on: date, last_on: date) -> list[Worker]:
    calendars = workdays.facts_of({agent.team for agent in agents}, first_on, last_on)
    protected: dict[int, list[Restriction]] = defaultdict(list)
    for row in WorkRestriction.objects.touching(first_on, last_on).filter(agent__in=agents):
        protected[row.agent_id].append(Restriction(RestrictionKind(row.kind), row.first_on, row.last_on))
    return [rule_checks.worker_of(agent, calendars[agent.team_id], protected[agent.pk]) for agent in agents]


def _duties(agents: list[Agent], roster: Roster) -> list[DutyAssignment]:
    near = (roster.first_on - HISTORY_DAYS * DAY, roster.last_on + HISTORY_DAYS * DAY)
    rows = DutyAssignment.objects.planned().filter(agent__in=agents, on__range=near)
    return list(rows.select_related("shift_type").order_by("starts_at", "pk"))


def _plan(rows: Iterable[DutyAssignment]) -> dict[Spot, Codes]:
    plan: dict[Spot, Codes] = {}
    for row in rows:
        spot = (row.agent_id, row.on)
        plan[spot] = (*plan.get(spot, ()), row.shift_type.code)
    return plan


def _fixed(
    roster: Roster,
    agents: list[Agent],
    rows: Iterable[DutyAssignment],
    *,
    team: Collection[int],
    today: date,
    keeps_planned: bool,
) -> frozenset[Spot]:
    days = dates(roster.first_on, roster.last_on)
    begun = {(agent.pk, on) for agent in agents for on in days if on <= today or agent.pk not in team}
    pinned = set(roster.pins.values_list("agent", "on"))
    planned = {
        (row.agent_id, row.on) for row in rows if keeps_planned or row.roster_id not in {roster.pk, None}
    }
    within = {spot for spot in pinned | planned if roster.first_on <= spot[1] <= roster.last_on}
    return frozenset(begun | within)


def _today(roster: Roster, at: datetime) -> date:
    return at.astimezone(roster.team.department.zone).date()


def _offered(roster: Roster, asked: Collection[str]) -> list[str]:
    if not asked:
        return [each.code for each in usual_shifts(roster)]
    active = ShiftType.objects.filter(is_active=True, code__in=asked)
    return [each.code for each in active]


def _shift(row: ShiftType) -> Shift:
    starts = _minute(row.starts)
    ends = starts + int(row.length / timedelta(minutes=1))
    dark = [(max(starts, first), min(ends, last)) for first, last in DARK]
    parts = [(first, last) for first, last in dark if first < last]
    days = {
        day
        for first, last in parts
        for day in (0, 1)
        if first < (day + 1) * MINUTES_A_DAY and last > day * MINUTES_A_DAY
    }
    return Shift(
        code=row.code,
        name=row.name,
        starts=starts,
        ends=ends,
        paid=ends - starts - row.break_minutes,
        skill_id=row.skill_id,
        is_night=sum(last - first for first, last in parts)
        >= policy.NIGHT_COUNTS_FROM / timedelta(minutes=1),
        dark_days=frozenset(days),
    )


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
