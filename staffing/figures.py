"""Who is on duty, how teams stand, what comes next: read-only, for desk, dashboard, assignment and API."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.models import User
from staffing.choices import DutyState
from staffing.models import Agent, Attendance, Certificate, DutyAssignment


@dataclass(frozen=True)
class ShiftTold:
    """One agent's shift, as pages show it."""

    duty_id: int
    name: str
    hours: str
    colour: str
    on: date
    starts_at: datetime
    ends_at: datetime
    is_draft: bool


@dataclass(frozen=True)
class Presence:
    """An agent who is planned now, or there, or both. `shift` is None outside the plan."""

    agent_id: int
    name: str
    staff_no: str
    team_id: int
    team: str
    shift: ShiftTold | None
    signed_in_at: datetime | None
    late_by: timedelta | None

    @property
    def is_present(self) -> bool:
        return self.signed_in_at is not None

    @property
    def is_on_duty(self) -> bool:
        return self.is_present and self.shift is not None

    @property
    def is_missing(self) -> bool:
        return self.shift is not None and not self.is_present


@dataclass(frozen=True)
class TeamCount:
    """Planned are `present` or `missing`; `late` came late, `outside` are there without being planned."""

    team_id: int
    team: str
    planned: int
    present: int
    missing: int
    late: int
    outside: int


@dataclass(frozen=True)
class Standing:
    """One agent's own situation: the shift that runs, the one that follows, and since when signed in."""

    current: ShiftTold | None
    following: ShiftTold | None
    signed_in_at: datetime | None
    late_by: timedelta | None


@dataclass(frozen=True)
class Cell:
    """One day of one agent in a week."""

    on: date
    is_today: bool
    is_employed: bool
    shifts: tuple[ShiftTold, ...]


@dataclass(frozen=True)
class WeekRow:
    agent_id: int
    name: str
    staff_no: str
    team: str
    cells: tuple[Cell, ...]


def presences(user: User, at: datetime, *, team_id: int | None = None) -> list[Presence]:
    """Everybody this person may see who is planned at the instant or signed in, by team and name.

    Three queries, however many people.
    """
    agents = Agent.objects.visible_to(user)
    if team_id is not None:
        agents = agents.filter(team=team_id)
    running = DutyAssignment.objects.covering(at).filter(agent__in=agents).select_related("shift_type")
    duties = {duty.agent_id: duty for duty in running}
    there = {row.agent_id: row for row in Attendance.objects.present(at).filter(agent__in=agents)}
    people = Agent.objects.filter(pk__in=duties.keys() | there.keys()).select_related("user", "team")
    return [
        _presence(agent, duties.get(agent.pk), there.get(agent.pk))
        for agent in people.order_by("team__name", "user__name", "pk")
    ]


def count_by_team(people: Iterable[Presence]) -> list[TeamCount]:
    """The counts of each team that occurs, in the order given."""
    teams: dict[tuple[int, str], list[Presence]] = defaultdict(list)
    for person in people:
        teams[person.team_id, person.team].append(person)
    return [
        TeamCount(
            team_id=team_id,
            team=team,
            planned=sum(person.shift is not None for person in members),
            present=sum(person.is_on_duty for person in members),
            missing=sum(person.is_missing for person in members),
            late=sum(person.late_by is not None for person in members),
            outside=sum(person.shift is None for person in members),
        )
        for (team_id, team), members in teams.items()
    ]


def standing_of(agent: Agent, at: datetime) -> Standing:
    """For the agent's desk. Two queries."""
    near = agent.duties.published().filter(ends_at__gt=at).select_related("shift_type")
    upcoming = list(near.order_by("starts_at")[:2])
    current = next((duty for duty in upcoming if duty.starts_at <= at), None)
    following = next((duty for duty in upcoming if duty.starts_at > at), None)
    attendance = agent.attendances.present(at).first()
    return Standing(
        current=_told(current) if current else None,
        following=_told(following) if following else None,
        signed_in_at=attendance.signed_in_at if attendance else None,
        late_by=attendance.late_by if attendance else None,
    )


def week_of(
    agents: Iterable[Agent], monday: date, *, today: date, seen_by: User | None = None
) -> list[WeekRow]:
    """People by seven days: each cell holds the shifts that start on its day. One query for all cells.

    `agents` come with user and team. Of the duties those that the reader may see: no drafts for whoever does
    not plan.
    """
    people = list(agents)
    days = [monday + timedelta(days=number) for number in range(7)]
    duties = DutyAssignment.objects.standing().filter(agent__in=people, on__range=(days[0], days[-1]))
    if seen_by is not None:
        duties = duties.visible_to(seen_by)
    shifts: dict[tuple[int, date], list[ShiftTold]] = defaultdict(list)
    for duty in duties.select_related("shift_type").order_by("starts_at"):
        shifts[duty.agent_id, duty.on].append(_told(duty))
    return [
        WeekRow(
            agent_id=agent.pk,
            name=agent.user.name,
            staff_no=agent.staff_no,
            team=agent.team.name,
            cells=tuple(
                Cell(
                    on=day,
                    is_today=day == today,
                    is_employed=agent.is_employed(day),
                    shifts=tuple(shifts[agent.pk, day]),
                )
                for day in days
            ),
        )
        for agent in people
    ]


def expiring_certificates(user: User, on: date) -> int:
    """How many certificates run out within policy.CERTIFICATE_WARNING and are not renewed."""
    return Certificate.objects.visible_to(user).expiring(on).count()


def _presence(agent: Agent, duty: DutyAssignment | None, attendance: Attendance | None) -> Presence:
    return Presence(
        agent_id=agent.pk,
        name=agent.user.name,
        staff_no=agent.staff_no,
        team_id=agent.team_id,
        team=agent.team.name,
        shift=_told(duty) if duty else None,
        signed_in_at=attendance.signed_in_at if attendance else None,
        late_by=attendance.late_by if attendance else None,
    )


def _told(duty: DutyAssignment) -> ShiftTold:
    shift_type = duty.shift_type
    return ShiftTold(
        duty_id=duty.pk,
        name=shift_type.name,
        hours=shift_type.hours,
        colour=shift_type.colour,
        on=duty.on,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        is_draft=duty.state == DutyState.DRAFT,
    )
