from datetime import date, timedelta

import pytest

from portal.models import User
from staffing import figures
from staffing.models import Agent
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    agent_on_duty,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def crew(agent: Agent) -> list[Agent]:
    """Of one team: one there in time, one late, one missing, one there without a shift; and a stranger."""
    late, missing, unplanned = AgentFactory.create_batch(3, team=agent.team)
    AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    AttendanceFactory.create(duty=DutyFactory.create(agent=late), late_by=timedelta(minutes=12))
    DutyFactory.create(agent=missing)
    AttendanceFactory.create(agent=unplanned, duty=None, signed_in_at=NOW - timedelta(hours=1))
    agent_on_duty()
    return [agent, late, missing, unplanned]


# S6


def test_presences_are_those_planned_or_there_that_one_may_see(crew: list[Agent], supervisor: User) -> None:
    there = {person.agent_id: person for person in figures.presences(supervisor, NOW)}
    assert set(there) == {agent.pk for agent in crew}
    in_time, late, missing, unplanned = (there[agent.pk] for agent in crew)
    assert in_time.is_on_duty
    assert (in_time.shift.name, in_time.shift.hours) == ("白班", "09:00–18:00")
    assert late.late_by == timedelta(minutes=12)
    assert missing.is_missing
    assert missing.signed_in_at is None
    assert unplanned.is_present
    assert not unplanned.is_on_duty
    assert unplanned.shift is None


@pytest.mark.usefixtures("crew")
def test_the_counts_of_a_team_add_up(supervisor: User) -> None:
    (count,) = figures.count_by_team(figures.presences(supervisor, NOW))
    assert (count.team, count.planned, count.present, count.missing) == ("售后一组", 3, 2, 1)
    assert (count.late, count.outside) == (1, 1)


def test_presences_of_one_team(crew: list[Agent], administrator: User) -> None:
    assert len(figures.presences(administrator, NOW)) == 5
    assert len(figures.presences(administrator, NOW, team_id=crew[0].team_id)) == 4


@pytest.mark.usefixtures("crew")
def test_presences_take_the_same_three_queries_however_many_there_are(
    administrator: User, django_assert_num_queries
) -> None:
    administrator.role_codes  # noqa: B018 - read once per request
    with django_assert_num_queries(3):
        figures.presences(administrator, NOW)


def test_the_standing_of_an_agent_tells_the_running_and_the_next_shift(agent: Agent) -> None:
    DutyFactory.create(agent=agent, on=TODAY - DAY)
    today, tomorrow = DutyFactory.create(agent=agent), DutyFactory.create(agent=agent, on=TODAY + DAY)
    DutyFactory.create(agent=agent, on=TODAY + 2 * DAY)
    AttendanceFactory.create(duty=today)
    standing = figures.standing_of(agent, NOW)
    assert standing.current.duty_id == today.pk
    assert standing.following.duty_id == tomorrow.pk
    assert standing.signed_in_at == today.starts_at


def test_an_agent_without_shifts_has_an_empty_standing(agent: Agent) -> None:
    DutyFactory.create(agent=agent, is_draft=True)
    assert figures.standing_of(agent, NOW) == figures.Standing(None, None, None, None)


# S3, first cut


def test_a_week_holds_each_shift_on_the_day_it_starts(agent: Agent, django_assert_num_queries) -> None:
    monday = date(2026, 3, 9)
    night = DutyFactory.create(
        agent=agent, on=date(2026, 3, 15), shift_type=ShiftTypeFactory.create(is_night=True)
    )
    DutyFactory.create(agent=agent, on=date(2026, 3, 8))
    DutyFactory.create(agent=agent, on=date(2026, 3, 10), is_cancelled=True)
    people = list(Agent.objects.select_related("user", "team"))
    with django_assert_num_queries(1):
        (row,) = figures.week_of(people, monday, today=TODAY)
    assert [cell.on.day for cell in row.cells] == [9, 10, 11, 12, 13, 14, 15]
    assert [cell.is_today for cell in row.cells].index(True) == 2
    assert [shift.duty_id for cell in row.cells for shift in cell.shifts] == [night.pk]
    assert row.cells[6].shifts[0].hours == "22:00–06:00 +1"


def test_a_week_tells_on_which_days_somebody_is_not_employed(team: object) -> None:
    AgentFactory.create(team=team, has_left=True)
    (row,) = figures.week_of(Agent.objects.select_related("user", "team"), date(2026, 3, 9), today=TODAY)
    assert [cell.is_employed for cell in row.cells] == [True, True, False, False, False, False, False]


# S1


def test_expiring_certificates_are_counted_within_what_one_may_see(
    agent: Agent, supervisor: User, administrator: User
) -> None:
    CertificateFactory.create(agent=agent, valid_until=TODAY + 3 * DAY)
    CertificateFactory.create(valid_until=TODAY + 3 * DAY)
    assert figures.expiring_certificates(supervisor, TODAY) == 1
    assert figures.expiring_certificates(administrator, TODAY) == 2
