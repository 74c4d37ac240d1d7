"""S5 X5: requests over HTTP: systems read without reasons, people ask and decide as themselves."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from portal import clients
from portal.choices import Role, Scope
from staffing.api.request_bodies import MOST_SHIFTS
from staffing.choices import RequestState
from staffing.models import StaffRequest
from staffing.requests import swaps
from tests.factories import NOW, TODAY, AgentFactory, UserFactory
from tests.request_factories import TOMORROW, ahead, given_away, leave_asked, overtime_asked, swap_asked

pytestmark = pytest.mark.django_db

REQUESTS = "/api/v1/requests/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def colleague(agent):
    return AgentFactory.create(team=agent.team, user__name="同事")


def signed_in(user) -> APIClient:
    api = APIClient()
    api.force_login(user)
    return api


@pytest.fixture
def screen(administrator) -> APIClient:
    _client, token = clients.create("排班屏", scopes=[Scope.STAFFING_READ], by=administrator, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


def test_a_system_reads_requests_without_their_reasons(screen, agent):
    leave_asked(agent, reason="腰椎间盘突出")
    (row,) = screen.get(REQUESTS, {"state": "waiting", "kind": "leave"}).json()["results"]
    assert (row["staff_no"], row["first_on"]) == (agent.staff_no, TOMORROW.isoformat())
    assert (row["reason"], row["leave_kind"]) == (None, None)


def test_a_system_asks_for_nothing(screen):
    assert screen.post(REQUESTS, {"kind": "leave"}, format="json").status_code == 403


def test_one_lists_what_is_ones_own(agent, colleague):
    leave_asked(agent)
    leave_asked(colleague)
    (row,) = signed_in(agent.user).get(REQUESTS).json()["results"]
    assert (row["staff_no"], row["reason"]) == (agent.staff_no, "发烧")


def test_leave_is_asked_for_and_approved(agent, supervisor):
    shift = ahead(agent)
    body = {"kind": "leave", "leave_kind": "sick", "first_on": TOMORROW, "last_on": TOMORROW}
    made = signed_in(agent.user).post(REQUESTS, body, format="json")
    assert made.status_code == 201, made.content
    path = f"{REQUESTS}{made.json()['id']}/approve/"
    answer = signed_in(supervisor).post(path, {"revision": 1}, format="json").json()
    assert (answer["state"], answer["shifts"][0]["shift"]) == (RequestState.APPROVED, shift.shift_type.code)


def test_the_same_key_asks_once(agent):
    body = {"kind": "leave", "leave_kind": "sick", "first_on": TOMORROW, "last_on": TOMORROW}
    api = signed_in(agent.user)
    for _time in range(2):
        answer = api.post(REQUESTS, body, format="json", headers={"Idempotency-Key": "k1"})
        assert answer.status_code == 201
    assert StaffRequest.objects.count() == 1


def test_swap_give_away_and_overtime_name_shifts_by_day_and_code(agent, colleague):
    ahead(agent, days=1)
    ahead(agent, days=4)
    ahead(colleague, days=2)
    named = [{"on": TODAY + timedelta(days=days), "shift": "D"} for days in (1, 2, 4, 6)]
    api = signed_in(agent.user)
    for body in (
        {"kind": "swap", "given": named[:1], "taken": named[1:2], "counterpart": colleague.staff_no},
        {"kind": "give_away", "given": named[2:3]},
        {"kind": "overtime", "taken": named[3:]},
    ):
        answer = api.post(REQUESTS, body, format="json")
        assert answer.status_code == 201, answer.content
    assert api.post(REQUESTS, {"kind": "give_away", "given": named[3:]}, format="json").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "leave"},
        {"kind": "swap", "given": []},
        {"kind": "leave", "leave_kind": "sick", "first_on": "9999-12-31", "last_on": "9999-12-31"},
        {
            "kind": "leave",
            "leave_kind": "sick",
            "first_on": "2026-03-12",
            "last_on": "2026-03-12",
            "ends": "9:00",
        },
    ],
)
def test_what_is_missing_is_named(agent, body):
    answer = signed_in(agent.user).post(REQUESTS, body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize("side", ["given", "taken"])
def test_a_request_names_so_many_shifts_and_no_more(agent, side, django_assert_max_num_queries):
    ahead(agent)
    body = {"kind": "swap", side: [{"on": TOMORROW, "shift": "D"}] * (MOST_SHIFTS + 1)}
    with django_assert_max_num_queries(MOST_SHIFTS):
        answer = signed_in(agent.user).post(REQUESTS, body, format="json")
    assert answer.status_code == 400
    assert answer.json()["errors"].keys() == {side}


def test_who_is_no_agent_says_for_whom(director):
    body = {"kind": "leave", "leave_kind": "sick", "first_on": TOMORROW, "last_on": TOMORROW}
    assert signed_in(director).post(REQUESTS, body, format="json").status_code == 400


@pytest.fixture
def director():
    return UserFactory.create(roles=[Role.DIRECTOR])


def test_an_offer_is_taken_once(agent, colleague):
    request = given_away(agent)
    path = f"{REQUESTS}{request.pk}/accept/"
    third = AgentFactory.create(team=agent.team)
    assert signed_in(colleague.user).post(path, {"revision": 1}, format="json").status_code == 200
    late = signed_in(third.user).post(path, {"revision": 1}, format="json")
    assert late.status_code == 404, "an offer that is taken is out of the others' sight"


def test_an_act_on_an_old_revision_is_stale(agent, colleague):
    request = swap_asked(agent, colleague)
    path = f"{REQUESTS}{request.pk}/decline/"
    assert signed_in(colleague.user).post(path, {"revision": 2}, format="json").status_code == 412
    assert signed_in(colleague.user).post(path, {"revision": 1}, format="json").json()["state"] == "declined"


def test_a_part_is_taken_by_its_ids(agent, colleague):
    given = [ahead(agent, days=1), ahead(agent, days=2)]
    request = swaps.give_away(agent, given=given, by=agent.user, at=NOW)
    only = [request.shifts.get(duty=given[1]).pk]
    answer = signed_in(colleague.user).post(
        f"{REQUESTS}{request.pk}/accept/", {"revision": 1, "only": only}, format="json"
    )
    assert [line["is_dropped"] for line in answer.json()["shifts"]] == [True, False]


def test_what_the_rules_refuse_is_a_conflict(agent, supervisor):
    request = overtime_asked(agent)
    ahead(agent)
    path = f"{REQUESTS}{request.pk}/approve/"
    assert signed_in(supervisor).post(path, {"revision": 1}, format="json").status_code == 409


def test_nobody_decides_his_own_over_http(supervisor):
    request = leave_asked(supervisor.agent)
    path = f"{REQUESTS}{request.pk}/refuse/"
    answer = signed_in(supervisor).post(path, {"revision": 1, "reason": "否"}, format="json")
    assert answer.status_code == 403
