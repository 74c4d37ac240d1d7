"""A need is raised once, and what is said again adds to it. # T5"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import DatabaseError, connection

from portal.errors import DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing.models import Agent
from staffing.querysets import AgentQuerySet
from tests.factories import NOW, AgentFactory
from tests.need_factories import raised
from tests.training_factories import CourseFactory, TopicFactory
from training.choices import NeedSource, NeedState
from training.models import NeedReason, Topic, TrainingNeed
from training.needs import planning, raising

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def test_whoever_looks_after_somebody_says_what_he_lacks(agent: Agent, supervisor: User):
    topic = TopicFactory.create()
    need = raising.raise_need(
        agent, topic, text=" 不熟悉保价 ", source=NeedSource.PERSON, by=supervisor, at=NOW
    )
    assert (need.agent, need.topic, need.state, need.times) == (agent, topic, NeedState.OPEN, 1)
    reason = need.reasons.get()
    assert (reason.text, reason.by, reason.source) == ("不熟悉保价", supervisor, NeedSource.PERSON)
    assert AuditEntry.objects.of(need).get().actor == supervisor


def test_said_again_while_open_it_is_the_same_need(agent: Agent, inspector: User):
    first = raised(agent, reference="T00000001")
    again = raised(
        agent, topic=first.topic, text="又答错", reference="T00000002", by=inspector, at=NOW + HOUR
    )
    assert again == first
    assert (again.times, again.raised_at, again.last_at) == (2, NOW, NOW + HOUR)
    assert [reason.text for reason in again.reasons.all()] == ["又答错", "退款时效答错"]


def test_with_a_remedy_assigned_it_is_still_the_same_need(agent: Agent):
    first = raised(agent)
    planning.assign_course(first, CourseFactory.create(), by=None, at=NOW)
    assert raised(agent, topic=first.topic).pk == first.pk


def test_the_same_matter_counts_once_even_after_the_need_is_settled(agent: Agent):
    first = raised(agent, reference="T00000001")
    assert raised(agent, topic=first.topic, reference="T00000001", at=NOW + HOUR).times == 1
    planning.dismiss(first, reason="系统问题", by=None, at=NOW)
    assert raised(agent, topic=first.topic, reference="T00000001") == first
    assert TrainingNeed.objects.count() == NeedReason.objects.count() == 1


def test_the_same_reference_of_another_source_is_another_matter(agent: Agent):
    first = raised(agent, reference="1")
    assert raised(agent, topic=first.topic, reference="1", source=NeedSource.COMPLAINT).times == 2


def test_once_it_is_settled_another_need_begins(agent: Agent):
    first = raised(agent)
    planning.dismiss(first, reason="系统问题", by=None, at=NOW)
    assert raised(agent, topic=first.topic) != first


@pytest.mark.parametrize("text", ["", "  ", "多" * 501])
def test_a_text_says_something_and_is_short(agent: Agent, text: str):
    with pytest.raises(MissingInformation):
        raised(agent, text=text)


def test_of_a_customer_nothing_is_kept(agent: Agent):
    need = raised(agent, text="顾客 13912345678 投诉他不会查物流")
    assert need.reasons.get().text == "顾客 *** 投诉他不会查物流"


def test_nobody_raises_needs_of_those_he_does_not_look_after(agent: Agent, supervisor: User):
    for by, whose in [(agent.user, agent), (supervisor, AgentFactory.create())]:
        with pytest.raises(NotAllowed):
            raised(whose, by=by)


def test_of_somebody_who_has_left_nothing_is_needed():
    with pytest.raises(WrongState):
        raised(AgentFactory.create(has_left=True))


# Several at once.


def raise_at_once(agent: Agent, topic: Topic, count: int) -> list[str]:
    start = Barrier(count)

    def run(number: int) -> str:
        start.wait(timeout=10)
        try:
            raised(agent, topic=topic, reference=f"T{number}")
        except (DomainError, DatabaseError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "raised"

    with ThreadPoolExecutor(count) as pool:
        return sorted(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_raised_by_four_at_once_it_is_one_need_with_four_reasons():
    agent, topic = AgentFactory.create(), TopicFactory.create()
    assert raise_at_once(agent, topic, 4) == ["raised"] * 4
    assert (TrainingNeed.objects.get().times, NeedReason.objects.count()) == (4, 4)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_meets_the_constraint(monkeypatch):
    agent, topic, meet = AgentFactory.create(), TopicFactory.create(), Barrier(2)
    first = raising._first

    def meet_then_first(*args, **kwargs):
        meet.wait(timeout=10)
        return first(*args, **kwargs)

    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    monkeypatch.setattr(raising, "_first", meet_then_first)
    assert raise_at_once(agent, topic, 2) == ["IntegrityError", "raised"]


def test_a_reference_that_no_column_holds_is_refused(agent: Agent):
    with pytest.raises(MissingInformation) as refused:
        raised(agent, reference="x" * 61)
    assert list(refused.value.fields) == ["reference"]
