"""The pages of meetings and action items. # S12"""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.models import User
from staffing.choices import ActionState, MeetingState
from staffing.models import ActionItem, Agent, Meeting, Team
from tests.daily_factories import ActionItemFactory, MeetingFactory
from tests.factories import NOW, TODAY, AgentFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meeting(agent: Agent) -> Meeting:
    """Chaired by the agent, who is a handler."""
    return MeetingFactory.create(chaired_by=agent)


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def test_the_form_calls_a_meeting_of_the_whole_team(
    client, supervisor: User, team: Team, agent: Agent, stranger: Agent
) -> None:
    client.force_login(supervisor)
    given = {
        "team": team.pk, "kind": "stand_up", "title": "早会", "starts_at_0": "2026-03-12",
        "starts_at_1": "09:00", "place": "三楼", "chaired_by": agent.pk,
    }  # fmt: skip
    offered = client.get(url("meeting_add")).context["adminform"].form
    assert stranger not in offered.fields["invited"].queryset
    assert (offered.initial["team"], offered.initial["chaired_by"]) == (team.pk, supervisor.agent.pk)
    assert client.post(url("meeting_add"), given).status_code == 302
    meeting = Meeting.objects.get()
    assert (meeting.title, meeting.attendees.count()) == ("早会", 2)
    assert client.post(url("meeting_add"), given | {"chaired_by": stranger.pk}).status_code == 200
    assert client.post(url("meeting_add"), given | {"invited": [stranger.pk]}).status_code == 200
    assert Meeting.objects.count() == 1


def test_minutes_are_saved_on_the_page_while_the_meeting_goes_on(
    client, meeting: Meeting, agent: Agent
) -> None:
    client.force_login(agent.user)
    assert client.get(url("meeting_change", meeting.pk)).context["minutes_form"]
    given = {"minutes": "说了三件事", "present": [agent.pk], "version": "0"}
    client.post(url("meeting_minutes", meeting.pk), given)
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.attendees.get().was_present) == ("说了三件事", True)


def test_stale_minutes_come_back_with_both_texts_and_are_taken_when_sent_again(
    client, meeting: Meeting, agent: Agent, supervisor: User
) -> None:
    client.force_login(supervisor)
    client.post(url("meeting_minutes", meeting.pk), {"minutes": "先写的", "version": "0"})
    client.force_login(agent.user)
    page = client.post(url("meeting_minutes", meeting.pk), {"minutes": "后写的", "version": "0"})
    text = page.content.decode()
    assert "先写的" in text
    assert "后写的" in text
    form = page.context["minutes_form"]
    again = {"minutes": form["minutes"].value(), "version": form["version"].value()}
    assert client.post(url("meeting_minutes", meeting.pk), again).status_code == 302
    meeting.refresh_from_db()
    assert meeting.minutes == "后写的"


def test_an_action_is_added_on_the_page_and_a_refusal_stays_there(
    client, meeting: Meeting, agent: Agent, stranger: Agent
) -> None:
    client.force_login(agent.user)
    given = {"action-text": "改话术", "action-owner": agent.pk, "action-due_on": "2026-03-13"}
    client.post(url("meeting_add_action", meeting.pk), given)
    assert ActionItem.objects.get().owner == agent
    past = client.post(url("meeting_add_action", meeting.pk), given | {"action-due_on": "2026-03-01"})
    assert past.context["action_form"].errors["due_on"]
    foreign = client.post(url("meeting_add_action", meeting.pk), given | {"action-owner": stranger.pk})
    assert foreign.context["action_form"].errors["owner"]
    assert ActionItem.objects.count() == 1


def test_who_only_attends_reads_and_writes_nothing(client, meeting: Meeting) -> None:
    mate = AgentFactory.create(team=meeting.team)
    client.force_login(mate.user)
    page = client.get(url("meeting_change", meeting.pk))
    assert "minutes_form" not in page.context
    client.post(url("meeting_minutes", meeting.pk), {"minutes": "乱写", "version": "0"})
    dialog(client, url("meeting_cancel", meeting.pk), reason="乱按")
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.state) == ("", MeetingState.PLANNED)


