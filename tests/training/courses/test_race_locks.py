"""Marking against learning, a rule against its trainer, two trainers at once. # T1 T3"""

import pytest
from django.db import transaction

from portal.errors import DomainError
from portal.models import User
from staffing.models import Agent
from tests.complaints.test_races import Meeting, kinds, race
from tests.factories import NOW, AgentFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory
from training.choices import AudienceKind, EnrolmentSource, EnrolmentState
from training.courses import audiences, editing, enrolment, marking, offering, progress
from training.models import Course, CourseAudience, Enrolment, LessonDone

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_marks_and_who_learns_come_one_after_the_other(agent: Agent, trainer: User):
    row = EnrolmentFactory.create(agent=agent)
    lesson = LessonFactory.create(course=row.course)
    outcomes = kinds(race(2, acts(row, lesson, trainer)))
    row.refresh_from_db()
    assert outcomes["won"] == 1
    assert outcomes["database"] == 0
    assert (row.state == EnrolmentState.COMPLETED) == LessonDone.objects.exists()


@pytest.mark.postgres
def test_without_the_lock_what_was_learned_meanwhile_is_written_over(
    agent: Agent, trainer: User, monkeypatch
):
    row = EnrolmentFactory.create(agent=agent)
    lesson, meeting = LessonFactory.create(course=row.course), Meeting(2)
    plain = progress._locked

    def unlocked(rows):
        found = rows.select_related("agent__user", "course").first()
        meeting.wait()
        return found

    def late(which: Enrolment) -> Enrolment:
        meeting.wait()
        return plain(which)

    monkeypatch.setattr(marking, "_locked", unlocked)
    monkeypatch.setattr(progress, "_locked", late)
    outcomes = kinds(race(2, acts(row, lesson, trainer), careless=True))
    assert outcomes["won"] == 2 or outcomes["database"] > 0


def acts(row: Enrolment, lesson, trainer: User):
    def act(number: int) -> object:
        if number:
            return progress.lesson_done(row, lesson, by=row.agent.user, at=NOW)
        return marking.waive(row.agent, row.course, reason="免修", by=trainer, at=NOW)

    return act


@pytest.mark.usefixtures("agent")
def test_a_rule_switched_off_since_it_was_read_enrols_nobody(monkeypatch):
    row = CourseAudience.objects.create(course=CourseFactory.create(), kind=AudienceKind.EVERYBODY)
    plain = audiences._held

    def switched_off_meanwhile(course: Course):
        CourseAudience.objects.update(is_active=False)
        return plain(course)

    monkeypatch.setattr(audiences, "_held", switched_off_meanwhile)
    assert audiences.enrol_all(NOW) == 0
    assert not row.enrolments.exists()


@pytest.mark.usefixtures("agent")
def test_a_rule_switched_on_again_withdraws_nobody(monkeypatch):
    course = CourseFactory.create()
    CourseAudience.objects.create(course=course, kind=AudienceKind.EVERYBODY)
    audiences.enrol_all(NOW)
    CourseAudience.objects.update(is_active=False)
    plain = audiences._withdraw

    def switched_on_meanwhile(*told):
        CourseAudience.objects.update(is_active=True)
        return plain(*told)

    monkeypatch.setattr(audiences, "_withdraw", switched_on_meanwhile)
    assert audiences.withdraw_unfit(NOW) == 0
    assert Enrolment.objects.unfinished().exists()


@pytest.mark.postgres
def test_two_who_save_courses_with_prerequisites_do_not_wait_for_each_other():
    """Each holds the course that he has written, as the form does."""
    first, second, base = (lesson.course for lesson in LessonFactory.create_batch(3))
    meeting = Meeting(2)

    @transaction.atomic
    def save(number: int) -> None:
        course = (first, second)[number]
        Course.objects.filter(pk=course.pk).update(title=f"改{number}")
        meeting.wait()
        editing.check(course, [base], by=None, at=NOW)

    assert kinds(race(2, save)) == {"won": 2}


@pytest.mark.parametrize("act", ["open", "edition"])
def test_who_opens_a_course_and_who_enrols_do_not_wait_for_each_other(trainer: User, act: str):
    for _turn in range(3):
        course = CourseFactory.create(state="draft" if act == "open" else "open")
        LessonFactory.create(course=course)
        CourseAudience.objects.create(course=course, kind=AudienceKind.EVERYBODY)
        people = AgentFactory.create_batch(4)

        def run(number: int, course=course, people=people) -> object:
            if number < 4:
                source = EnrolmentSource.ASSIGNED
                return enrolment.enrol(people[number], course, source=source, by=None, at=NOW)
            if act == "open":
                return offering.open_course(course, by=trainer, at=NOW)
            return offering.new_edition(course, is_repeated=True, by=trainer, at=NOW)

        outcomes = race(5, run)
        assert kinds(outcomes)["database"] == 0, outcomes
        assert not isinstance(outcomes[4], DomainError)
        assert Enrolment.objects.unfinished().filter(course=course, agent__in=people).count() == 4
