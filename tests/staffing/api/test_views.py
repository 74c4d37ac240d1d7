from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from portal import clients
from portal.choices import Role, Scope
from portal.models import User
from staffing.models import Agent
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    SkillFactory,
    UserFactory,
    agent_on_duty,
)

pytestmark = pytest.mark.django_db

AGENTS, DUTY = "/api/v1/agents/", "/api/v1/duty/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop(administrator: User) -> APIClient:
    """A connected system that may read staffing."""
    _client, token = clients.create("排班屏", scopes=[Scope.STAFFING_READ], by=administrator, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


def numbers(response) -> list[str]:
    assert response.status_code == 200, response.content
    return sorted(row["staff_no"] for row in response.json()["results"])


# S1, S6, X5


def test_agents_are_told_with_their_valid_skills(shop: APIClient) -> None:
    agent = AgentFactory.create(staff_no="CS7", user__name="王磊")
    CertificateFactory.create(agent=agent, skill=SkillFactory.create(code="refund", name="退款"))
    CertificateFactory.create(agent=agent, is_expired=True)
    AgentFactory.create(has_left=True)
    assert shop.get(AGENTS).json() == {
        "results": [
            {
                "staff_no": "CS7",
                "name": "王磊",
                "team": agent.team.name,
                "position": "客服专员",
                "employment": "full_time",
                "weekly_hours": None,
                "skills": [{"code": "refund", "name": "退款", "valid_until": "2026-12-31"}],
            }
        ],
        "next": None,
    }


def test_agents_are_filtered_by_team_skill_and_presence(shop: APIClient) -> None:
    skill = SkillFactory.create(code="refund")
    present = agent_on_duty(skill, staff_no="A1")
    absent = AgentFactory.create(staff_no="A2", team=present.team)
    AgentFactory.create(staff_no="A3")
    assert numbers(shop.get(AGENTS, {"team": absent.team.name})) == ["A1", "A2"]
    assert numbers(shop.get(AGENTS, {"skill": "refund"})) == ["A1"]
    assert numbers(shop.get(AGENTS, {"skill": "unknown"})) == []
    assert numbers(shop.get(AGENTS, {"on_duty": "true"})) == ["A1"]
    assert numbers(shop.get(AGENTS, {"on_duty": "false"})) == ["A2", "A3"]


def test_agents_come_by_pages(shop: APIClient) -> None:
    AgentFactory.create_batch(3)
    first = shop.get(AGENTS, {"limit": 2}).json()
    second = shop.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)


def test_agents_take_the_same_queries_however_many_there_are(
    shop: APIClient, django_assert_max_num_queries
) -> None:
    for agent in AgentFactory.create_batch(10):
        CertificateFactory.create(agent=agent)
    shop.get(AGENTS)
    with django_assert_max_num_queries(8):
        shop.get(AGENTS)


def test_duty_tells_the_shifts_of_an_instant_and_who_is_there(shop: APIClient) -> None:
    night = ShiftTypeFactory.create(is_night=True)
    there = DutyFactory.create(shift_type=night, agent__staff_no="N1")
    AttendanceFactory.create(
        duty=there, signed_in_at=there.starts_at + timedelta(minutes=10), late_by=timedelta(minutes=10)
    )
    DutyFactory.create(shift_type=night, agent__staff_no="N2")
    DutyFactory.create(agent__staff_no="D1")
    asked = {"at": "2026-03-12T01:00:00+08:00"}
    rows = {row["staff_no"]: row for row in shop.get(DUTY, asked).json()["results"]}
    assert set(rows) == {"N1", "N2"}
    assert rows["N1"] == {
        "staff_no": "N1",
        "name": there.agent.user.name,
        "team": there.agent.team.name,
        "shift": "N",
        "shift_name": "夜班",
        "on": TODAY.isoformat(),
        "starts_at": "2026-03-11T22:00:00+08:00",
        "ends_at": "2026-03-12T06:00:00+08:00",
        "signed_in_at": "2026-03-11T22:10:00+08:00",
        "late_seconds": 600,
    }
    assert rows["N2"]["signed_in_at"] is None
    assert numbers(shop.get(DUTY, asked | {"signed_in": "true"})) == ["N1"]
    assert numbers(shop.get(DUTY, asked | {"signed_in": "false"})) == ["N2"]


def test_duty_without_an_instant_is_now_and_leaves_out_drafts(shop: APIClient) -> None:
    DutyFactory.create(agent__staff_no="D1")
    DutyFactory.create(is_draft=True)
    DutyFactory.create(on=TODAY + timedelta(days=1))
    assert numbers(shop.get(DUTY)) == ["D1"]
    assert numbers(shop.get(DUTY, {"team": "nobody"})) == []


@pytest.mark.parametrize(
    "asked", [{"at": "yesterday"}, {"agent__user__username": "x"}, {"signed_in": "perhaps"}]
)
def test_what_cannot_be_asked_is_refused(shop: APIClient, asked: dict[str, str]) -> None:
    response = shop.get(DUTY, asked)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


# X1


@pytest.mark.parametrize("address", [AGENTS, DUTY])
def test_a_system_without_the_scope_reads_nothing(administrator: User, address: str) -> None:
    _client, token = clients.create("商城", scopes=[Scope.TICKETS_READ], by=administrator, at=NOW)
    api = APIClient()
    assert api.get(address).status_code == 401
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert api.get(address).status_code == 403
    assert api.post(address, {}).status_code == 403


def test_a_person_sees_the_own_team_only(agent: Agent, stranger: Agent, supervisor: User) -> None:
    for person in (agent, stranger):
        DutyFactory.create(agent=person)
    api = APIClient()
    api.force_login(supervisor)
    assert numbers(api.get(AGENTS)) == sorted([agent.staff_no, supervisor.agent.staff_no])
    assert numbers(api.get(DUTY)) == [agent.staff_no]


def test_a_person_without_the_right_reads_nothing() -> None:
    api = APIClient()
    api.force_login(UserFactory.create(roles=[Role.FULFILMENT]))
    assert api.get(AGENTS).status_code == 403
    assert api.get(DUTY).status_code == 403


@pytest.mark.parametrize(
    "at",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "1999-12-31T00:00:00Z",
    ],
)
def test_an_instant_that_nobody_means_is_refused(shop: APIClient, at: str) -> None:  # X5
    answer = shop.get(DUTY, {"at": at})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["at"]
