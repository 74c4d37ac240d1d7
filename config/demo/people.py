"""The demonstration's department: sixty people in six teams, their certificates, and who is on duty."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from random import Random

from django.utils.timezone import localdate, localtime

from complaints.models import Category
from config.demo import texts
from portal import roles
from portal.choices import Role
from portal.models import User
from staffing import attendance, duty, people
from staffing.choices import Employment, TeamKind
from staffing.models import Agent, Calendar, Department, DutyAssignment, Position, ShiftType, Skill, Team

ACCOUNTS = {
    "admin": ("管理员", Role.ADMINISTRATOR),
    "director": ("沈总监", Role.DIRECTOR),
    "supervisor": ("周敏", Role.SUPERVISOR),
    "handler": ("林晓雨", Role.HANDLER),
    "trainer": ("顾老师", Role.TRAINER),
    "inspector": ("严明", Role.INSPECTOR),
}
HOME_TEAM = "售后一组"
SHIFTS = {
    "E": ("晨班", time(6), time(14), "#14b8a6"),
    "A": ("早班", time(8), time(16), "#0ea5e9"),
    "B": ("中班", time(12), time(20), "#22c55e"),
    "C": ("晚班", time(16), time(0), "#f59e0b"),
    "N": ("夜班", time(22), time(6), "#6366f1"),
    "O": ("行政班", time(9), time(18), "#64748b"),
}
SATURDAY = 5
PRESENT_SHARE = 0.93
ALL_SKILLS_SHARE = 0.7
EXPIRING, LAPSED = 4, 5
"""The places in a team whose holder's certificate runs out soon, or has."""
PART_OF_A_WEEK = Decimal(24)
EMPLOYMENT = (Employment.FULL_TIME,) * 8 + (Employment.PART_TIME, Employment.OUTSOURCED)


@dataclass(frozen=True)
class Staff:
    """What the rest of the demonstration needs of the people."""

    root: User
    agents: dict[str, list[Agent]]
    """Team name -> its agents, the leader first."""
    handler: Agent
    supervisor: Agent

    def everyone(self) -> Iterator[Agent]:
        for members in self.agents.values():
            yield from members


def open_department(size: int, *, rng: Random, at: datetime) -> Staff:
    """Accounts, teams, agents and certificates. `size` counts the agents, supervisors among them."""
    root = User.objects.create_superuser("admin", name="管理员", password=password_of("admin"))
    roles.grant(root, Role.ADMINISTRATOR, by=root, at=at)
    for username, (name, role) in ACCOUNTS.items():
        if username not in ("admin", "supervisor", "handler"):
            _account(username, name, role, root=root, at=at)
    skills = {code: Skill.objects.create(code=code, name=name) for code, name in texts.SKILLS.items()}
    _categories(skills)
    return _teams(size, skills, root=root, rng=rng, at=at)


def are_there() -> bool:
    """Whether this database was filled by the demonstration: all its accounts are there."""
    return User.objects.filter(username__in=ACCOUNTS).count() == len(ACCOUNTS)


def password_of(account: str) -> str:
    return f"demo-{account}"


def _account(username: str, name: str, role: Role, *, root: User, at: datetime) -> User:
    user = User.objects.create_user(
        username,
        name=name,
        password=password_of(username) if username in ACCOUNTS else None,
        is_staff=True,
        email=f"{username}@example.com",
    )
    roles.grant(user, role, by=root, at=at)
    return user


def _categories(skills: dict[str, Skill]) -> None:
    made: dict[str, Category] = {}
    for code, (name, above, kind, skill) in texts.CATEGORIES.items():
        made[code] = Category.objects.create(
            code=code, name=name, parent=made.get(above), kind=kind, skill=skills.get(skill)
        )


