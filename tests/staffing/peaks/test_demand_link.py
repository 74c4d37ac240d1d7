"""Plan against actual by half hour. # S9"""

from datetime import datetime, timedelta

import pytest

from portal.models import User
from staffing.choices import PeopleSource
from staffing.models import Agent, DemandEvent, Forecast, PeakPlan, RequiredStaff, Team
from staffing.peaks import demand_link, plans
from staffing.peaks.demand_link import HalfHour
from tests.demand_factories import ContactVolumeFactory, DemandEventFactory, ServiceLineFactory
from tests.factories import NOW, SHANGHAI, AgentFactory, AttendanceFactory, DutyFactory
from tests.peak_factories import FIRST_ON, PeakNeedFactory

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=30)
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(FIRST_ON.year, FIRST_ON.month, FIRST_ON.day, hour, minute, tzinfo=SHANGHAI)


def day_of(plan: PeakPlan, *, now: datetime = AFTER) -> dict[datetime, HalfHour]:
    return {row.starts_at: row for row in demand_link.plan_against_actual(plan, FIRST_ON, at=now)}


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


def test_contacts_are_summed_over_the_lines_of_the_teams_and_what_is_required_is_missed(
    plan: PeakPlan, team: Team, agent: Agent
) -> None:
    DutyFactory.create(agent=agent, on=FIRST_ON)
    line, other = ServiceLineFactory.create_batch(2, team=team)
    made = Forecast.objects.create(line=line, made_at=NOW, first_on=FIRST_ON, last_on=FIRST_ON, days_known=1)
    for each, contacts in ((line, 30.4), (other, 9.8)):
        RequiredStaff.objects.create(
            line=each, forecast=made, on=FIRST_ON, starts_at=at(12), contacts=contacts,
            handling_seconds=300, agents=2, scheduled=3,
        )  # fmt: skip
        ContactVolumeFactory.create(line=each, starts_at=at(12), contacts=25)
    ContactVolumeFactory.create(starts_at=at(12))
    rows = day_of(plan)
    noon = rows[at(12)]
    assert (noon.forecast, noon.actual, noon.required, noon.missing) == (40, 50, 4, 4)
    assert (rows[at(13)].forecast, rows[at(13)].actual) == (None, 0)


def test_of_what_has_not_passed_nobody_says_how_many_came(plan: PeakPlan, team: Team) -> None:
    line = ServiceLineFactory.create(team=team)
    for start in (at(11, 30), at(12), at(23)):
        ContactVolumeFactory.create(line=line, starts_at=start, contacts=25)
    rows = day_of(plan, now=at(12, 10))
    came = {start: rows[at(*start)].actual for start in ((11,), (11, 30), (12,), (12, 30), (23,))}
    assert came == {(11,): 0, (11, 30): 25, (12,): None, (12, 30): None, (23,): None}


def test_of_a_day_that_nobody_counted_no_contacts_are_told(plan: PeakPlan) -> None:
    assert {(row.forecast, row.actual, row.required) for row in day_of(plan).values()} == {(None, None, None)}


def test_the_forecast_knows_the_phases_of_an_approved_plan_and_forgets_those_of_one_sent_back(
    plan: PeakPlan, team: Team, director: User
) -> None:
    DemandEventFactory.create()
    plans.approve(plan, by=director, at=NOW)
    event = DemandEvent.objects.get(team=team)
    assert (event.first_on, event.last_on, event.factor) == (FIRST_ON, FIRST_ON, 2.5)
    plans.send_back(plan, reason="x", by=director, at=NOW)
    assert not DemandEvent.objects.filter(team=team).exists()
    assert DemandEvent.objects.count() == 1


def test_a_plan_of_the_whole_department_has_all_its_teams(
    plan: PeakPlan, team: Team, stranger: Agent
) -> None:
    plan.teams.clear()
    assert set(demand_link.teams_of(plan)) == {team, stranger.team}
