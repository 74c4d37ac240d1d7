"""S3: the grid of a roster, and what it answers to its script."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from staffing.choices import RuleCode
from staffing.models import Agent, DutyAssignment, Roster, ShiftType
from tests.factories import (
    NOW,
    AgentFactory,
    RestrictionFactory,
    RosterFactory,
    ShiftTypeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture
def roster(agent: Agent) -> Roster:
    return RosterFactory.create(team=agent.team)


@pytest.fixture
def director() -> User:
    return UserFactory.create(roles=[Role.DIRECTOR])


def url(page: str, roster: Roster) -> str:
    return reverse(f"admin:staffing_roster_{page}", args=[roster.pk])


def change(agent: Agent, on: object, *codes: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"agent": agent.pk, "on": str(on), "codes": list(codes), "seen": list(seen)}


def send(client, roster: Roster, *changes: Any, revision: Any = 0):
    body = {"revision": revision, "changes": list(changes)}
    return client.post(url("cells", roster), json.dumps(body), content_type="application/json")


# Who may


def test_the_supervisor_of_the_team_changes_cells(client, supervisor, agent, roster):
    client.force_login(supervisor)
    answer = send(client, roster, change(agent, roster.first_on, "D")).json()
    assert answer["refused"] == []
    assert answer["cells"] == [[agent.pk, str(roster.first_on), [["D", "d"]]]]
    assert answer["revision"] == 1
    assert DutyAssignment.objects.get().agent == agent


@pytest.mark.parametrize("page", ["grid", "data", "changes", "cell", "publish", "versions"])
def test_another_teams_supervisor_finds_no_roster(client, roster, page):
    client.force_login(AgentFactory.create(user__roles=[Role.SUPERVISOR]).user)
    assert client.get(url(page, roster)).status_code == 404


def test_another_teams_supervisor_changes_nothing(client, agent, roster):
    client.force_login(AgentFactory.create(user__roles=[Role.SUPERVISOR]).user)
    assert send(client, roster, change(agent, roster.first_on, "D")).status_code == 404
    assert not DutyAssignment.objects.exists()


def test_the_director_looks_and_changes_nothing(client, director, agent, roster):
    client.force_login(director)
    page = client.get(url("grid", roster))
    assert page.context["settings"]["mayEdit"] is False
    assert "roster-brush" not in page.content.decode()
    refused = send(client, roster, change(agent, roster.first_on, "D"))
    assert refused.status_code == 403
    assert refused.json()["error"]
    assert client.get(url("publish", roster)).status_code == 403


def test_who_is_protected_is_told_to_those_who_plan_and_not_to_the_director(
    client, director, supervisor, agent, roster
):
    night = ShiftTypeFactory.create(code="N", starts="20:00", ends="08:00")
    RestrictionFactory.create(agent=agent)
    client.force_login(supervisor)
    assert send(client, roster, change(agent, roster.first_on, night.code)).json()["refused"] == []
    for user, is_told in ((supervisor, True), (director, False)):
        client.force_login(user)
        answers = [client.get(url("grid", roster)).context["grid"], client.get(url("data", roster)).json()]
        answers.append(client.get(url("changes", roster), {"since": 0}).json())
        for answer in answers:
            told = {breach["rule"] for breach in answer["breaches"]}
            assert (str(RuleCode.PROTECTED_NIGHT.label) in told) is is_told


@pytest.mark.parametrize("page", ["grid", "data", "changes", "cells", "pins", "cell", "publish", "versions"])
def test_who_does_not_plan_sees_no_roster(client, agent, roster, page):
    Roster.objects.update(version=1)
    client.force_login(agent.user)
    answer = client.post(url(page, roster)) if page in {"cells", "pins"} else client.get(url(page, roster))
    assert answer.status_code == 403


def test_without_the_forms_token_nothing_is_changed(supervisor, agent, roster):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(supervisor)
    assert send(careful, roster, change(agent, roster.first_on, "D")).status_code == 403
    assert not DutyAssignment.objects.exists()


@pytest.mark.parametrize("page", ["cells", "pins"])
def test_a_look_changes_nothing(client, supervisor, roster, page):
    client.force_login(supervisor)
    assert client.get(url(page, roster)).status_code == 405


# What is answered


def test_a_refusal_is_told_in_words_at_its_cell(client, supervisor, agent, roster):
    agent.left_on = roster.first_on
    agent.save()
    client.force_login(supervisor)
    answer = send(
        client, roster, change(agent, roster.last_on, "D"), change(agent, roster.first_on, "D")
    ).json()
    (refused,) = answer["refused"]
    assert (refused["agent"], refused["on"]) == (agent.pk, str(roster.last_on))
    assert "组员" in refused["refusal"]
    assert DutyAssignment.objects.count() == 1


def test_the_later_is_told_who_was_quicker_and_what_stands_there(
    client, supervisor, administrator, agent, roster
):
    ShiftTypeFactory.create(is_night=True)
    client.force_login(supervisor)
    send(client, roster, change(agent, roster.first_on, "D"))
    client.force_login(administrator)
    answer = send(client, roster, change(agent, roster.first_on, "N")).json()
    (refused,) = answer["refused"]
    assert refused["is_stale"]
    assert "主管" in refused["refusal"]
    assert answer["cells"] == [[agent.pk, str(roster.first_on), [["D", "d"]]]]
    assert answer["edits"][0]["by"] == supervisor.pk


def test_the_answer_brings_what_others_have_changed(client, supervisor, administrator, agent, roster):
    other = AgentFactory.create(team=agent.team)
    client.force_login(administrator)
    send(client, roster, change(other, roster.first_on, "D"))
    client.force_login(supervisor)
    answer = send(client, roster, change(agent, roster.first_on, "D")).json()
    assert [cell[0] for cell in answer["cells"]] == sorted([agent.pk, other.pk])
    assert set(answer["agents"]) == {agent.pk, other.pk}


def test_the_answer_brings_breaches_in_words_and_the_hours(client, supervisor, agent, roster):
    ShiftTypeFactory.create(code="L", name="晚班", starts="14:00", ends="22:00")
    ShiftTypeFactory.create(code="E", name="晨班", starts="06:00", ends="14:00")
    client.force_login(supervisor)
    tuesday = roster.first_on.replace(day=roster.first_on.day + 1)
    answer = send(client, roster, change(agent, roster.first_on, "L"), change(agent, tuesday, "E")).json()
    (breach,) = answer["breaches"]
    assert (breach["agent"], breach["severity"]) == (agent.pk, "exception")
    assert "晨班" in breach["text"]
    assert answer["ledgers"][str(agent.pk)]["paid"] == 14 * 60
    assert set(answer["coverage"]) == {str(roster.first_on), str(tuesday)}


def test_news_are_asked_for_since_a_revision(client, supervisor, agent, roster):
    client.force_login(supervisor)
    send(client, roster, change(agent, roster.first_on, "D"))
    assert len(client.get(url("changes", roster), {"since": "0"}).json()["cells"]) == 1
    for nothing in ({"since": "1"}, {"since": "²"}, {"since": "9" * 25}, {}):
        assert client.get(url("changes", roster), nothing).json()["cells"] == []


def test_pins_are_set_and_released(client, supervisor, agent, roster):
    client.force_login(supervisor)
    cell = {"agent": agent.pk, "on": str(roster.first_on)}
    for is_pinned, expected in ((True, [[agent.pk, str(roster.first_on)]]), (False, [])):
        body = json.dumps({"cells": [cell], "is_pinned": is_pinned})
        answer = client.post(url("pins", roster), body, content_type="application/json")
        assert answer.json()["pins"] == expected


def test_a_cells_history_names_who_changed_it(client, supervisor, agent, roster):
    client.force_login(supervisor)
    send(client, roster, change(agent, roster.first_on, "D"))
    (edit,) = client.get(url("cell", roster), {"agent": agent.pk, "on": str(roster.first_on)}).json()["edits"]
    assert (edit["name"], edit["before"], edit["after"]) == ("主管", [], ["D"])
    assert (
        client.get(url("cell", roster), {"agent": agent.pk, "on": str(roster.last_on)}).json()["edits"] == []
    )


# What is no change of a roster


GOOD = {"agent": 1, "on": "2026-03-09", "codes": ["D"], "seen": []}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"D"',
        "[" * 100_000,
        json.dumps({"revision": 0}),
        json.dumps({"revision": 0, "changes": []}),
        json.dumps({"revision": 0, "changes": {"agent": 1}}),
        json.dumps({"revision": 0, "changes": [1]}),
        json.dumps({"revision": "0", "changes": [GOOD]}),
        json.dumps({"revision": True, "changes": [GOOD]}),
        json.dumps({"changes": [GOOD]}),
        *(
            json.dumps({"revision": 0, "changes": [GOOD | odd]})
            for odd in (
                {"agent": "1"},
                {"agent": None},
                {"agent": True},
                {"agent": -1},
                {"agent": 10**30},
                {"agent": 1.5},
                {"on": "2026-02-31"},
                {"on": "9999-12-31"},
                {"on": None},
                {"on": 20260309},
                {"codes": "D"},
                {"codes": [""]},
                {"codes": [["D"]]},
                {"codes": [None]},
                {"codes": ["D" * 11]},
                {"codes": ["D"] * 5},
                {"seen": None},
                {"seen": [1]},
            )
        ),
    ],
)
def test_what_is_no_change_is_refused(client, supervisor, roster, body):
    client.force_login(supervisor)
    answer = client.post(url("cells", roster), body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_change_of_too_many_cells_is_refused(client, supervisor, agent, roster):
    client.force_login(supervisor)
    cells = [change(agent, roster.first_on, "D")] * 2501
    assert send(client, roster, *cells).status_code == 400


def test_an_endless_body_is_refused(client, supervisor, roster):
    client.force_login(supervisor)
    answer = client.post(url("cells", roster), "x" * 3_000_000, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("agent_id", [0, 999_999, 2**63 - 1])
def test_a_cell_of_nobody_is_refused_at_the_cell(client, supervisor, roster, agent_id):
    client.force_login(supervisor)
    answer = send(client, roster, GOOD | {"agent": agent_id})
    assert answer.status_code == 200
    assert answer.json()["refused"]


@pytest.mark.parametrize("code", ["X", "\0", "<b>", "'"])
def test_a_code_that_is_none_is_refused_at_the_cell(client, supervisor, agent, roster, code):
    client.force_login(supervisor)
    (refused,) = send(client, roster, change(agent, roster.first_on, code)).json()["refused"]
    assert code in refused["refusal"]


def test_names_cannot_break_out_of_the_page(client, supervisor, agent, roster):
    agent.user.name = "</script><b>"
    agent.user.save()
    client.force_login(supervisor)
    assert "</script><b>" not in client.get(url("grid", roster)).content.decode()


# Ways in


def test_one_click_leads_to_the_roster_that_runs(client, supervisor, roster):
    RosterFactory.create()
    client.force_login(supervisor)
    assert client.get(reverse("admin:staffing_roster_current")).context["roster"] == roster


def test_the_next_one_is_shown_where_none_runs(client, supervisor, roster):
    RosterFactory.create(team=roster.team, first_on=roster.first_on - timedelta(days=7))
    Roster.objects.filter(pk=roster.pk).update(first_on=NOW.date() + timedelta(days=1))
    client.force_login(supervisor)
    assert client.get(reverse("admin:staffing_roster_current")).context["roster"] == roster


def test_without_a_roster_the_list_says_what_to_do(client, supervisor):
    client.force_login(supervisor)
    page = client.get(reverse("admin:staffing_roster_current"))
    assert page.status_code == 200
    assert page.context["cl"].result_count == 0


def test_a_roster_opens_as_its_grid(client, supervisor, roster):
    client.force_login(supervisor)
    assert client.get(url("change", roster)).headers["Location"] == url("grid", roster)
