"""What meetings give people to do. # S12"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing import action_items, own_day
from staffing.choices import ActionState, MeetingState
from staffing.models import ActionItem, Agent, Meeting
from staffing.querysets import ActionItemQuerySet
from tests.daily_factories import ActionItemFactory, HandOverFactory, HousekeepingTurnFactory, MeetingFactory
from tests.factories import NOW, TODAY, AgentFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def chair(agent: Agent) -> Agent:
    return AgentFactory.create(team=agent.team, user__name="主持人")


@pytest.fixture
def meeting(chair: Agent) -> Meeting:
    return MeetingFactory.create(chaired_by=chair)


@pytest.fixture
def item(meeting: Meeting, agent: Agent) -> ActionItem:
    return ActionItemFactory.create(meeting=meeting, owner=agent)


def told(user: User) -> list[str]:
    found = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in found]


def add(meeting: Meeting, owner: Agent, by: User, **more: object) -> ActionItem:
    facts = {"text": "改话术", "due_on": TODAY + DAY} | more
    return action_items.add(meeting, owner=owner, by=by, at=NOW, **facts)


def test_who_chairs_gives_something_to_do_and_the_person_is_told(meeting, agent, chair):
    item = add(meeting, agent, chair.user)
    assert (item.state, told(agent.user)) == (ActionState.OPEN, ["action"])
    add(meeting, chair, chair.user)
    assert told(chair.user) == []


def test_what_is_given_has_words_a_day_ahead_and_an_owner_who_belongs(meeting, agent, chair, stranger):
    with pytest.raises(NotAllowed):
        add(meeting, chair, agent.user)
    with pytest.raises(MissingInformation):
        add(meeting, agent, chair.user, text=" ")
    with pytest.raises(WrongState):
        add(meeting, agent, chair.user, due_on=TODAY - DAY)
    with pytest.raises(NotAllowed):
        add(meeting, stranger, chair.user)
    with pytest.raises(WrongState):
        add(meeting, AgentFactory.create(team=agent.team, has_left=True), chair.user)
    Meeting.objects.filter(pk=meeting.pk).update(state=MeetingState.CANCELLED)
    meeting.refresh_from_db()
    with pytest.raises(WrongState):
        add(meeting, agent, chair.user)


def test_a_guest_of_the_meeting_may_be_given_something_to_do(chair, stranger):
    meeting = MeetingFactory.create(chaired_by=chair, attendees=[stranger])
    assert add(meeting, stranger, chair.user).owner == stranger


def test_the_owner_says_it_is_done_and_the_chair_is_told(item, agent, chair):
    mate = AgentFactory.create(team=agent.team)
    with pytest.raises(NotAllowed):
        action_items.finish(item, by=mate.user, at=NOW)
    assert action_items.finish(item, by=agent.user, at=NOW).done_at == NOW
    assert told(chair.user) == ["action-done"]
    with pytest.raises(AlreadyTaken):
        action_items.finish(item, by=chair.user, at=NOW)


def test_only_who_chairs_or_looks_after_the_team_drops_with_a_reason(item, agent, chair, supervisor):
    with pytest.raises(NotAllowed):
        action_items.drop(item, reason="不做了", by=agent.user, at=NOW)
    with pytest.raises(MissingInformation):
        action_items.drop(item, reason="", by=chair.user, at=NOW)
    dropped = action_items.drop(item, reason="系统已改", by=supervisor, at=NOW)
    assert (dropped.state, dropped.reason) == (ActionState.DROPPED, "系统已改")
    assert told(agent.user) == ["action-dropped"]
    with pytest.raises(WrongState, match="系统已改"):
        action_items.finish(item, by=agent.user, at=NOW)


def test_another_person_or_day_is_told_to_the_new_owner(item, agent, chair):
    mate = AgentFactory.create(team=agent.team)
    with pytest.raises(MissingInformation):
        action_items.amend(item, owner=agent, due_on=item.due_on, by=chair.user, at=NOW)
    amended = action_items.amend(item, owner=mate, due_on=TODAY + DAY, by=chair.user, at=NOW)
    assert (amended.owner, amended.due_on) == (mate, TODAY + DAY)
    assert (told(mate.user), told(agent.user)) == (["action"], [])


def test_what_is_late_is_told_to_owner_and_chair_once_for_each_day_it_was_due(item, agent, chair):
    assert action_items.tell_overdue(NOW) == 0
    assert action_items.tell_overdue(NOW + DAY) == 1
    assert action_items.tell_overdue(NOW + 2 * DAY) == 0
    assert told(agent.user) == told(chair.user) == ["action-overdue"]
    action_items.amend(item, owner=agent, due_on=TODAY + 3 * DAY, by=chair.user, at=NOW + 2 * DAY)
    assert action_items.tell_overdue(NOW + 3 * DAY) == 0
    assert action_items.tell_overdue(NOW + 4 * DAY) == 1
    assert told(agent.user) == ["action-overdue"] * 2


@pytest.mark.usefixtures("item")
def test_a_day_ends_by_the_clock_of_the_department():
    in_the_evening = datetime(2026, 3, 11, 15, 59, tzinfo=UTC)
    assert action_items.tell_overdue(in_the_evening) == 0
    assert action_items.tell_overdue(in_the_evening + timedelta(minutes=1)) == 1


def test_what_is_done_is_late_no_more(item, agent):
    action_items.finish(item, by=agent.user, at=NOW)
    assert action_items.tell_overdue(NOW + 9 * DAY) == 0


def finish_at_once(item: ActionItem, count: int) -> list[str]:
    start = Barrier(count)

    def run(_number: int) -> str:
        start.wait(timeout=10)
        try:
            action_items.finish(item, by=item.owner.user, at=NOW)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_finished_by_several_at_once_it_is_done_once():
    item = ActionItemFactory.create()
    assert finish_at_once(item, 3) == ["AlreadyTaken", "AlreadyTaken", "done"]
    assert AuditEntry.objects.of(item).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_condition_finishes_it_twice(monkeypatch):
    monkeypatch.setattr(ActionItemQuerySet, "open", ActionItemQuerySet.all)
    assert finish_at_once(ActionItemFactory.create(), 2) == ["done", "done"]


# On the desk


def test_the_desk_tells_what_the_day_asks_until_it_is_done(item, agent, django_assert_num_queries):
    mate = AgentFactory.create(team=agent.team)
    HandOverFactory.create(agent=mate)
    turn = HousekeepingTurnFactory.create(agent=agent)
    HousekeepingTurnFactory.create(agent=agent, on=TODAY + DAY)
    ActionItemFactory.create(owner=mate)
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    with django_assert_num_queries(3):
        day = own_day.read(agent, at=NOW)
    assert (day.hand_overs, [one.turn_id for one in day.turns]) == (1, [turn.pk])
    assert [(one.item_id, one.is_overdue) for one in day.actions] == [(item.pk, False)]
    assert own_day.read(agent, at=NOW + DAY).actions[0].is_overdue
    action_items.finish(item, by=agent.user, at=NOW)
    assert own_day.read(agent, at=NOW).actions == ()