def _teams(size: int, skills: dict[str, Skill], *, root: User, rng: Random, at: datetime) -> Staff:
    department = Department.objects.create(name="客户服务部")
    agent_position = Position.objects.create(name="客服专员")
    leader_position = Position.objects.create(name="主管")
    chat = Calendar.objects.get(code="chat")
    numbers, names = count(1), _names(rng)
    agents: dict[str, list[Agent]] = {}
    share = size / sum(people_count for _kind, _skills, people_count in texts.TEAMS.values())
    for name, (kind, held, people_count) in texts.TEAMS.items():
        team = Team.objects.create(department=department, name=name, kind=kind, calendar=chat)
        agents[name] = []
        for place in range(max(2, round(people_count * share))):
            is_leader = place == 0
            number = next(numbers)
            username, label = _login(name, place, number, names)
            employment = Employment.FULL_TIME if place <= 1 else rng.choice(EMPLOYMENT)
            agent = people.hire(
                _account(username, label, Role.SUPERVISOR if is_leader else Role.HANDLER, root=root, at=at),
                team=team,
                staff_no=f"CS{number:03}",
                position=leader_position if is_leader else agent_position,
                employment=employment,
                weekly_hours=PART_OF_A_WEEK if employment == Employment.PART_TIME else None,
                joined_on=localdate(at) - timedelta(days=rng.randint(120, 900)),
                by=root,
                at=at,
            )
            _certify(agent, [skills[code] for code in held], place, root=root, rng=rng, at=at)
            agents[name].append(agent)
        team.leader = agents[name][0]
        team.save(update_fields=["leader"])
    home = agents[HOME_TEAM]
    return Staff(root=root, agents=agents, supervisor=home[0], handler=home[1])


def _login(team: str, place: int, number: int, names: Iterator[str]) -> tuple[str, str]:
    if team == HOME_TEAM and place in (0, 1):
        username = ("supervisor", "handler")[place]
        return username, ACCOUNTS[username][0]
    return f"cs{number:03}", next(names)


def _names(rng: Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        name = rng.choice(texts.SURNAMES) + "".join(rng.choices(texts.GIVEN, k=rng.choice((1, 2, 2))))
        if name not in seen:
            seen.add(name)
            yield name


def _certify(agent: Agent, skills: list[Skill], place: int, *, root: User, rng: Random, at: datetime) -> None:
    """The first of a team hold all its skills; of the others some lack the last, and one has lapsed."""
    today = localdate(at)
    lasts = {EXPIRING: (skills[0], 20), LAPSED: (skills[-1], -9)}
    holds_all = place < EXPIRING or rng.random() < ALL_SKILLS_SHARE
    for skill in skills if holds_all else skills[:-1]:
        special, days = lasts.get(place, (None, 0))
        until = today + timedelta(days=days if skill == special else rng.randint(60, 360))
        people.certify(
            agent,
            skill,
            valid_from=until - timedelta(days=365),
            valid_until=until,
            by=root,
            at=at,
        )


def open_duty(department: Staff, *, rng: Random, at: datetime) -> None:
    """Duty for last week, this week and the next, and attendance of those whose shift has begun today."""
    shift_types = {
        code: ShiftType.objects.create(
            code=code, name=name, starts=starts, ends=ends, break_minutes=60, colour=colour
        )
        for code, (name, starts, ends, colour) in SHIFTS.items()
    }
    today = localdate(at)
    monday = today - timedelta(days=today.weekday())
    home = (department.supervisor, department.handler)
    here_code, here_on = _shift_around(at)
    for place, agent in enumerate(department.everyone()):
        for on in (monday + timedelta(days=offset) for offset in range(-7, 14)):
            code = _shift_of(place, agent, on)
            if agent in home:
                code = "" if on in (today, here_on) or on.weekday() >= SATURDAY else "O"
            if code:
                duty.assign(agent, shift_types[code], on=on, by=department.root, at=at)
    for agent in home:
        duty.assign(agent, shift_types[here_code], on=here_on, by=department.root, at=at)
    for one in DutyAssignment.objects.covering(at).select_related("agent__user"):
        if one.agent in home or rng.random() < PRESENT_SHARE:
            came_at = one.starts_at + timedelta(minutes=rng.choice((-12, -8, -5, -3, -2, 0, 9)))
            attendance.sign_in(one.agent, by=one.agent.user, at=min(came_at, at))


def _shift_of(place: int, agent: Agent, on: date) -> str:
    """Five days on and two off, three on for part of a week, staggered; the shift changes with the week."""
    if (on.toordinal() + place) % 7 >= (5 if agent.weekly_hours is None else 3):
        return ""
    cycle = "ABCN" if agent.team.kind == TeamKind.HOTLINE else "ABC"
    return cycle[(place + on.isocalendar().week) % len(cycle)]


def _shift_around(at: datetime) -> tuple[str, date]:
    """The shift that covers this hour, so that the accounts of the demonstration are on duty."""
    local = localtime(at)
    begins = {0: "N", 6: "E", 9: "O", 18: "C", 22: "N"}
    code = begins[max(hour for hour in begins if hour <= local.hour)]
    is_small_hours = code == "N" and local.hour < SHIFTS["N"][2].hour
    return code, local.date() - timedelta(days=is_small_hours)
