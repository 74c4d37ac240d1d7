"""Duties: the list, the dialogs, the week."""

from html import unescape

import pytest
import time_machine
from django.urls import reverse

from portal.models import User
from staffing.choices import DutyState
from staffing.models import Agent, DutyAssignment, ShiftType
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    DutyFactory,
    RosterFactory,
    ShiftTypeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def day() -> ShiftType:
    return ShiftTypeFactory.create()


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_dutyassignment_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


# S2, S3 first cut


def test_a_click_on_a_cell_offers_its_person_and_day(client, supervisor: User, agent: Agent) -> None:
    client.force_login(supervisor)
    form = client.get(url("assign"), {"agent": agent.pk, "on": "2026-03-12"}).context["form"]
    assert form["agent"].value() == str(agent.pk)
    assert form["on"].value().isoformat() == "2026-03-12"
    assert not DutyAssignment.objects.exists()


def test_an_odd_cell_offers_nothing(client, supervisor: User) -> None:
    client.force_login(supervisor)
    assert client.get(url("assign"), {"agent": "x", "on": "2026-02-31"}).status_code == 200


def test_the_dialog_assigns(client, supervisor: User, agent: Agent, day: ShiftType) -> None:
    client.force_login(supervisor)
    given = {"agent": agent.pk, "on": "2026-03-12", "shift_type": day.pk}
    assert dialog(client, url("assign"), **given)["HX-Refresh"] == "true"
    assert DutyAssignment.objects.get().agent == agent


def test_a_clash_is_told_in_the_dialog(client, supervisor: User, agent: Agent, day: ShiftType) -> None:
    DutyFactory.create(agent=agent)
    client.force_login(supervisor)
    response = dialog(client, url("assign"), agent=agent.pk, on="2026-03-11", shift_type=day.pk)
    (told,) = response.context["form"].non_field_errors()
    assert "白班" in told
    assert told in unescape(response.content.decode())
    assert DutyAssignment.objects.count() == 1


def test_the_form_assigns_too(client, supervisor: User, agent: Agent, day: ShiftType) -> None:
    client.force_login(supervisor)
    given = {"agent": agent.pk, "on": "2026-03-12", "shift_type": day.pk, "note": "顶班"}
    assert client.post(url("add"), given).status_code == 302
    assert DutyAssignment.objects.get().note == "顶班"


def test_foreign_agents_cannot_be_assigned_cleared_or_put_in(
    client, supervisor: User, agent: Agent, stranger: Agent, day: ShiftType
) -> None:
    own, foreign = DutyFactory.create(agent=agent), DutyFactory.create(agent=stranger)
    client.force_login(supervisor)
    given = {"agent": stranger.pk, "on": "2026-03-12", "shift_type": day.pk}
    assert dialog(client, url("assign"), **given).context["form"].errors["agent"]
    assert client.post(url("add"), given).context["adminform"].form.errors["agent"]
    assert dialog(client, url("replace", own.pk), agent=stranger.pk).context["form"].errors["agent"]
    assert dialog(client, url("cancel", foreign.pk)).status_code == 404
    assert dialog(client, url("replace", foreign.pk), agent=agent.pk).status_code == 404
    client.post(url("changelist"), {"action": "cancel_chosen", "_selected_action": [foreign.pk]})
    assert DutyAssignment.objects.standing().count() == DutyAssignment.objects.count() == 2


def test_a_handler_plans_nothing(client, agent: Agent, day: ShiftType) -> None:
    own = DutyFactory.create(agent=agent)
    client.force_login(agent.user)
    given = {"agent": agent.pk, "on": "2026-03-12", "shift_type": day.pk}
    assert dialog(client, url("assign"), **given).status_code == 403
    assert client.post(url("add"), given).status_code == 403
    assert dialog(client, url("cancel", own.pk)).status_code == 403
    assert dialog(client, url("replace", own.pk)).status_code == 403


