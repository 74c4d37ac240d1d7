"""A roster as a grid of people by days: what its page shows, in the same few queries however big it is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from staffing import workdays
from staffing.absences import Absence, absences_of
from staffing.choices import DutyState
from staffing.labour.facts import Nature
from staffing.models import Agent, CalendarDay, Certificate, DutyAssignment, Roster, ShiftType, Wish
from staffing.rosters.coverage import Coverage, coverage, days_of
from staffing.rosters.findings import Findings, findings_of
from staffing.year_view import Look

LOOKS = {
    Nature.WORKDAY: Look.WORK,
    Nature.MAKE_UP: Look.MAKE_UP,
    Nature.REST: Look.REST,
    Nature.HOLIDAY: Look.HOLIDAY,
    Nature.STATUTORY: Look.STATUTORY,
}


@dataclass(frozen=True)
class Day:
    """A column. `is_known` is false in a year whose holidays nobody has announced yet."""

    on: date
    look: Look
    name: str
    is_today: bool
    is_known: bool


@dataclass(frozen=True)
class Person:
    """A row: a member of the team, or somebody who has moved on and left duties in the roster."""

    agent_id: int
    name: str
    staff_no: str
    skills: tuple[str, ...]
    first_on: date
    last_on: date | None
    is_member: bool


@dataclass(frozen=True)
class Shift:
    """In a cell: in force, drafted, or in force until the next version takes it away."""

    code: str
    state: str


DRAFT, PUBLISHED, WITHDRAWN = "d", "p", "w"


@dataclass(frozen=True)
class Cell:
    agent_id: int
    on: date
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Grid:
    roster: Roster
    days: Sequence[Day]
    shift_types: Sequence[ShiftType]
    people: Sequence[Person]
    cells: Sequence[Cell]
    pins: Sequence[tuple[int, date]]
    wishes: Sequence[Wish]
    absences: Sequence[Absence]
    findings: Findings
    coverage: Coverage


def grid_of(roster: Roster, *, today: date) -> Grid:
    """All of a roster. It comes with its team and the team's department and calendar."""
    agents = agents_of(roster)
    span = (roster.first_on, roster.last_on)
    shift_types = list(ShiftType.objects.all())
    return Grid(
        roster=roster,
        days=_days(roster, today),
        shift_types=shift_types,
        people=_people(roster, agents),
        cells=cells_of([agent.pk for agent in agents], *span),
        pins=list(roster.pins.order_by().values_list("agent", "on")),
        wishes=list(Wish.objects.filter(agent__in=agents, on__range=span).select_related("shift_type")),
        absences=absences_of(agents, *span),
        findings=findings_of(roster, agents),
        coverage=coverage(roster, [each for each in shift_types if each.is_active], days_of(roster)),
    )


def agents_of(roster: Roster) -> list[Agent]:
    """The rows: who is a member on some day of the roster, and whose duties it holds."""
    there = roster.duties.standing().order_by().values("agent")
    members = Q(team=roster.team_id, joined_on__lte=roster.last_on) & (
        Q(left_on=None) | Q(left_on__gte=roster.first_on)
    )
    rows = Agent.objects.filter(members | Q(pk__in=there))
    return list(rows.select_related("user", "team__department", "team__calendar").order_by("staff_no"))


def cells_of(agents: Iterable[int], first_on: date, last_on: date) -> list[Cell]:
    """What stands in the cells of these people that are not empty."""
    standing = DutyAssignment.objects.standing().filter(agent__in=agents, on__range=(first_on, last_on))
    found: dict[tuple[int, date], list[Shift]] = defaultdict(list)
    rows = standing.order_by("starts_at").values_list(
        "agent", "on", "shift_type__code", "state", "is_withdrawn"
    )
    for agent_id, on, code, state, is_withdrawn in rows:
        found[agent_id, on].append(Shift(code, _state(state, is_withdrawn=is_withdrawn)))
    return [Cell(agent_id, on, tuple(shifts)) for (agent_id, on), shifts in found.items()]


def _state(state: str, *, is_withdrawn: bool) -> str:
    if is_withdrawn:
        return WITHDRAWN
    return DRAFT if state == DutyState.DRAFT else PUBLISHED


def _people(roster: Roster, agents: Sequence[Agent]) -> list[Person]:
    skills: dict[int, list[str]] = defaultdict(list)
    held = Certificate.objects.unrevoked().filter(
        agent__in=agents, valid_from__lte=roster.last_on, valid_until__gte=roster.first_on
    )
    for agent_id, name in held.order_by("skill__name").values_list("agent", "skill__name").distinct():
        skills[agent_id].append(name)
    return [
        Person(
            agent_id=agent.pk,
            name=agent.user.name,
            staff_no=agent.staff_no,
            skills=tuple(skills[agent.pk]),
            first_on=agent.joined_on,
            last_on=agent.left_on,
            is_member=agent.team_id == roster.team_id,
        )
        for agent in agents
    ]


def _days(roster: Roster, today: date) -> list[Day]:
    """By the calendar by which the team's working time is counted."""
    facts = workdays.facts_of([roster.team], roster.first_on, roster.last_on)[roster.team_id]
    names = _names(roster)
    return [
        Day(
            on=on,
            look=LOOKS[facts.nature(on)],
            name=names.get(on, ""),
            is_today=on == today,
            is_known=facts.is_known(on),
        )
        for on in days_of(roster)
    ]


def _names(roster: Roster) -> dict[date, str]:
    """What holidays are called, by the team's calendar or the office's."""
    named = CalendarDay.objects.filter(
        Q(calendar=roster.team.calendar_id) | Q(calendar__code=workdays.OFFICE),
        on__range=(roster.first_on, roster.last_on),
    )
    return dict(named.exclude(name="").values_list("on", "name"))
