"""The pages of handing a shift over. # S10"""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.models import User
from staffing import handover_sources
from staffing.models import Agent, HandOver
from tests.daily_factories import Errands, HandOverFactory
from tests.factories import NOW, agent_on_duty

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("errands")]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def errands(monkeypatch) -> Errands:
    source = Errands()
    monkeypatch.setattr(handover_sources, "_registered", {source.key: source})
    return source


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_handover_{page}", args=args)


def test_the_page_lists_what_is_open_and_hands_it_over(client, agent: Agent, errands: Errands) -> None:
    errands.add(agent, "7", due_at=NOW)
    client.force_login(agent.user)
    page = client.get(url("shift")).content.decode()
    assert "E7" in page
    assert "寄件" in page
    assert not HandOver.objects.exists()
    answer = client.post(url("shift"), {"note": "看好", "remark:errand:7": "等回音"})
    made = HandOver.objects.get()
    assert answer.headers["Location"] == url("change", made.pk)
    assert (made.note, made.lines.get().remark, made.written_by) == ("看好", "等回音", agent.user)
    told = client.get(url("change", made.pk)).content.decode()
    assert "等回音" in told
    assert "看好" in told


def test_leaving_a_line_out_of_the_form_leaves_nothing_out(client, agent: Agent, errands: Errands) -> None:
    errands.add(agent, "7")
    client.force_login(agent.user)
    client.post(url("shift"), {})
    assert HandOver.objects.get().lines.count() == 1


def test_a_refusal_comes_back_on_the_form(client, agent: Agent, stranger: Agent) -> None:
    client.force_login(agent.user)
    page = client.post(url("shift"), {"note": "字" * 1001})
    assert page.context["form"].errors["note"]
    assert client.post(url("shift"), {"receiver": stranger.pk}).context["form"].errors["receiver"]
    assert not HandOver.objects.exists()


def test_a_supervisor_hands_over_for_somebody_of_the_team(
    client, supervisor: User, agent: Agent, stranger: Agent
) -> None:
    client.force_login(supervisor)
    client.post(f"{url('shift')}?agent={agent.pk}", {})
    assert HandOver.objects.get().agent == agent
    assert client.post(f"{url('shift')}?agent={stranger.pk}", {}).status_code == 403


def test_a_colleague_is_handed_over_by_nobody_else(client, agent: Agent) -> None:
    mate = agent_on_duty(team=agent.team)
    client.force_login(mate.user)
    assert client.get(f"{url('shift')}?agent={agent.pk}").context["form"] is None
    assert client.post(f"{url('shift')}?agent={agent.pk}", {}).status_code == 403


def test_what_waits_is_acknowledged_in_a_dialog_by_post(client, agent: Agent) -> None:
    made, mate = HandOverFactory.create(agent=agent), agent_on_duty(team=agent.team)
    client.force_login(mate.user)
    assert list(client.get(url("shift")).context["waiting"]) == [made]
    assert client.get(url("change", made.pk)).context["may_acknowledge"]
    client.get(url("acknowledge", made.pk))
    assert HandOver.objects.waiting().exists()
    assert client.post(url("acknowledge", made.pk), {"_form_submitted": "on"})["HX-Refresh"] == "true"
    assert HandOver.objects.get().acknowledged_by == mate.user
    told = client.post(url("acknowledge", made.pk), {"_form_submitted": "on"})
    assert told.context["form"].non_field_errors()


def test_a_foreign_hand_over_is_not_found(client, stranger: Agent, agent: Agent) -> None:
    made = HandOverFactory.create(agent=agent)
    client.force_login(stranger.user)
    assert client.get(url("change", made.pk)).status_code == 302
    assert client.get(url("acknowledge", made.pk)).status_code == 404
    assert list(client.get(url("shift")).context["waiting"]) == []


def test_a_line_that_was_done_since_says_so(client, agent: Agent, errands: Errands) -> None:
    errands.add(agent, "7")
    client.force_login(agent.user)
    client.post(url("shift"), {})
    made = HandOver.objects.get()
    assert not client.get(url("change", made.pk)).context["told"][0].is_done
    errands.found.clear()
    assert client.get(url("change", made.pk)).context["told"][0].is_done


def test_the_list_is_narrowed_to_who_did_not_hand_over(client, supervisor: User, agent: Agent) -> None:
    owed = HandOverFactory.create(agent=agent, is_owed=True)
    HandOverFactory.create(agent=agent)
    client.force_login(supervisor)
    rows = client.get(url("changelist"), {"state__exact": "owed"}).context["cl"].result_list
    assert list(rows) == [owed]


def test_many_that_wait_ask_no_more_of_the_database(
    client, supervisor: User, agent: Agent, django_assert_max_num_queries
) -> None:
    client.force_login(supervisor)
    HandOverFactory.create(agent=agent)
    with CaptureQueriesContext(connection) as few:
        client.get(url("shift"))
    for _number in range(20):
        HandOverFactory.create(agent=agent_on_duty(team=agent.team))
    with django_assert_max_num_queries(len(few)):
        assert len(client.get(url("shift")).context["waiting"]) == 21
