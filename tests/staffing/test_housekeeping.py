"""The housekeeping roster. # S4"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection

from portal.choices import Role
from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing import duty, housekeeping, rotation
from staffing.choices import TurnState
from staffing.models import Agent, HousekeepingTask, HousekeepingTurn, Team
from tests.daily_factories import HousekeepingTaskFactory, HousekeepingTurnFactory
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory, ShiftTypeFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def task(team: Team) -> HousekeepingTask:
    return HousekeepingTaskFactory.create(team=team)


@pytest.fixture
def mates(team: Team) -> list[Agent]:
    """Three who are on the day shift for the next two weeks."""
    return crew(team)


def crew(team: Team, count: int = 3) -> list[Agent]:
    agents = AgentFactory.create_batch(count, team=team)
    for agent in agents:
        for number in range(14):
            DutyFactory.create(agent=agent, on=TODAY + number * DAY)
    return agents


def told(user: User) -> list[str]:
    found = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in found]


def off_duty(agent: Agent, on) -> None:
    duty.cancel(agent.duties.get(on=on), by=None, at=NOW)


@pytest.mark.usefixtures("task")
def test_two_weeks_are_filled_in_turn_and_again_changes_nothing(team, mates):
    assert len(housekeeping.fill(team, by=None, at=NOW)) == 14
    turns = list(HousekeepingTurn.objects.order_by("on"))
    assert [turn.on for turn in turns] == [TODAY + number * DAY for number in range(14)]
    assert sorted(Counter(turn.agent_id for turn in turns).values()) == [4, 5, 5]
    assert [turn.agent for turn in turns[:4]] == [*mates, mates[0]]
    assert housekeeping.fill(team, by=None, at=NOW) == []


@pytest.mark.usefixtures("mates")
def test_only_the_days_of_the_task_are_filled(team):
    HousekeepingTaskFactory.create(team=team, weekdays=[0, 4])
    HousekeepingTaskFactory.create(team=team, is_active=False)
    housekeeping.fill(team, by=None, at=NOW)
    assert {turn.on.weekday() for turn in HousekeepingTurn.objects.all()} == {0, 4}


@pytest.mark.usefixtures("task")
def test_only_who_is_on_a_published_duty_that_day_has_a_turn(team, stranger):
    present = AgentFactory.create(team=team)
    DutyFactory.create(agent=present)
    DutyFactory.create(agent=AgentFactory.create(team=team), is_draft=True)
    DutyFactory.create(agent=AgentFactory.create(team=team), is_cancelled=True)
    DutyFactory.create(agent=stranger)
    housekeeping.fill(team, by=None, at=NOW)
    assert [(turn.on, turn.agent) for turn in HousekeepingTurn.objects.all()] == [(TODAY, present)]


@pytest.mark.usefixtures("task")
def test_a_night_is_spared_while_somebody_works_by_day(team):
    night, by_day = AgentFactory.create_batch(2, team=team)
    DutyFactory.create(agent=night, shift_type=ShiftTypeFactory.create(is_night=True))
    DutyFactory.create(agent=by_day)
    housekeeping.fill(team, by=None, at=NOW)
    assert HousekeepingTurn.objects.get().agent == by_day


def test_what_was_done_before_counts_by_the_days_on_duty(team, task):
    often, seldom = AgentFactory.create_batch(2, team=team)
    for number in range(1, 9):
        DutyFactory.create(agent=often, on=TODAY - number * DAY)
    DutyFactory.create(agent=seldom, on=TODAY - DAY)
    HousekeepingTurnFactory.create(agent=often, task=task, on=TODAY - 2 * DAY)
    HousekeepingTurnFactory.create(agent=seldom, task=task, on=TODAY - DAY)
    for agent in (often, seldom):
        DutyFactory.create(agent=agent)
    housekeeping.fill(team, by=None, at=NOW)
    assert HousekeepingTurn.objects.get(on=TODAY).agent == often


@pytest.mark.usefixtures("task")
def test_who_is_off_duty_at_short_notice_loses_the_turn_and_both_are_told(team, mates):
    housekeeping.fill(team, by=None, at=NOW)
    first, second = mates[0], mates[1]
    off_duty(first, TODAY)
    housekeeping.fill_all(NOW)
    old, new = HousekeepingTurn.objects.filter(on=TODAY).order_by("pk")
    assert (old.agent, old.state, old.reason) == (first, TurnState.EXCUSED, "")
    assert (new.agent, new.state) == (mates[2], TurnState.PLANNED)
    assert (told(first.user), told(new.agent.user), told(second.user)) == (["turn-moved"], ["turn-moved"], [])
    housekeeping.fill_all(NOW)
    assert told(first.user) == ["turn-moved"]


@pytest.mark.usefixtures("task", "mates")
def test_further_ahead_a_lost_turn_is_planned_anew_without_a_word(team):
    housekeeping.fill(team, by=None, at=NOW)
    late = TODAY + 5 * DAY
    loser = HousekeepingTurn.objects.get(on=late).agent
    off_duty(loser, late)
    housekeeping.fill_all(NOW)
    assert HousekeepingTurn.objects.get(on=late).agent != loser
    assert not OutboxMessage.objects.exists()


@pytest.mark.usefixtures("task")
def test_where_nobody_is_left_those_who_look_after_the_team_are_told(team, supervisor):
    alone = AgentFactory.create(team=team)
    DutyFactory.create(agent=alone)
    housekeeping.fill(team, by=None, at=NOW)
    off_duty(alone, TODAY)
    housekeeping.fill_all(NOW)
    assert not HousekeepingTurn.objects.standing().exists()
    assert told(supervisor) == ["turn-without"]


def test_planning_again_touches_neither_today_nor_what_was_given_by_hand(team, task, mates, supervisor):
    housekeeping.fill(team, by=None, at=NOW)
    tomorrow = HousekeepingTurn.objects.get(on=TODAY + DAY)
    housekeeping.give(tomorrow, mates[0], by=supervisor, at=NOW)
    HousekeepingTask.objects.filter(pk=task.pk).update(weekdays=[TODAY.weekday(), (TODAY + DAY).weekday()])
    kept = list(HousekeepingTurn.objects.filter(on__lte=TODAY + DAY).values_list("pk", "agent"))
    housekeeping.replan(team, by=supervisor, at=NOW)
    assert list(HousekeepingTurn.objects.filter(on__lte=TODAY + DAY).values_list("pk", "agent")) == kept
    assert HousekeepingTurn.objects.count() == 4


# Given, swapped, excused, done


@pytest.mark.usefixtures("task")
def test_a_turn_is_given_to_somebody_who_is_there_and_both_are_told(team, mates, supervisor, stranger):
    housekeeping.fill(team, by=None, at=NOW)
    turn = HousekeepingTurn.objects.get(on=TODAY)
    DutyFactory.create(agent=stranger)
    for unfit in (stranger, supervisor.agent, mates[0]):
        with pytest.raises(WrongState):
            housekeeping.give(turn, unfit, by=supervisor, at=NOW)
    given = housekeeping.give(turn, mates[1], by=supervisor, at=NOW, reason="搬家")
    assert (given.agent, given.is_fixed) == (mates[1], True)
    assert told(mates[0].user) == told(mates[1].user) == ["turn-moved"]
    assert AuditEntry.objects.of(turn).get().reason == "搬家"


@pytest.mark.usefixtures("task")
def test_two_turns_are_swapped_only_if_each_is_there_on_the_others_day(team, mates, supervisor):
    housekeeping.fill(team, by=None, at=NOW)
    first, second, third = HousekeepingTurn.objects.order_by("on")[:3]
    housekeeping.swap(first, second, by=supervisor, at=NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.agent, second.agent] == [mates[1], mates[0]]
    off_duty(mates[1], third.on)
    with pytest.raises(WrongState):
        housekeeping.swap(first, third, by=supervisor, at=NOW)
    with pytest.raises(WrongState):
        housekeeping.swap(second, HousekeepingTurnFactory.create(), by=supervisor, at=NOW)


@pytest.mark.usefixtures("task")
def test_who_is_excused_is_followed_by_the_next(team, mates, supervisor):
    housekeeping.fill(team, by=None, at=NOW)
    turn = HousekeepingTurn.objects.get(on=TODAY)
    with pytest.raises(MissingInformation):
        housekeeping.excuse(turn, reason=" ", by=supervisor, at=NOW)
    new = housekeeping.excuse(turn, reason="手受伤", by=supervisor, at=NOW)
    turn.refresh_from_db()
    assert (turn.state, turn.reason) == (TurnState.EXCUSED, "手受伤")
    assert new is not None
    assert new.agent != mates[0]
    with pytest.raises(WrongState):
        housekeeping.excuse(turn, reason="再来", by=supervisor, at=NOW)
    assert housekeeping.fill(team, by=None, at=NOW) == []


@pytest.mark.usefixtures("task", "mates")
def test_who_was_excused_does_not_get_the_turn_back(team, supervisor):
    """Though it passes on a second time, or is planned anew, and he has done least."""
    housekeeping.fill(team, by=None, at=NOW)
    turn = HousekeepingTurn.objects.get(on=TODAY + DAY)
    excused = {turn.agent_id}
    second = housekeeping.excuse(turn, reason="手受伤", by=supervisor, at=NOW)
    excused.add(second.agent_id)
    off_duty(second.agent, TODAY + DAY)
    housekeeping.fill_all(NOW)
    third = HousekeepingTurn.objects.standing().get(on=TODAY + DAY)
    assert third.agent_id not in excused
    housekeeping.replan(team, by=supervisor, at=NOW)
    assert HousekeepingTurn.objects.standing().get(on=TODAY + DAY).agent_id not in excused
    off_duty(third.agent, TODAY + DAY)
    housekeeping.fill_all(NOW)
    assert not HousekeepingTurn.objects.standing().filter(on=TODAY + DAY).exists()


@pytest.mark.usefixtures("task")
def test_who_was_excused_from_one_task_may_have_another(team, supervisor):
    alone, other = AgentFactory.create(team=team), HousekeepingTaskFactory.create(team=team, name="浇花")
    DutyFactory.create(agent=alone)
    housekeeping.fill(team, by=None, at=NOW)
    turn = HousekeepingTurn.objects.exclude(task=other).get()
    assert housekeeping.excuse(turn, reason="手受伤", by=supervisor, at=NOW) is None
    housekeeping.fill_all(NOW)
    assert [turn.task for turn in HousekeepingTurn.objects.standing()] == [other]


def test_a_turn_is_ticked_by_whose_it_is_or_the_supervisor_not_before_its_day(agent, supervisor, stranger):
    turn = HousekeepingTurnFactory.create(agent=agent)
    mate = AgentFactory.create(team=agent.team)
    for person in (mate.user, stranger.user, UserFactory.create(roles=[Role.DIRECTOR])):
        with pytest.raises(NotAllowed):
            housekeeping.tick(turn, by=person, at=NOW)
    assert housekeeping.tick(turn, by=agent.user, at=NOW).done_at == NOW
    with pytest.raises(AlreadyTaken):
        housekeeping.tick(turn, by=supervisor, at=NOW)
    ahead = HousekeepingTurnFactory.create(agent=agent, task=turn.task, on=TODAY + DAY)
    with pytest.raises(WrongState):
        housekeeping.tick(ahead, by=agent.user, at=NOW)


def test_turns_are_planned_for_the_own_team_by_its_supervisor(agent, supervisor, stranger):
    turn = HousekeepingTurnFactory.create(agent=agent)
    with pytest.raises(NotAllowed):
        housekeeping.give(turn, agent, by=agent.user, at=NOW)
    foreign = HousekeepingTurnFactory.create(agent=stranger)
    with pytest.raises(NotAllowed):
        housekeeping.excuse(foreign, reason="病", by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        housekeeping.replan(stranger.team, by=supervisor, at=NOW)


def test_turns_are_seen_by_the_team_and_by_those_who_see_all(agent, stranger, supervisor):
    turn = HousekeepingTurnFactory.create(agent=agent)
    director = UserFactory.create(roles=[Role.DIRECTOR])
    everybody = (agent.user, supervisor, stranger.user, director)
    sees = [HousekeepingTurn.objects.visible_to(one).filter(pk=turn.pk).exists() for one in everybody]
    assert sees == [True, True, False, True]


# Races


def fill_at_once(team: Team, count: int) -> list[str]:
    start = Barrier(count)

    def run(_number: int) -> str:
        start.wait(timeout=10)
        try:
            return str(len(housekeeping.fill(team, by=None, at=NOW)))
        except (DatabaseError, DomainError) as error:
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_filled_twice_at_once_each_day_has_one_turn():
    task = HousekeepingTaskFactory.create()
    crew(task.team)
    assert fill_at_once(task.team, 3) == ["0", "0", "14"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_meets_the_constraint(monkeypatch):
    task, meet = HousekeepingTaskFactory.create(), Barrier(2)
    crew(task.team)
    plan = rotation.plan

    def plan_then_meet(*args, **kwargs):
        found = plan(*args, **kwargs)
        meet.wait(timeout=10)
        return found

    monkeypatch.setattr(housekeeping, "_held", lambda team: team)
    monkeypatch.setattr(rotation, "plan", plan_then_meet)
    assert fill_at_once(task.team, 2) == ["14", "IntegrityError"]


@pytest.mark.django_db(transaction=True)
def test_ticked_by_two_at_once_it_is_done_once():
    turn, start = HousekeepingTurnFactory.create(), Barrier(3)

    def run(_number: int) -> str:
        start.wait(timeout=10)
        try:
            housekeeping.tick(turn, by=turn.agent.user, at=NOW)
        except DomainError as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == ["AlreadyTaken", "AlreadyTaken", "done"]
    assert AuditEntry.objects.of(turn).count() == 1