def test_a_duty_is_cleared_by_post_only(client, supervisor: User, agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    client.force_login(supervisor)
    client.get(url("cancel", duty.pk))
    duty.refresh_from_db()
    assert duty.state == DutyState.PUBLISHED
    dialog(client, url("cancel", duty.pk), reason="病假")
    duty.refresh_from_db()
    assert duty.state == DutyState.CANCELLED


def test_another_agent_takes_over(client, supervisor: User, agent: Agent) -> None:
    duty, deputy = DutyFactory.create(agent=agent), AgentFactory.create(team=agent.team)
    client.force_login(supervisor)
    dialog(client, url("replace", duty.pk), agent=deputy.pk, reason="病假")
    assert DutyAssignment.objects.standing().get().agent == deputy


def test_chosen_duties_are_cancelled_and_a_refusal_is_told(client, supervisor: User, agent: Agent) -> None:
    planned = DutyFactory.create(agent=AgentFactory.create(team=agent.team))
    worked = DutyFactory.create(agent=agent)
    AttendanceFactory.create(duty=worked)
    client.force_login(supervisor)
    chosen = {"action": "cancel_chosen", "_selected_action": [planned.pk, worked.pk]}
    text = client.post(url("changelist"), chosen, follow=True).content.decode()
    assert DutyAssignment.objects.standing().get() == worked
    assert "组员" in text


def test_a_duty_given_is_never_edited(client, administrator: User) -> None:
    duty = DutyFactory.create()
    client.force_login(administrator)
    assert client.post(url("change", duty.pk), {"on": "2030-01-01"}).status_code == 403


# The week


def test_the_week_shows_the_own_team_from_monday_on(client, supervisor: User, agent: Agent) -> None:
    DutyFactory.create(agent=agent, shift_type=ShiftTypeFactory.create(is_night=True))
    client.force_login(supervisor)
    response = client.get(url("week"))
    assert [day.isoformat() for day in response.context["days"]][::6] == ["2026-03-09", "2026-03-15"]
    assert {row.name for row in response.context["rows"]} == {"主管", "组员"}
    text = response.content.decode()
    assert "22:00–06:00 +1" in text
    assert f"{url('assign')}?agent={agent.pk}&amp;on=2026-03-13" in text


def test_the_week_of_a_foreign_team_is_not_shown(client, supervisor: User, stranger: Agent) -> None:
    client.force_login(supervisor)
    response = client.get(url("week"), {"team": stranger.team_id})
    assert "外组" not in response.content.decode()
    assert response.context["team"] == supervisor.agent.team


@pytest.mark.parametrize("on", ["2026-02-31", "gestern", ""])
def test_an_odd_date_shows_this_week(client, supervisor: User, on: str) -> None:
    client.force_login(supervisor)
    assert client.get(url("week"), {"on": on}).context["days"][0].isoformat() == "2026-03-09"


def test_a_handler_sees_the_week_without_anything_to_click(client, agent: Agent) -> None:
    DutyFactory.create(agent=agent)
    client.force_login(agent.user)
    text = client.get(url("week")).content.decode()
    assert "白班" in text
    assert "hx-get" not in text.split("<table>")[1].split("</table>")[0]


def test_only_who_plans_is_led_from_the_week_to_the_roster(client, supervisor: User, agent: Agent) -> None:
    grid = f"/roster/{RosterFactory.create(team=agent.team, version=1).pk}/grid/"
    for reader, is_led in ((agent.user, False), (supervisor, True)):
        client.force_login(reader)
        assert (grid in client.get(url("week"), {"on": TODAY}).content.decode()) is is_led


def test_the_week_takes_the_same_queries_for_more_people(
    client, administrator: User, team: object, django_assert_max_num_queries
) -> None:
    for agent in AgentFactory.create_batch(20, team=team):
        DutyFactory.create(agent=agent, on=TODAY)
    client.force_login(administrator)
    with django_assert_max_num_queries(16):
        client.get(url("week"))


def test_who_has_left_is_in_the_week_until_the_last_day(client, supervisor: User) -> None:
    team = supervisor.agent.team
    AgentFactory.create(team=team, has_left=True, user__name="周二走")
    AgentFactory.create(team=team, left_on=TODAY.replace(day=8), user__name="上周走")
    client.force_login(supervisor)
    names = {row.name for row in client.get(url("week")).context["rows"]}
    assert names == {"主管", "周二走"}
