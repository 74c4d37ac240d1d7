"""A team whose roster can be planned: skills, shifts, minimums, what half hours require. Nothing random."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from staffing.choices import ProposalKind, RunState, TeamKind
from staffing.demand import half_hours
from staffing.models import (
    Agent,
    Forecast,
    MinimumStaffing,
    RequiredStaff,
    Roster,
    RosterProposal,
    RosterRun,
    ServiceLine,
    ShiftType,
    Skill,
    Team,
)
from tests.factories import (
    NOW,
    SHANGHAI,
    AgentFactory,
    CertificateFactory,
    RosterFactory,
    ShiftTypeFactory,
    SkillFactory,
    TeamFactory,
)

NEXT_MONDAY = NOW.date() + timedelta(days=5)
"""16 March 2026: nothing of a roster that begins there has begun."""

SHIFTS = {
    "A": ("早班", time(8), time(16)),
    "B": ("中班", time(12), time(20)),
    "C": ("晚班", time(16), time(0)),
    "N": ("夜班", time(22), time(6)),
}


def shift_types(codes: str = "ABCN", *, break_minutes: int = 60) -> list[ShiftType]:
    return [
        ShiftTypeFactory.create(
            code=code,
            name=SHIFTS[code][0],
            starts=SHIFTS[code][1],
            ends=SHIFTS[code][2],
            break_minutes=break_minutes,
        )
        for code in codes
    ]


def crew(team: Team, size: int, skills: Sequence[Skill] = ()) -> list[Agent]:
    """Members who hold two neighbouring skills each, the first one all."""
    agents = []
    for number in range(size):
        agent = AgentFactory.create(team=team, user__name=f"组员{number:02}")
        held = (
            list(skills)
            if not number
            else [skills[(number + more) % len(skills)] for more in (0, 1)]
            if skills
            else []
        )
        for skill in dict.fromkeys(held):
            CertificateFactory.create(agent=agent, skill=skill)
        agents.append(agent)
    return agents


def plannable(size: int = 8, *, days: int = 7, codes: str = "AC", first_on: date = NEXT_MONDAY) -> Roster:
    """An empty roster of a hotline team, with its people and shifts."""
    team = TeamFactory.create(kind=TeamKind.HOTLINE)
    shift_types(codes)
    crew(team, size)
    return RosterFactory.create(team=team, first_on=first_on, last_on=first_on + timedelta(days=days - 1))


def minimum(
    roster: Roster, code: str, agents: int, *, skill: Skill | None = None, weekdays: str = "1234567"
) -> None:
    MinimumStaffing.objects.create(
        team=roster.team,
        shift_type=ShiftType.objects.get(code=code),
        agents=agents,
        skill=skill,
        weekdays=weekdays,
    )


def skills(count: int) -> list[Skill]:
    return [SkillFactory.create() for _ in range(count)]


def require(line: ServiceLine, roster: Roster, heads: dict[range, int]) -> None:
    """So many heads on each day of the roster, by half hours of the day."""
    forecast = Forecast.objects.create(
        line=line,
        made_at=NOW,
        first_on=roster.first_on,
        last_on=roster.last_on,
        days_known=90,
        method="profile",
    )
    days = [
        roster.first_on + timedelta(days=number)
        for number in range((roster.last_on - roster.first_on).days + 1)
    ]
    wanted = {slot: count for slots, count in heads.items() for slot in slots}
    RequiredStaff.objects.bulk_create(
        RequiredStaff(
            line=line,
            forecast=forecast,
            on=on,
            starts_at=at,
            contacts=0,
            handling_seconds=0,
            agents=wanted[slot],
            scheduled=wanted[slot],
        )
        for on in days
        for slot, at in half_hours.starts(on, SHANGHAI)
        if slot in wanted
    )


def proposed(roster: Roster, agent: Agent) -> RosterProposal:
    """Of a run that has ended: a day shift for the agent on the first day, and four that nobody takes."""
    run = RosterRun.objects.create(
        roster=roster, state=RunState.DONE, asked_at=NOW, base={str(agent.pk): [""] * 7}
    )
    shortage = {
        "rule": "minimum",
        "code": "D",
        "skill": None,
        "needed": 14,
        "possible": 10,
        "missing": 4,
        "more": 0,
        "days": [
            {
                "on": str(roster.first_on),
                "needed": 2,
                "staffed": 1,
                "obstacles": {"leave": [agent.pk]},
                "ways": [{"agent": agent.pk, "rules": ["leave"]}],
            }
        ],
    }
    return RosterProposal.objects.create(
        run=run,
        kind=ProposalKind.BALANCED,
        cells={str(agent.pk): ["D"] + [""] * 6},
        changes=[[agent.pk, str(roster.first_on), [], ["D"]]],
        figures={"cover": 0.5, "wishes": 2, "wishes_met": 1, "changes": 1, "missing_hours": 3.5},
        shortfalls=[shortage],
    )
