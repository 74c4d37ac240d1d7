"""Plan against actual by half hour. # S9"""

from datetime import datetime, timedelta

import pytest

from staffing.choices import PeopleSource
from staffing.models import Agent, PeakPlan, Team
from staffing.peaks import demand_link
from staffing.peaks.demand_link import Contacts, HalfHour, Uplift
from tests.factories import NOW, SHANGHAI, AgentFactory, AttendanceFactory, DutyFactory
from tests.peak_factories import FIRST_ON, PeakNeedFactory

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=30)
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(FIRST_ON.year, FIRST_ON.month, FIRST_ON.day, hour, minute, tzinfo=SHANGHAI)


def day_of(plan: PeakPlan, *, now: datetime = AFTER) -> dict[datetime, HalfHour]:
    return {row.starts_at: row for row in demand_link.plan_against_actual(plan, FIRST_ON, at=now)}


def test_the_phases_are_uplifts_for_the_forecast(plan: PeakPlan) -> None:
    phase = plan.phases.get()
    assert demand_link.uplifts_of(plan) == [Uplift(FIRST_ON, FIRST_ON, phase.factor)]


def test_rostered_and_present_are_told_for_each_half_hour(plan: PeakPlan, agent: Agent) -> None:
    """A shift from 09:00 to 18:00; he came at 09:20 and went at 17:40."""
    duty = DutyFactory.create(agent=agent, on=FIRST_ON)
    AttendanceFactory.create(duty=duty, signed_in_at=at(9, 20), signed_out_at=at(17, 40))
    rows = day_of(plan)
    assert len(rows) == 48
    assert [(rows[at(*start)].rostered, rows[at(*start)].present) for start in ((8, 30), (9,), (9, 30))] == [
        (0, 0),
        (1, 0),
        (1, 1),
    ]
    assert (rows[at(17, 30)].rostered, rows[at(17, 30)].present, rows[at(17, 30)].missing) == (1, 0, 1)
    assert rows[at(18)].rostered == 0


def test_only_published_shifts_of_the_teams_and_of_those_lent_count(
    plan: PeakPlan, team: Team, agent: Agent, stranger: Agent
) -> None:
    lent = AgentFactory.create(team=stranger.team)
    need = PeakNeedFactory.create(
        plan=plan, team=team, source=PeopleSource.CROSS_TEAM, from_team=stranger.team
    )
    need.people.add(lent)
    for person in (agent, stranger, lent):
        DutyFactory.create(agent=person, on=FIRST_ON)
    DutyFactory.create(agent=AgentFactory.create(team=team), on=FIRST_ON, is_draft=True)
    assert day_of(plan)[at(12)].rostered == 2


def test_a_night_counts_on_both_its_days(plan: PeakPlan, agent: Agent) -> None:
    night = DutyFactory.create(
        agent=agent, on=FIRST_ON, starts_at=at(22), ends_at=at(22) + timedelta(hours=8)
    )
    rows = day_of(plan)
    assert (rows[at(21, 30)].rostered, rows[at(22)].rostered, rows[at(23, 30)].rostered) == (0, 1, 1)
    following = demand_link.plan_against_actual(plan, FIRST_ON + timedelta(days=1), at=AFTER)
    assert sum(row.rostered for row in following) == 12
    assert night.on == FIRST_ON


def test_of_what_has_not_passed_nobody_says_who_was_there(plan: PeakPlan, agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent, on=FIRST_ON)
    AttendanceFactory.create(duty=duty)
    rows = day_of(plan, now=at(12, 10))
    assert (rows[at(11, 30)].present, rows[at(12)].present, rows[at(12)].missing) == (1, None, 0)


def test_contacts_come_from_the_provider_and_required_people_are_what_is_missed(
    plan: PeakPlan, team: Team, agent: Agent
) -> None:
    DutyFactory.create(agent=agent, on=FIRST_ON)
    asked = []

    def provider(teams, starts_at, ends_at):
        asked.append((list(teams), starts_at, ends_at))
        return {at(12): Contacts(forecast=40, actual=55, required=3)}

    before = demand_link.provide_contacts(provider)
    try:
        rows = day_of(plan)
    finally:
        demand_link.provide_contacts(before)
    assert asked == [([team], at(0), at(0) + timedelta(days=1))]
    noon = rows[at(12)]
    assert (noon.forecast, noon.actual, noon.required, noon.missing) == (40, 55, 3, 3)
    assert rows[at(13)].forecast is None


def test_a_plan_of_the_whole_department_has_all_its_teams(
    plan: PeakPlan, team: Team, stranger: Agent
) -> None:
    plan.teams.clear()
    assert set(demand_link.teams_of(plan)) == {team, stranger.team}
