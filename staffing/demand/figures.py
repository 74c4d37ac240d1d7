"""What is needed against what is rostered, by half hour: read only, for the page, the plan and the generator.

A table of half hours has a row for each date and 48 columns, from 00:00 to 23:30 by the wall clock of the
department.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from staffing import certification
from staffing.demand import half_hours, history
from staffing.demand.forecasting import SLOTS, Numbers
from staffing.models import DutyAssignment, RequiredStaff, ServiceLine, Team

Heads = NDArray[np.int_]


@dataclass(frozen=True)
class Need:
    """What one line needs over some dates. Each table is dates x 48 half hours.

    `agents` are needed at work, `scheduled` on the roster: shrinkage added, or what a person set instead, and
    then `is_by_hand`. `is_known` is False where nothing is forecast: there the other tables are 0.
    """

    line_id: int
    line: str
    skill_id: int | None
    dates: tuple[date, ...]
    contacts: Numbers
    handling_seconds: Numbers
    agents: Heads
    scheduled: Heads
    is_by_hand: NDArray[np.bool_]
    is_known: NDArray[np.bool_]


def required(team: Team, first_on: date, last_on: date) -> list[Need]:
    """For the roster's generator: the needs of all active lines of a team, both days included. Two queries.

    Lines share the team's agents. Whoever holds several skills counts for each of their lines, but works for
    one at a time: needs of lines whose agents overlap add up.
    """
    lines = list(ServiceLine.objects.active().filter(team=team))
    return needs(lines, team.department.zone, first_on, last_on)


def needs(lines: Sequence[ServiceLine], zone: ZoneInfo, first_on: date, last_on: date) -> list[Need]:
    """One query for all lines."""
    dates = half_hours.dates(first_on, last_on)
    found: dict[int, list[RequiredStaff]] = defaultdict(list)
    for row in RequiredStaff.objects.filter(line__in=lines, on__range=(first_on, last_on)):
        found[row.line_id].append(row)
    return [_need(line, dates, found[line.pk], zone) for line in lines]


def rostered_by_half_hour(line: ServiceLine, first_on: date, last_on: date) -> Heads:
    """How many of the line's agents are planned, drafts included, in each half hour. Three queries.

    They belong to the team and, where the line asks for a skill, hold it on the day their shift starts. Of a
    half hour that a duty covers only in part it counts nothing.
    """
    zone, dates = line.team.department.zone, half_hours.dates(first_on, last_on)
    start, end = half_hours.span(first_on, last_on, zone)
    duties = DutyAssignment.objects.planned().touching(start, end).filter(agent__team=line.team_id)
    rows = list(duties.only("agent_id", "on", "starts_at", "ends_at"))
    held = certification.held_by({duty.agent_id for duty in rows}) if line.skill_id else {}
    heads = np.zeros((len(dates), SLOTS), dtype=int)
    row_of = {on: row for row, on in enumerate(dates)}
    for duty in rows:
        if certification.counts_for(held.get(duty.agent_id, ()), line.skill_id, duty.on):
            for on, slot in _covered(duty.starts_at, duty.ends_at, zone):
                if on in row_of:
                    heads[row_of[on], slot] += 1
    return heads


def came_by_half_hour(line: ServiceLine, first_on: date, last_on: date, *, at: datetime) -> Numbers:
    """What really came on a line; nan on days that were not counted, and after `at`. One query."""
    zone, dates = line.team.department.zone, half_hours.dates(first_on, last_on)
    counted = history.counts(line, first_on, last_on)
    came = np.full((len(dates), SLOTS), np.nan)
    today, now = half_hours.slot_of(at, zone)
    for row, on in enumerate(dates):
        if on in counted and on <= today:
            came[row] = counted[on][0]
            if on == today:
                came[row, now:] = np.nan
    return came


def _covered(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Iterable[tuple[date, int]]:
    """The half hours that a duty covers wholly."""
    at = half_hours.floor(starts_at, zone)
    if at < starts_at:
        at += half_hours.HALF_HOUR
    while at + half_hours.HALF_HOUR <= ends_at:
        yield half_hours.slot_of(at, zone)
        at += half_hours.HALF_HOUR


def _need(line: ServiceLine, dates: list[date], rows: list[RequiredStaff], zone: ZoneInfo) -> Need:
    shape = (len(dates), SLOTS)
    need = Need(
        line_id=line.pk,
        line=line.name,
        skill_id=line.skill_id,
        dates=tuple(dates),
        contacts=np.zeros(shape),
        handling_seconds=np.zeros(shape),
        agents=np.zeros(shape, dtype=int),
        scheduled=np.zeros(shape, dtype=int),
        is_by_hand=np.zeros(shape, dtype=bool),
        is_known=np.zeros(shape, dtype=bool),
    )
    row_of = {on: number for number, on in enumerate(dates)}
    for row in rows:
        _on, slot = half_hours.slot_of(row.starts_at, zone)
        place = row_of[row.on], slot
        need.contacts[place] = row.contacts
        need.handling_seconds[place] = row.handling_seconds
        need.agents[place] = row.agents
        need.scheduled[place] = row.needed
        need.is_by_hand[place] = row.override is not None
        need.is_known[place] = True
    return need
