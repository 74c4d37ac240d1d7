"""The pages of the housekeeping roster. # S4"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.models import User
from staffing.choices import TurnState
from staffing.models import Agent, HousekeepingTask, HousekeepingTurn, Team
from tests.daily_factories import HousekeepingTaskFactory, HousekeepingTurnFactory
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_housekeepingturn_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def test_a_task_that_is_added_is_planned_at_once(client, supervisor: User, team: Team, agent: Agent) -> None:
    DutyFactory.create(agent=agent, on=TODAY + DAY)
    client.force_login(supervisor)
    given = {"team": team.pk, "name": "擦白板", "weekdays": ["0", "3"], "is_active": "on"}
    assert client.post(reverse("admin:staffing_housekeepingtask_add"), given).status_code == 302
    assert HousekeepingTask.objects.get().weekdays == [0, 3]
    assert HousekeepingTurn.objects.get().agent == agent


def test_a_task_needs_a_day_and_the_own_team(client, supervisor: User, team: Team, stranger: Agent) -> None:
    client.force_login(supervisor)
    add = reverse("admin:staffing_housekeepingtask_add")
    given = {"team": team.pk, "name": "擦白板", "is_active": "on"}
    assert client.post(add, given).context["adminform"].form.errors["weekdays"]
    given = {"team": stranger.team.pk, "name": "擦白板", "weekdays": ["0"]}
    assert client.post(add, given).context["adminform"].form.errors["team"]


def test_the_week_shows_whose_turn_it_is_and_who_was_excused(client, supervisor: User, agent: Agent) -> None:
    turn = HousekeepingTurnFactory.create(agent=agent, is_fixed=True)
    gone = AgentFactory.create(team=agent.team, user__name="请假人")
    HousekeepingTurnFactory.create(agent=gone, task=turn.task, state=TurnState.EXCUSED)
    client.force_login(supervisor)
    page = client.get(url("week"))
    (row,) = page.context["rows"]
    today = next(cell for cell in row.cells if cell.is_today)
    assert (today.turn.name, today.excused) == ("组员", ("请假人",))
    text = page.content.decode()
    assert url("give", turn.pk) in text
    assert url("tick", turn.pk) in text


def test_the_week_of_another_team_is_not_shown(client, supervisor: User, stranger: Agent) -> None:
    HousekeepingTurnFactory.create(agent=stranger)
    client.force_login(supervisor)
    page = client.get(url("week"), {"team": stranger.team.pk})
    assert page.context["team"] != stranger.team
    assert "外组" not in page.content.decode()


def test_an_agent_is_offered_the_own_tick_only(client, agent: Agent) -> None:
    own = HousekeepingTurnFactory.create(agent=agent)
    other = HousekeepingTurnFactory.create(agent=AgentFactory.create(team=agent.team))
    client.force_login(agent.user)
    text = client.get(url("week")).content.decode()
    assert url("tick", own.pk) in text
    assert url("tick", other.pk) not in text
    assert url("give", own.pk) not in text
    assert dialog(client, url("tick", own.pk))["HX-Refresh"] == "true"
    own.refresh_from_db()
    assert own.state == TurnState.DONE


def test_only_those_who_are_there_are_offered_for_a_turn(client, supervisor: User, agent: Agent) -> None:
    turn = HousekeepingTurnFactory.create(agent=agent)
    there, _away = AgentFactory.create_batch(2, team=agent.team)
    DutyFactory.create(agent=there)
    client.force_login(supervisor)
    form = client.get(url("give", turn.pk)).context["form"]
    assert list(form.fields["to"].queryset) == [there]
    dialog(client, url("give", turn.pk), to=there.pk)
    turn.refresh_from_db()
    assert turn.agent == there


def test_a_swap_offers_turns_of_colleagues_that_are_ahead(client, supervisor: User, agent: Agent) -> None:
    task = HousekeepingTaskFactory.create(team=agent.team)
    turn = HousekeepingTurnFactory.create(agent=agent, task=task)
    mate = AgentFactory.create(team=agent.team)
    other = HousekeepingTurnFactory.create(agent=mate, task=task, on=TODAY + DAY)
    HousekeepingTurnFactory.create(agent=mate, task=task, on=TODAY - DAY)
    HousekeepingTurnFactory.create()
    for one in (agent, mate):
        for on in (TODAY, TODAY + DAY):
            DutyFactory.create(agent=one, on=on)
    client.force_login(supervisor)
    assert list(client.get(url("swap", turn.pk)).context["form"].fields["other"].queryset) == [other]
    dialog(client, url("swap", turn.pk), other=other.pk)
    other.refresh_from_db()
    assert other.agent == agent


def test_a_button_of_the_own_ticks_by_post_and_leads_back(client, agent: Agent, stranger: Agent) -> None:
    turn = HousekeepingTurnFactory.create(agent=agent)
    client.force_login(agent.user)
    assert client.get(url("tick_mine", turn.pk)).status_code == 405
    answer = client.post(url("tick_mine", turn.pk), {"next": "/admin/desk/"})
    assert answer.headers["Location"] == "/admin/desk/"
    turn.refresh_from_db()
    assert turn.state == TurnState.DONE
    foreign = HousekeepingTurnFactory.create(agent=stranger)
    assert client.post(url("tick_mine", foreign.pk)).status_code == 404
    away = client.post(url("tick_mine", turn.pk), {"next": "https://example.com/"})
    assert away.headers["Location"] == url("week")


def test_the_roster_is_exported_for_the_week(client, supervisor: User, agent: Agent) -> None:
    HousekeepingTurnFactory.create(agent=agent)
    HousekeepingTurnFactory.create(agent=agent, on=TODAY - 30 * DAY)
    client.force_login(supervisor)
    link = (
        client.get(url("week")).content.decode().split(url("export"))[1].split('"')[0].replace("&amp;", "&")
    )
    form = {"format": "1", "resource": "0"}
    fields = dict.fromkeys(("on", "task", "team", "staff_no", "name", "state", "done_at", "reason"), "on")
    fields = {f"housekeepingresource_{name}": value for name, value in fields.items()}
    answer = client.post(url("export") + link, form | fields)
    assert answer.status_code == 200
    assert answer.content.decode("utf-8-sig").count("组员") == 1
