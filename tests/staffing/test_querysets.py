from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.choices import Role
from staffing.models import Agent, Attendance, Certificate, DutyAssignment, Team
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    SkillFactory,
    TeamFactory,
    UserFactory,
    agent_on_duty,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


# S1, X1


@pytest.mark.parametrize(
    "role", [Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR]
)
def test_who_looks_after_the_department_sees_every_team(role: Role) -> None:
    agent = AgentFactory.create()
    user = UserFactory.create(roles=[role])
    assert list(Agent.objects.visible_to(user)) == [agent]
    assert list(Team.objects.visible_to(user)) == [agent.team]


def test_a_connected_system_sees_every_team() -> None:
    agent = AgentFactory.create()
    assert list(Agent.objects.visible_to(UserFactory.create(is_system=True))) == [agent]


def test_others_see_the_teams_they_belong_to_or_lead_and_each_row_once() -> None:
    mine, colleague = (AgentFactory.create(team=team) for team in [TeamFactory.create()] * 2)
    led = AgentFactory.create(team=TeamFactory.create(leader=mine))
    stranger = AgentFactory.create()
    people = [mine, colleague, led]
    for agent in [*people, stranger]:
        CertificateFactory.create(agent=agent)
        AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    assert set(Agent.objects.visible_to(mine.user)) == set(people)
    assert Agent.objects.visible_to(mine.user).count() == 3
    for model in (Certificate, DutyAssignment, Attendance):
        rows = model.objects.visible_to(mine.user)
        assert {row.agent for row in rows} == set(people)
        assert rows.count() == 3


def test_somebody_outside_every_team_sees_nobody() -> None:
    AgentFactory.create()
    user = UserFactory.create(roles=[Role.FULFILMENT])
    assert not Agent.objects.visible_to(user).exists()
    assert not Team.objects.visible_to(user).exists()


def test_visibility_is_part_of_the_one_query() -> None:
    agent = AgentFactory.create()
    agent.user.role_codes  # noqa: B018 - read once per request, not part of the list
    with CaptureQueriesContext(connection) as queries:
        list(Agent.objects.visible_to(agent.user))
    assert len(queries) == 1


def test_employment_lasts_from_the_first_to_the_last_day() -> None:
    agent = AgentFactory.create(joined_on=date(2026, 3, 1), left_on=date(2026, 3, 31))
    for on, is_employed in [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ]:
        assert Agent.objects.employed(on).exists() is is_employed
        assert agent.is_employed(on) is is_employed


# S1, C6


def test_a_certificate_counts_from_its_first_to_its_last_day() -> None:
    certificate = CertificateFactory.create(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))
    for on, counts in [
        (date(2026, 2, 28), False),
        (date(2026, 3, 1), True),
        (date(2026, 3, 31), True),
        (date(2026, 4, 1), False),
    ]:
        assert Agent.objects.certified(certificate.skill_id, on).exists() is counts


def test_a_revoked_certificate_counts_until_the_day_before() -> None:
    certificate = CertificateFactory.create(is_revoked=True)
    assert not Agent.objects.certified(certificate.skill_id, TODAY).exists()
    assert Agent.objects.certified(certificate.skill_id, TODAY - timedelta(days=1)).exists()


def test_the_certificate_of_another_skill_does_not_count() -> None:
    CertificateFactory.create()
    assert not Agent.objects.certified(SkillFactory.create().pk, TODAY).exists()


def test_a_certificate_is_expiring_in_its_last_thirty_days_unless_renewed() -> None:
    soon = CertificateFactory.create(valid_until=TODAY + timedelta(days=30))
    CertificateFactory.create(valid_until=TODAY + timedelta(days=31))
    CertificateFactory.create(is_expired=True)
    renewed = CertificateFactory.create(valid_until=TODAY + timedelta(days=3))
    CertificateFactory.create(
        agent=renewed.agent,
        skill=renewed.skill,
        cycle=2,
        valid_from=TODAY + timedelta(days=4),
        valid_until=TODAY + timedelta(days=300),
    )
    assert list(Certificate.objects.expiring(TODAY)) == [soon]


# S6, C6


def test_on_duty_is_on_a_published_shift_and_signed_in() -> None:
    present = agent_on_duty(at=NOW)
    absent = DutyFactory.create().agent
    drafted = AttendanceFactory.create(duty=DutyFactory.create(is_draft=True)).agent
    unplanned = AttendanceFactory.create(agent=AgentFactory.create(), duty=None, signed_in_at=NOW).agent
    assert list(Agent.objects.on_duty(NOW)) == [present]
    assert set(Agent.objects.on_shift(NOW)) == {present, absent}
    assert set(Agent.objects.signed_in(NOW)) == {present, drafted, unplanned}


def test_a_shift_covers_its_start_but_not_its_end() -> None:
    duty = DutyFactory.create()
    assert DutyAssignment.objects.covering(duty.starts_at).exists()
    assert not DutyAssignment.objects.covering(duty.starts_at - timedelta(seconds=1)).exists()
    assert DutyAssignment.objects.covering(duty.ends_at - timedelta(seconds=1)).exists()
    assert not DutyAssignment.objects.covering(duty.ends_at).exists()


def test_a_night_covers_the_next_morning() -> None:
    duty = DutyFactory.create(shift_type=ShiftTypeFactory.create(is_night=True))
    assert DutyAssignment.objects.covering(duty.ends_at - HOUR).exists()


def test_who_has_signed_out_is_not_present() -> None:
    duty = DutyFactory.create()
    AttendanceFactory.create(duty=duty, signed_out_at=NOW)
    assert Agent.objects.on_duty(NOW - timedelta(seconds=1)).exists()
    assert not Agent.objects.on_duty(NOW).exists()


def test_yesterdays_forgotten_sign_out_makes_nobody_present_today() -> None:
    duty = DutyFactory.create(on=TODAY - timedelta(days=1))
    attendance = AttendanceFactory.create(duty=duty)
    DutyFactory.create(agent=duty.agent, on=TODAY)
    assert not Agent.objects.on_duty(NOW).exists()
    assert list(Attendance.objects.forgotten(duty.ends_at + 2 * HOUR)) == [attendance]
    assert not Attendance.objects.forgotten(duty.ends_at + 2 * HOUR - timedelta(seconds=1)).exists()


def test_an_attendance_without_a_shift_is_forgotten_after_twelve_hours() -> None:
    AttendanceFactory.create(agent=AgentFactory.create(), duty=None, signed_in_at=NOW)
    assert Attendance.objects.present(NOW + 12 * HOUR - timedelta(seconds=1)).exists()
    assert not Attendance.objects.present(NOW + 12 * HOUR).exists()
    assert Attendance.objects.forgotten(NOW + 12 * HOUR).exists()
