"""A need ends once he has learned. # T5"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.errors import DomainError, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent
from tests.factories import NOW, TODAY, AgentFactory
from tests.need_factories import end, planned, raised, to_read
from training.choices import Audience, EnrolmentState, NeedState
from training.models import Article
from training.needs import settling

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def test_a_completed_course_satisfies_from_when_it_was_completed(agent: Agent):
    need = planned(agent)
    assert settling.settle(NOW) == 0
    end(need, EnrolmentState.COMPLETED, at=NOW + HOUR)
    assert settling.settle(NOW + DAY) == 1
    need.refresh_from_db()
    assert (need.state, need.settled_at) == (NeedState.SATISFIED, NOW + HOUR)
    assert settling.settle(NOW + DAY) == 0


@pytest.mark.parametrize("state", [EnrolmentState.WITHDRAWN, EnrolmentState.WAIVED, EnrolmentState.FAILED])
def test_a_course_that_ended_otherwise_leaves_the_need_open_again(agent: Agent, state: EnrolmentState):
    need = planned(agent)
    end(need, state, at=NOW + HOUR)
    assert settling.settle(NOW + DAY) == 1
    need.refresh_from_db()
    assert (need.state, need.course, need.enrolment, need.planned_at) == (NeedState.OPEN, None, None, None)
    assert AuditEntry.objects.of(need).latest("pk").reason


def test_an_article_read_satisfies_at_once(agent: Agent):
    need = settling.confirm_read(to_read(agent), by=agent.user, at=NOW + HOUR)
    assert (need.state, need.settled_at) == (NeedState.SATISFIED, NOW + HOUR)


def test_confirmed_twice_it_stays_as_first_said(agent: Agent):
    need = to_read(agent)
    settling.confirm_read(need, by=agent.user, at=NOW + HOUR)
    assert settling.confirm_read(need, by=agent.user, at=NOW + DAY).settled_at == NOW + HOUR


def test_only_he_himself_confirms(agent: Agent, supervisor: User):
    need = to_read(agent)
    for by in (supervisor, None):
        with pytest.raises(NotAllowed):
            settling.confirm_read(need, by=by, at=NOW)


def test_a_course_is_not_confirmed_by_hand(agent: Agent):
    for need in (planned(agent), raised(agent)):
        with pytest.raises(WrongState):
            settling.confirm_read(need, by=agent.user, at=NOW)


def test_an_article_that_is_gone_can_neither_be_read_nor_waited_for(agent: Agent):
    need = to_read(agent)
    Article.objects.update(valid_until=TODAY - DAY)
    with pytest.raises(WrongState):
        settling.confirm_read(need, by=agent.user, at=NOW)
    assert settling.settle(NOW) == 1
    need.refresh_from_db()
    assert (need.state, need.article) == (NeedState.OPEN, None)


def test_an_article_that_is_for_others_now_is_not_waited_for(agent: Agent, supervisor: User):
    need, other = to_read(agent), to_read(Agent.objects.get(user=supervisor))
    Article.objects.update(audience=Audience.LEADERS)
    assert settling.settle(NOW) == 1
    need.refresh_from_db()
    other.refresh_from_db()
    assert (need.state, other.state) == (NeedState.OPEN, NeedState.PLANNED)


def test_who_is_said_to_have_learned_before_has_learned_when_it_was_planned(agent: Agent):
    need = planned(agent)
    end(need, EnrolmentState.COMPLETED, at=NOW - 30 * DAY)
    settling.settle(NOW + DAY)
    need.refresh_from_db()
    assert need.settled_at == NOW


def test_an_article_that_stands_is_waited_for(agent: Agent):
    to_read(agent)
    assert settling.settle(NOW + DAY) == 0


def test_everybody_who_raised_it_hears_once_that_it_was_learned(
    agent: Agent, supervisor: User, inspector: User
):
    need = planned(agent, by=supervisor)
    raised(agent, topic=need.topic, by=inspector)
    raised(agent, topic=need.topic, by=inspector)
    end(need, EnrolmentState.COMPLETED, at=NOW)
    settling.settle(NOW)
    told = OutboxMessage.objects.filter(key__startswith="need-satisfied")
    assert sorted(told.values_list("user", flat=True)) == sorted([supervisor.pk, inspector.pk])


def test_a_need_that_fails_stops_no_other(agent: Agent, monkeypatch):
    broken, fine = planned(AgentFactory.create()), planned(agent)
    for need in (broken, fine):
        end(need, EnrolmentState.COMPLETED, at=NOW)
    settle_one = settling.settle_one

    def fail_at_the_first(need, *, at):
        if need == broken:
            raise ValueError
        return settle_one(need, at=at)

    monkeypatch.setattr(settling, "settle_one", fail_at_the_first)
    assert settling.settle(NOW) == 1
    fine.refresh_from_db()
    assert fine.state == NeedState.SATISFIED


@pytest.mark.django_db(transaction=True)
def test_settled_by_two_sweeps_at_once_it_is_settled_once():
    need, start = planned(), Barrier(3)
    end(need, EnrolmentState.COMPLETED, at=NOW)

    def run(_number: int) -> bool:
        start.wait(timeout=10)
        try:
            return settling.settle_one(need, at=NOW)
        except DomainError:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [False, False, True]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_settles_it_twice(monkeypatch):
    need, meet = planned(), Barrier(2)
    end(need, EnrolmentState.COMPLETED, at=NOW)

    def read_then_meet(need):
        fresh = type(need).objects.select_related("agent__user", "enrolment").get(pk=need.pk)
        meet.wait(timeout=10)
        return fresh

    monkeypatch.setattr(settling, "hold", read_then_meet)

    def run(_number: int) -> bool:
        try:
            return settling.settle_one(need, at=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [True, True]
