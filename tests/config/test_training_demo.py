"""What the demonstration teaches keeps the rules of the steps, though much of it is written in bulk. # T4"""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.db import transaction
from django.db.models import Count, F, Q, Sum

from config.demo import papers, people, sittings, training
from config.demo.training_texts import EXAMS
from portal.models import User
from staffing import calendars
from tests.factories import NOW
from training.admin import marking_pages
from training.choices import AttemptState, EnrolmentState, ExamState, Finding, QuestionKind
from training.exams import figures
from training.exams.papers import draw
from training.exams.stock import Stock
from training.models import (
    Course,
    Enrolment,
    Exam,
    ExamAttempt,
    IssuedCertificate,
    Lesson,
    LessonDone,
    PaperQuestion,
    Question,
    Topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):  # noqa: ARG001 - the database has to be there
    with django_db_blocker.unblock(), transaction.atomic():
        calendars.seed_standard_calendars(by=None, at=NOW)
        staff = people.open_department(60, rng=Random(7), at=NOW)
        training.open_training(staff, rng=Random(7), at=NOW)
        yield staff
        transaction.set_rollback(True)


@pytest.mark.usefixtures("demo")
def test_the_department_has_something_to_learn_and_a_bank_to_be_examined_from():
    assert Topic.objects.count() > 20
    assert Course.objects.count() >= 10
    assert Lesson.objects.count() >= 40
    assert Question.objects.count() >= 100
    assert set(Question.objects.values_list("kind", flat=True)) == set(QuestionKind)
    assert all(len(lesson.text) >= 70 for lesson in Lesson.objects.all())


@pytest.mark.usefixtures("demo")
def test_every_open_exam_can_be_drawn_and_is_worth_a_hundred_marks():
    stock = Stock.load()
    for exam in Exam.objects.prefetch_related("parts__topic"):
        coverage = stock.coverage(exam.parts.all())
        assert (exam.code, coverage.marks) == (exam.code, 100)
        assert coverage.suffices == (exam.state == ExamState.OPEN)
    assert Exam.objects.filter(state=ExamState.DRAFT).count() == sum(text.is_draft for text in EXAMS)


@pytest.mark.usefixtures("demo")
def test_everybody_has_got_somewhere_and_some_are_late():
    states = Counter(Enrolment.objects.values_list("state", flat=True))
    assert set(states) == set(EnrolmentState)
    assert Enrolment.objects.overdue(NOW.date()).exists()
    assert not Enrolment.objects.filter(Q(started_at__gt=NOW) | Q(ended_at__gt=NOW)).exists()
    assert not LessonDone.objects.filter(done_at__gt=NOW).exists()
    assert not LessonDone.objects.exclude(lesson__course=F("enrolment__course")).exists()


@pytest.mark.usefixtures("demo")
def test_what_is_completed_has_all_its_lessons_and_its_exam_and_nothing_else_has():
    finished = Enrolment.objects.annotate(done=Count("lessons_done")).select_related("course")
    for enrolment in finished.filter(state=EnrolmentState.COMPLETED):
        assert enrolment.done == enrolment.course.lessons.count()
        assert not enrolment.course.needs_session or enrolment.ended_by
        exams = enrolment.course.exams.open()
        passed = ExamAttempt.objects.filter(enrolment=enrolment, state=AttemptState.PASSED)
        assert {attempt.exam_id for attempt in passed} == {exam.pk for exam in exams}
    for enrolment in finished.filter(state=EnrolmentState.IN_PROGRESS):
        is_waiting = enrolment.course.needs_session or enrolment.course.exams.open().exists()
        assert is_waiting or enrolment.done < enrolment.course.lessons.count()


@pytest.mark.usefixtures("demo")
def test_papers_are_judged_by_their_marks_within_time_and_attempts():
    attempts = ExamAttempt.objects.annotate(given=Sum("questions__awarded"), worth=Sum("questions__marks"))
    assert attempts.count() > 100
    for attempt in attempts.select_related("exam"):
        assert (attempt.given, attempt.worth) == (attempt.score, attempt.total)
        is_passed = attempt.score * 100 >= attempt.pass_mark_percent * attempt.total
        assert (attempt.state == AttemptState.PASSED) == is_passed
        assert attempt.started_at < attempt.handed_in_at <= attempt.deadline_at
        assert attempt.number <= attempt.exam.max_attempts
    assert not attempts.filter(handed_in_at__gt=NOW).exists()


@pytest.mark.usefixtures("demo")
def test_a_paper_of_the_demonstration_is_the_one_that_its_seed_draws():
    attempt = ExamAttempt.objects.select_related("exam").first()
    drawn = draw(attempt.exam, seed=attempt.seed)
    kept = attempt.questions.order_by("position")
    assert [(one.question_id, one.options) for one in drawn] == [
        (row.question_id, row.options) for row in kept
    ]


@pytest.mark.usefixtures("demo")
def test_results_have_a_doubtful_key_to_find():
    told = figures.of_exam(Exam.objects.get(code="newcomer"))
    assert 0.4 < told.passing.first_rate < told.passing.rate <= 1
    doubted = {line.question.code for line in told.items if Finding.KEY_DOUBTED in line.item.findings}
    assert "Q00088" in doubted


def test_some_have_sat_by_the_steps_themselves(demo):
    """A certificate with its paper, one that was renewed early, and a paper that the trainer has to mark."""
    trainer = User.objects.get(username="trainer")
    with transaction.atomic():
        sittings.fill(demo, at=NOW)
        own = IssuedCertificate.objects.get(certificate__agent=demo.handler)
        assert own.certificate.skill.code == "hotline"
        renewed = IssuedCertificate.objects.exclude(pk=own.pk).get().certificate
        before = renewed.agent.certificates.get(skill=renewed.skill, cycle=renewed.cycle - 1)
        assert renewed.valid_from == before.valid_until + timedelta(days=1)
        waiting = marking_pages.queue(trainer).get()
        assert waiting.questions.filter(kind=QuestionKind.SHORT, awarded=None).exists()
        assert waiting.enrolment.started_at < waiting.started_at < waiting.handed_in_at < NOW
        transaction.set_rollback(True)


def test_the_same_seed_teaches_the_same(demo):
    """All that is left to chance is who has got how far, and what he answered."""
    courses = {course.code: course for course in Course.objects.all()}
    exams = list(Exam.objects.open())

    def told():
        papers_told = PaperQuestion.objects.order_by("attempt__started_at", "attempt", "position")
        return (
            list(Enrolment.objects.order_by("pk").values_list("agent", "course", "state", "ended_at")),
            list(papers_told.values_list("question", "answer", "awarded")),
        )

    def again(seed):
        for model in (PaperQuestion, ExamAttempt, LessonDone, Enrolment):
            model.objects.all().delete()
        rng = Random(seed)
        rows = training._enrolments(demo, courses, rng=rng, at=NOW)
        papers.fill(rows, exams, marker=User.objects.get(username="trainer"), rng=rng, at=NOW)
        return told()

    first = told()
    with transaction.atomic():
        assert again(8) != first
        assert again(7) == first
        transaction.set_rollback(True)