def test_a_foreign_meeting_is_not_found(client, meeting: Meeting, stranger: Agent) -> None:
    client.force_login(stranger.user)
    assert client.get(url("meeting_change", meeting.pk)).status_code == 302
    assert client.post(url("meeting_minutes", meeting.pk), {}).status_code == 404
    assert client.post(url("meeting_add_action", meeting.pk), {}).status_code == 404
    assert client.get(url("meeting_move", meeting.pk)).status_code == 404


def test_a_meeting_is_moved_closed_and_cancelled_in_dialogs(client, supervisor: User, agent: Agent) -> None:
    meeting, other = MeetingFactory.create_batch(2, chaired_by=agent, minutes="好")
    client.force_login(supervisor)
    dialog(client, url("meeting_move", meeting.pk), starts_at="2026-03-11T09:00", place="四楼")
    dialog(client, url("meeting_close", meeting.pk))
    dialog(client, url("meeting_cancel", other.pk), reason="客诉高峰")
    meeting.refresh_from_db()
    other.refresh_from_db()
    assert (meeting.place, meeting.state, other.state) == ("四楼", MeetingState.HELD, MeetingState.CANCELLED)


def test_the_own_page_and_the_desk_list_what_is_to_do_with_a_button(client, agent: Agent) -> None:
    item = ActionItemFactory.create(owner=agent, due_on=TODAY - DAY)
    other = ActionItemFactory.create(owner=AgentFactory.create(team=agent.team), text="别人的事")
    client.force_login(agent.user)
    for page in (url("actionitem_mine"), reverse("admin:desk")):
        text = client.get(page).content.decode()
        assert item.text in text
        assert other.text not in text
        assert url("actionitem_finish_mine", item.pk) in text
    assert client.get(url("actionitem_finish_mine", item.pk)).status_code == 405
    answer = client.post(url("actionitem_finish_mine", item.pk), {"next": "/admin/desk/"})
    assert answer.headers["Location"] == "/admin/desk/"
    assert item.text not in client.get(reverse("admin:desk")).content.decode()
    client.post(url("actionitem_finish_mine", other.pk))
    other.refresh_from_db()
    assert other.state == ActionState.OPEN


@pytest.mark.parametrize("wanted", ["9999-12-31", "a\0b", "//elsewhere.example/", "admin:index"])
def test_the_way_back_is_an_address_of_ours_and_breaks_nothing(client, agent: Agent, wanted: str) -> None:
    item = ActionItemFactory.create(owner=agent)
    client.force_login(agent.user)
    answer = client.post(url("actionitem_finish_mine", item.pk), {"next": wanted})
    assert answer.status_code == 302
    assert "elsewhere" not in answer.headers["Location"]


def test_action_items_are_dropped_and_given_to_another_in_dialogs(
    client, supervisor: User, agent: Agent
) -> None:
    item, other = ActionItemFactory.create_batch(2, owner=agent)
    mate = AgentFactory.create(team=agent.team)
    client.force_login(supervisor)
    assert mate in client.get(url("actionitem_amend", item.pk)).context["form"].fields["owner"].queryset
    dialog(client, url("actionitem_amend", item.pk), owner=mate.pk, due_on="2026-03-20")
    dialog(client, url("actionitem_drop", other.pk), reason="已无必要")
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.owner, other.state) == (mate, ActionState.DROPPED)


def test_the_list_is_narrowed_to_what_is_overdue(client, supervisor: User, agent: Agent) -> None:
    late = ActionItemFactory.create(owner=agent, due_on=TODAY - DAY)
    ActionItemFactory.create(owner=agent)
    client.force_login(supervisor)
    page = client.get(url("actionitem_changelist"), {"overdue": "yes"})
    assert list(page.context["cl"].result_list) == [late]
