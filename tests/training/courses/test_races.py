"""Several at one moment: one enrolment, one lesson. Each with its control. # T1 T3"""

from collections import Counter
from typing import Any

import pytest

from portal.errors import AlreadyTaken
from portal.models import User
from staffing.models import Agent
from tests.complaints.test_races import MANY, Meeting, kinds, race
from tests.factories import NOW, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory
from training.choices import AudienceKind, CourseState, EnrolmentSource, EnrolmentState
from training.courses import audiences, enrolment, offering, progress
from training.models import Course, CourseAudience, Enrolment, LessonDone

pytestmark = pytest.mark.django_db(transaction=True)


def enrol(agent: Agent, course: Course) -> Enrolment:
    return enrolment.enrol(agent, course, source=EnrolmentSource.ASSIGNED, by=None, at=NOW)


def test_of_eight_who_enrol_somebody_one_does(agent: Agent):
    course = CourseFactory.create()
    outcomes = race(MANY, lambda _n: enrol(agent, course))
    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}
    assert Enrolment.objects.get().cycle == 1


def test_without_the_lock_only_the_table_stops_the_others_with_an_error(agent: Agent, monkeypatch):
    course, meeting = CourseFactory.create(), Meeting(MANY)

    def unlocked(who: Agent, what: Course) -> tuple[Agent, Course]:
        found = Agent.objects.select_related("user", "team__department").get(pk=who.pk)
        Enrolment.objects.filter(agent=found).exists()
        meeting.wait()
        return found, Course.objects.get(pk=what.pk)

    monkeypatch.setattr(enrolment, "_locked", unlocked)
    outcomes = kinds(race(MANY, lambda _n: enrol(agent, course), careless=True))
    assert outcomes["database"] > 0
    assert Enrolment.objects.count() == 1


def test_a_lesson_that_is_clicked_eight_times_is_done_once(agent: Agent):
    row = EnrolmentFactory.create(agent=agent)
    lesson = LessonFactory.create(course=row.course)
    outcomes = race(MANY, lambda _n: click(row, lesson))
    assert kinds(outcomes) == {"won": MANY}
    assert LessonDone.objects.count() == 1
    assert Enrolment.objects.get().state == EnrolmentState.COMPLETED


def test_without_the_lock_a_second_click_runs_into_the_table(agent: Agent, monkeypatch):
    row, meeting = EnrolmentFactory.create(agent=agent), Meeting(MANY)
    lesson = LessonFactory.create(course=row.course)

    def unlocked(which: Enrolment) -> Enrolment:
        rows = Enrolment.objects.select_related("agent__user", "agent__team__department", "course")
        found = rows.get(pk=which.pk)
        meeting.wait()
        return found

    monkeypatch.setattr(progress, "_locked", unlocked)
    outcomes = kinds(race(MANY, lambda _n: click(row, lesson), careless=True))
    assert outcomes["database"] > 0


def click(row: Enrolment, lesson: Any) -> Enrolment:
    return progress.lesson_done(row, lesson, by=row.agent.user, at=NOW)


def test_two_sweeps_and_a_supervisor_enrol_everybody_once():
    course = CourseFactory.create()
    CourseAudience.objects.create(course=course, kind=AudienceKind.EVERYBODY)
    people = AgentFactory.create_batch(6)
    acts = [
        lambda: audiences.enrol_all(NOW),
        lambda: audiences.enrol_all(NOW),
        lambda: enrol(people[0], course),
    ]
    race(3, lambda number: acts[number]())
    counted = Counter(Enrolment.objects.values_list("agent", flat=True))
    assert counted == {agent.pk: 1 for agent in people}


def test_nobody_is_left_with_a_course_that_ended_meanwhile(trainer: User):
    course = CourseFactory.create()
    people = AgentFactory.create_batch(5)
    outcomes = race(
        6,
        lambda number: (
            enrol(people[number], course)
            if number < 5
            else offering.end(course, reason="废止", by=trainer, at=NOW)
        ),
    )
    assert kinds(outcomes)["database"] == 0
    assert Course.objects.get().state == CourseState.ENDED
    assert not Enrolment.objects.unfinished().exists()
