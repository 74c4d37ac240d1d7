"""The figures of an agent's matters by which training is judged. # T5"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import closing, surveys
from complaints.choices import Kind
from complaints.models import SurveyInvitation, Ticket
from complaints.training_measures import COMES_BACK_WITHIN, CameBack, MeanSatisfaction
from staffing.models import Agent
from tests.factories import (
    NOW,
    AgentFactory,
    TicketFactory,
    resolved_ticket,
    standard_policy,
)
from tests.training_factories import TopicFactory
from training.models import Topic
from training.needs import effects

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SINCE, UNTIL = NOW, NOW + 28 * DAY
PHONE = "13912340001"


@pytest.fixture(autouse=True)
def _policy():
    standard_policy()


@pytest.fixture
def agent() -> Agent:
    return AgentFactory.create()


@pytest.fixture
def topic() -> Topic:
    return TopicFactory.create()


def scored(agent: Agent, score: int, *, at) -> None:
    ticket = closing.close(resolved_ticket(agent, phone=PHONE), by=agent.user, at=NOW)
    surveys.answer(SurveyInvitation.objects.get(ticket=ticket), surveys.Answer(score=score), at=at)


def test_both_are_registered_with_the_needs():
    assert [key for key, _label in effects.choices()][:2] == ["satisfaction", "came_back"]


def test_satisfaction_is_the_mean_of_his_answers_in_the_time(agent: Agent, topic: Topic):
    until = SINCE + 2 * DAY
    for score, at in [(5, SINCE), (4, SINCE + DAY), (3, until)]:
        scored(agent, score, at=at)
    scored(AgentFactory.create(), 3, at=SINCE)
    assert MeanSatisfaction().value(agent, topic, SINCE, until) == Decimal("4.5")


def test_without_answers_or_matters_there_is_no_data(agent: Agent, topic: Topic):
    assert MeanSatisfaction().value(agent, topic, SINCE, UNTIL) is None
    assert CameBack().value(agent, topic, SINCE, UNTIL) is None


def test_what_was_reopened_within_a_week_came_back(agent: Agent, topic: Topic):
    reopened, late = resolved_ticket(agent), resolved_ticket(agent)
    resolved_ticket(agent)
    resolved_ticket()
    closing.reopen(reopened, reason="没解决", by=None, at=NOW + DAY)
    closing.reopen(late, reason="没解决", by=None, at=NOW + COMES_BACK_WITHIN + DAY)
    share = CameBack().value(agent, topic, SINCE, UNTIL)
    assert share is not None
    assert round(share, 4) == Decimal("0.3333")


def test_what_may_still_come_back_does_not_count_yet(agent: Agent, topic: Topic):
    closing.reopen(resolved_ticket(agent), reason="没解决", by=None, at=NOW + 6 * DAY)
    assert CameBack().value(agent, topic, SINCE, NOW + COMES_BACK_WITHIN) is None
    assert CameBack().value(agent, topic, SINCE, NOW + COMES_BACK_WITHIN + DAY) == 1


@pytest.mark.parametrize(
    ("differs", "share"),
    [
        ({}, 1),
        ({"kind": Kind.INQUIRY}, 0),
        ({"category": None}, 0),
        ({"received_at": NOW + 8 * DAY}, 0),
        ({"received_at": NOW - DAY}, 0),
        ({"phone": "13912340002"}, 0),
    ],
)
def test_a_complaint_of_the_same_again_within_a_week_brings_it_back(
    agent: Agent, topic: Topic, differs: dict[str, Any], share: int
):
    first = resolved_ticket(agent, phone=PHONE)
    again = {"phone": PHONE, "kind": Kind.COMPLAINT, "category": first.category, "received_at": NOW + DAY}
    TicketFactory.create(**again | differs)
    assert CameBack().value(agent, topic, SINCE, UNTIL) == share


def test_a_matter_counts_for_its_first_responsible_agent(agent: Agent, topic: Topic):
    ticket = resolved_ticket(agent)
    Ticket.objects.filter(pk=ticket.pk).update(handler=AgentFactory.create())
    assert CameBack().value(agent, topic, SINCE, UNTIL) == 0


@pytest.mark.parametrize("measure", [MeanSatisfaction(), CameBack()], ids=lambda one: one.key)
def test_each_is_one_query_however_many_matters(agent: Agent, topic: Topic, measure):
    for _each in range(3):
        scored(agent, 4, at=NOW)
    with CaptureQueriesContext(connection) as queries:
        measure.value(agent, topic, SINCE, UNTIL)
    assert len(queries) == 1
