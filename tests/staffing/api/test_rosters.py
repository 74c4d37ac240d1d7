"""S3, X5: the rosters that are out."""

from datetime import timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from portal import clients
from portal.choices import Scope
from staffing.rosters import editing, publishing
from staffing.rosters.editing import CellChange
from tests.factories import NOW, RosterFactory, ShiftTypeFactory

pytestmark = pytest.mark.django_db

ROSTERS = "/api/v1/rosters/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def shop() -> APIClient:
    _client, token = clients.create("排班屏", scopes=[Scope.STAFFING_READ], by=None, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


@pytest.fixture
def roster(agent):
    """Published with one shift; another has been drafted since."""
    ShiftTypeFactory.create()
    roster = RosterFactory.create(team=agent.team)
    plan(roster, agent, roster.first_on)
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, roster.last_on)
    return roster


def plan(roster, agent, on):
    editing.change_cells(roster, [CellChange(agent.pk, on, ("D",))], by=None, at=NOW)


def test_a_system_reads_what_is_out_and_no_draft(shop, roster, agent):
    RosterFactory.create(team=agent.team, first_on=roster.first_on + timedelta(days=7))
    (listed,) = shop.get(ROSTERS).json()["results"]
    detail = shop.get(f"{ROSTERS}{listed['id']}/").json()
    assert (listed["team"], listed["version"]) == (agent.team.name, 1)
    assert [(duty["staff_no"], duty["on"], duty["shift"]) for duty in detail["duties"]] == [
        (agent.staff_no, roster.first_on.isoformat(), "D")
    ]


def test_it_is_found_by_day_and_team(shop, roster):
    assert shop.get(ROSTERS, {"on": str(roster.last_on)}).json()["results"]
    assert not shop.get(ROSTERS, {"on": str(roster.last_on + timedelta(days=1))}).json()["results"]
    assert not shop.get(ROSTERS, {"team": "?"}).json()["results"]


def test_people_read_those_of_their_own_teams(roster, supervisor, agent, stranger):
    api = APIClient()
    for member in (supervisor, agent.user):
        api.force_login(member)
        assert len(api.get(ROSTERS).json()["results"]) == 1
    api.force_login(stranger.user)
    assert api.get(ROSTERS).json()["results"] == []
    assert api.get(f"{ROSTERS}{roster.pk}/").status_code == 404


def test_the_detail_costs_the_same_however_many_shifts(shop, roster, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        shop.get(f"{ROSTERS}{roster.pk}/")
