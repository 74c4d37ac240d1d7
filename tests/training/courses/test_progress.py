"""Lesson by lesson to the end. # T1 T3"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.errors import NotAllowed, WrongState
from portal.models import AuditEntry
from staffing.models import Agent
from tests.factories import NOW
from tests.training_factories import CourseFactory, EnrolmentFactory, ExamFactory, LessonFactory
from training.choices import AttemptState, CourseState, EnrolmentState, Presence, SessionState
from training.courses import failing, prerequisites, progress
from training.models import (
    Course,
    Enrolment,
    ExamAttempt,
    Lesson,
    LessonDone,
    SessionBooking,
    TrainingSession,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def course() -> Course:
    return CourseFactory.create()


@pytest.fixture
def lessons(course: Course) -> list[Lesson]:
    return LessonFactory.create_batch(2, course=course)


@pytest.fixture
def enrolment(agent: Agent, course: Course) -> Enrolment:
    return EnrolmentFactory.create(agent=agent, course=course)


def do(enrolment: Enrolment, lesson: Lesson) -> Enrolment:
    return progress.lesson_done(enrolment, lesson, by=enrolment.agent.user, at=NOW)


def present(agent: Agent, course: Course, *, presence=Presence.PRESENT, starts_at=NOW) -> None:
    session = TrainingSession.objects.create(
        course=course, trainer=course.owner, starts_at=starts_at, ends_at=starts_at + HOUR, seats=9,
        state=SessionState.HELD,
    )  # fmt: skip
    SessionBooking.objects.create(session=session, agent=agent, presence=presence, booked_at=NOW)


def passed(enrolment: Enrolment, exam, *, state=AttemptState.PASSED) -> None:
    ExamAttempt.objects.create(
        exam=exam, agent=enrolment.agent, enrolment=enrolment, state=state, seed=1, cycle=enrolment.pk,
        started_at=NOW, deadline_at=NOW + HOUR, pass_mark_percent=80, total=10, score=9,
    )  # fmt: skip


def test_the_first_lesson_begins_a_course_and_the_last_completes_it(
    enrolment: Enrolment, lessons: list[Lesson]
):
    begun = do(enrolment, lessons[0])
    assert (begun.state, begun.started_at) == (EnrolmentState.IN_PROGRESS, NOW)
    assert progress.of([begun])[begun.pk].percent == 50
    ended = do(enrolment, lessons[1])
    assert (ended.state, ended.ended_at) == (EnrolmentState.COMPLETED, NOW)
    assert progress.of([ended])[ended.pk].percent == 100
    assert [entry.changes["state"][1] for entry in AuditEntry.objects.of(ended).order_by("pk")] == [
        "in_progress",
        "completed",
    ]


def test_a_second_click_finds_the_lesson_done(enrolment: Enrolment, lessons: list[Lesson]):
    do(enrolment, lessons[0])
    do(enrolment, lessons[0])
    assert LessonDone.objects.count() == 1
    do(enrolment, lessons[1])
    assert do(enrolment, lessons[1]).state == EnrolmentState.COMPLETED


def test_only_oneself_and_only_lessons_of_the_course(
    enrolment: Enrolment, lessons: list[Lesson], trainer, supervisor
):
    for by in (trainer, supervisor, None):
        with pytest.raises(NotAllowed):
            progress.lesson_done(enrolment, lessons[0], by=by, at=NOW)
    with pytest.raises(NotAllowed):
        do(enrolment, LessonFactory.create())
    with pytest.raises(NotAllowed):
        do(enrolment, LessonFactory.create(course=enrolment.course, is_retired=True))


def test_what_has_ended_bars_nobody(enrolment: Enrolment, lessons: list[Lesson]):
    """Nobody could complete it any more."""
    first = CourseFactory.create(state=CourseState.ENDED)
    enrolment.course.prerequisites.add(first)
    assert prerequisites.missing(enrolment.agent, enrolment.course) == []
    assert do(enrolment, lessons[0]).state == EnrolmentState.IN_PROGRESS


def test_nothing_is_done_before_the_prerequisites_are_completed_or_waived(
    enrolment: Enrolment, lessons: list[Lesson]
):
    first = CourseFactory.create(title="入职基础")
    enrolment.course.prerequisites.add(first)
    with pytest.raises(WrongState, match="入职基础"):
        do(enrolment, lessons[0])
    before = EnrolmentFactory.create(agent=enrolment.agent, course=first, state=EnrolmentState.COMPLETED)
    assert prerequisites.missing(enrolment.agent, enrolment.course) == []
    Course.objects.filter(pk=first.pk).update(version=2, counts_from=2)  # An edition to be done again.
    with pytest.raises(WrongState):
        do(enrolment, lessons[0])
    Enrolment.objects.filter(pk=before.pk).update(state=EnrolmentState.WAIVED)
    assert do(enrolment, lessons[0]).state == EnrolmentState.IN_PROGRESS


def test_optional_and_retired_lessons_are_not_waited_for(enrolment: Enrolment, lessons: list[Lesson]):
    LessonFactory.create(course=enrolment.course, is_required=False)
    do(enrolment, lessons[0])
    lessons[1].is_retired = True
    lessons[1].save()
    assert progress.settle_course(enrolment.course, at=NOW) == 1
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_new_lesson_takes_nothing_from_who_is_finished(enrolment: Enrolment, lessons: list[Lesson]):
    for lesson in lessons:
        do(enrolment, lesson)
    LessonFactory.create(course=enrolment.course)
    progress.settle_course(enrolment.course, at=NOW)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED
    assert progress.of([enrolment])[enrolment.pk].percent == 100


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        (Presence.PRESENT, EnrolmentState.COMPLETED),
        (Presence.LATE, EnrolmentState.COMPLETED),
        (Presence.UNMARKED, EnrolmentState.TO_DO),
        (Presence.ABSENT, EnrolmentState.TO_DO),
    ],
)
def test_where_a_session_is_required_only_presence_completes(agent: Agent, presence, expected):
    course = CourseFactory.create(needs_session=True)
    row = EnrolmentFactory.create(agent=agent, course=course)
    present(agent, course, presence=presence)
    progress.settle_for(agent, course, at=NOW)
    row.refresh_from_db()
    assert row.state == expected


def test_a_session_before_the_enrolment_does_not_count(agent: Agent):
    course = CourseFactory.create(needs_session=True)
    row = EnrolmentFactory.create(agent=agent, course=course)
    present(agent, course, starts_at=NOW - 3 * HOUR)
    assert progress.settle(row, at=NOW).state == EnrolmentState.TO_DO


def test_an_exam_has_to_be_passed_within_this_enrolment(enrolment: Enrolment, lessons: list[Lesson]):
    exam = ExamFactory.create(course=enrolment.course)
    other = EnrolmentFactory.create(agent=enrolment.agent)
    passed(other, exam)
    for lesson in lessons:
        do(enrolment, lesson)
    assert progress.of([enrolment])[enrolment.pk].done == 2
    passed(enrolment, exam)
    assert progress.settle(enrolment, at=NOW).state == EnrolmentState.COMPLETED


def test_nothing_is_done_in_a_course_that_has_ended(enrolment: Enrolment, lessons: list[Lesson]):
    Course.objects.filter(pk=enrolment.course_id).update(state=CourseState.ENDED)
    with pytest.raises(WrongState):
        do(enrolment, lessons[0])


def test_failed_once_it_stays_so_and_what_was_completed_cannot_fail(enrolment: Enrolment):
    assert failing.fail(enrolment, at=NOW).state == EnrolmentState.FAILED
    done = EnrolmentFactory.create(state=EnrolmentState.COMPLETED)
    assert failing.fail(done, at=NOW).state == EnrolmentState.COMPLETED


@pytest.mark.usefixtures("lessons")
def test_the_progress_of_many_costs_no_more_than_that_of_one(course: Course):
    Course.objects.update(needs_session=True)
    ExamFactory.create(course=course)

    def queries(count: int) -> int:
        rows = EnrolmentFactory.create_batch(count, course=course)
        with CaptureQueriesContext(connection) as asked:
            assert len(progress.of(rows)) == count
        return len(asked)

    assert queries(1) == queries(8) == 6


@pytest.mark.parametrize(
    ("course_state", "state"),
    [(CourseState.OPEN, EnrolmentState.IN_PROGRESS), (CourseState.ENDED, EnrolmentState.FAILED)],
)
def test_what_failed_goes_on_only_while_its_course_does(enrolment: Enrolment, course_state, state):
    failing.fail(enrolment, at=NOW)
    Course.objects.update(state=course_state)
    failing.take_back(enrolment, at=NOW)
    enrolment.refresh_from_db()
    assert enrolment.state == state
