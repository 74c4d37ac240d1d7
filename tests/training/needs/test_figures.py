"""How needs stand. # T5"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.models import User
from staffing.models import Agent
from tests.factories import NOW, AgentFactory
from tests.need_factories import planned, raised
from tests.training_factories import CourseFactory, TopicFactory
from training.choices import Effect, NeedState
from training.models import Course, TrainingNeed
from training.needs import figures

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def settled(course: Course | None = None, *, days: int = 2, **facts: Any) -> TrainingNeed:
    """Raised so many days before it was satisfied, at NOW."""
    need = planned(at=NOW - days * DAY)
    told = {"state": NeedState.SATISFIED, "settled_at": NOW, "measure": "figure"} | facts
    TrainingNeed.objects.filter(pk=need.pk).update(course=course or need.course, **told)
    return need


def test_the_summary_counts_what_one_sees(agent: Agent, supervisor: User, trainer: User):
    raised(agent)
    planned()
    assert figures.summary(supervisor, at=NOW).open == 1
    assert figures.summary(supervisor, at=NOW).planned == 0
    assert figures.summary(trainer, at=NOW).planned == 1


def test_no_data_is_none_and_not_nought(trainer: User):
    told = figures.summary(trainer, at=NOW)
    assert (told.days, told.helped_share, told.helped_percent) == (None, None, None)


def test_days_to_satisfaction_are_the_median_of_thirty_days(trainer: User):
    for days in (1, 3, 20):
        settled(days=days)
    settled(days=50, settled_at=NOW - 31 * DAY)
    told = figures.summary(trainer, at=NOW)
    assert (told.satisfied, told.days) == (3, 3.0)


def test_the_share_that_helped_is_out_of_what_could_be_measured(trainer: User):
    for effect in (Effect.HELPED, Effect.HELPED, Effect.WORSE, Effect.NO_DATA):
        settled(effect=effect)
    told = figures.summary(trainer, at=NOW)
    assert (told.helped, told.measured, told.helped_percent) == (2, 3, 67)


def test_the_effect_of_a_course_is_the_means_of_those_with_both_figures(trainer: User):
    course = CourseFactory.create()
    for before, after, effect in [
        ("4.0", "4.4", Effect.HELPED),
        ("4.2", "4.2", Effect.UNCHANGED),
        ("4.0", None, Effect.NO_DATA),
    ]:
        settled(course, effect=effect, before=Decimal(before), after=after and Decimal(after))
    (told,) = figures.effects_by_course(trainer)
    assert (told.course, told.measure, told.count, told.without_data) == (course.title, "figure", 2, 1)
    assert (round(told.before, 2), round(told.after, 2), told.helped) == (Decimal("4.1"), Decimal("4.3"), 1)


def test_open_needs_by_topic_begin_with_what_most_people_lack(trainer: User):
    common, rare = TopicFactory.create(), TopicFactory.create()
    raised(topic=rare)
    twice = AgentFactory.create()
    raised(topic=common)
    raised(twice, topic=common)
    raised(twice, topic=common)
    planned()
    groups = figures.open_by_topic(trainer)
    assert [group.topic for group in groups] == [common, rare]
    assert (groups[0].needs[0].agent, groups[0].teams) == (twice, 2)


def test_the_last_reason_of_each_is_told(agent: Agent):
    need = raised(agent)
    raised(agent, topic=need.topic, text="又答错", at=NOW + DAY)
    assert figures.last_reasons([need])[need.pk].text == "又答错"
