"""Needs of training for tests, by the steps themselves; and a figure whose values a test says."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, AgentFactory
from tests.training_factories import ArticleFactory, CourseFactory, TopicFactory
from training.choices import EnrolmentState, NeedSource
from training.models import Enrolment, Topic, TrainingNeed
from training.needs import planning, raising


def raised(agent: Agent | None = None, *, at: datetime = NOW, **told: Any) -> TrainingNeed:
    """An open need, said by the system."""
    facts = {"text": "退款时效答错", "source": NeedSource.INSPECTION, "by": None} | told
    topic = facts.pop("topic", None) or TopicFactory.create()
    return raising.raise_need(agent or AgentFactory.create(), topic, at=at, **facts)


def planned(
    agent: Agent | None = None, *, at: datetime = NOW, measure: str = "", **told: Any
) -> TrainingNeed:
    """A need for which a course of its topic is assigned."""
    need = raised(agent, at=at, **told)
    course = CourseFactory.create(topic=need.topic)
    return planning.assign_course(need, course, measure=measure, by=None, at=at)


def to_read(
    agent: Agent | None = None, *, at: datetime = NOW, by: User | None = None, **article_facts: Any
) -> TrainingNeed:
    """A need for which an article of its topic is to be read."""
    need = raised(agent, at=at)
    article = ArticleFactory.create(topic=need.topic, **article_facts)
    return planning.assign_article(need, article, by=by, at=at)


def end(need: TrainingNeed, state: EnrolmentState, *, at: datetime) -> None:
    """The enrolment ends, by whatever the room of courses does."""
    Enrolment.objects.filter(pk=need.enrolment_id).update(state=state, ended_at=at)


@dataclass
class Figure:
    """Answers with one value for each instant at which a window ends, and remembers what it was asked."""

    values: dict[datetime, Decimal]
    key: str = "figure"
    label: str = "满意度"
    is_share: bool = False
    is_higher_better: bool = True
    least: Decimal = Decimal("0.2")
    asked: list[tuple[Agent, Topic, datetime, datetime]] = field(default_factory=list)

    def value(self, agent: Agent, topic: Topic, since: datetime, until: datetime) -> Decimal | None:
        self.asked.append((agent, topic, since, until))
        return self.values.get(until)
