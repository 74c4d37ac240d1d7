"""What could help somebody. # T5 T10"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staffing.models import Agent
from tests.factories import NOW, TODAY
from tests.need_factories import raised
from tests.training_factories import ArticleFactory, CourseFactory, EnrolmentFactory, TopicFactory
from training.choices import Audience, CourseState, EnrolmentState, UseKind
from training.knowledge import usage
from training.needs import proposals

pytestmark = pytest.mark.django_db


def test_open_courses_of_the_topic_and_below_but_for_what_he_has_completed(agent: Agent):
    need = raised(agent)
    below = TopicFactory.create(parent=need.topic)
    fit = CourseFactory.create(topic=need.topic, code="a")
    deeper = CourseFactory.create(topic=below, code="b")
    CourseFactory.create()
    CourseFactory.create(topic=need.topic, state=CourseState.DRAFT)
    completed = CourseFactory.create(topic=need.topic)
    EnrolmentFactory.create(agent=agent, course=completed, state=EnrolmentState.COMPLETED)
    assert [one.course for one in proposals.courses_for(need)] == [fit, deeper]


def test_what_he_completed_in_an_earlier_edition_is_proposed_again(agent: Agent):
    need = raised(agent)
    course = CourseFactory.create(topic=need.topic, version=2)
    EnrolmentFactory.create(agent=agent, course=course, course_version=1, state=EnrolmentState.COMPLETED)
    assert [one.course for one in proposals.courses_for(need)] == [course]


def test_what_he_has_to_do_already_says_by_when(agent: Agent):
    need = raised(agent)
    enrolment = EnrolmentFactory.create(agent=agent, course__topic=need.topic)
    assert [one.due_on for one in proposals.courses_for(need)] == [enrolment.due_on]


def test_articles_that_he_may_read_the_most_used_first(agent: Agent):
    need = raised(agent)
    rare, used, _hidden = (
        ArticleFactory.create(topic=need.topic),
        ArticleFactory.create(topic=need.topic),
        ArticleFactory.create(topic=need.topic, audience=Audience.LEADERS),
    )
    usage.record(used.current, UseKind.INSERTED, by=None, at=NOW, reference="T1")
    usage.record(rare.current, UseKind.SUGGESTED, by=None, at=NOW, reference="T1")
    found = proposals.articles_for(need, on=TODAY)
    assert [(one.article, one.uses) for one in found] == [(used, 1), (rare, 0)]


def test_however_many_there_are_it_is_two_queries_and_five_of_each(agent: Agent):
    need = raised(agent)
    CourseFactory.create_batch(7, topic=need.topic)
    ArticleFactory.create_batch(7, topic=need.topic)
    agent.user.role_codes  # noqa: B018 - read once for each person
    with CaptureQueriesContext(connection) as queries:
        courses = proposals.courses_for(need)
        articles = [str(one.article) for one in proposals.articles_for(need, on=TODAY)]
    assert (len(courses), len(articles)) == (proposals.AT_MOST, proposals.AT_MOST)
    assert len(queries) <= 3  # One more for what the reader's roles let him read.
