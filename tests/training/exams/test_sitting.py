"""Sitting an exam: once only, in its time, and by nobody else. # T4"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from staffing.models import Agent
from tests.exam_factories import MINUTE, answer_all, exam_for_skill, exam_with, right, sat, sit, wrong
from tests.factories import NOW, TODAY, AgentFactory, CertificateFactory, SkillFactory
from tests.training_factories import CourseFactory, EnrolmentFactory, LessonFactory, QuestionFactory
from training import policy
from training.choices import AttemptState, EnrolmentState, ExamState, QuestionKind
from training.exams import admission, marking, sitting
from training.models import Course, Enrolment, Exam, ExamAttempt, LessonDone

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def begin(exam: Exam, agent: Agent, at: Any = NOW) -> ExamAttempt:
    return sitting.start(exam, agent, by=agent.user, at=at, seed=7)


def course_of(agent: Agent, **facts: Any) -> tuple[Course, Enrolment]:
    course = CourseFactory.create(**facts)
    return course, EnrolmentFactory.create(agent=agent, course=course)


# Beginning


def test_a_paper_is_frozen_when_it_begins(agent: Agent):
    exam = exam_with(QuestionKind.SINGLE, QuestionKind.FILL_IN, time_limit_minutes=30)
    attempt = begin(exam, agent)
    frozen = [(each.stem, each.key, each.options, each.marks) for each in attempt.questions.all()]
    question = attempt.questions.get(position=1).question
    question.options.all().delete()
    question.stem = "改了"
    question.save()
    Exam.objects.update(pass_mark_percent=10, time_limit_minutes=5)
    attempt.refresh_from_db()
    assert frozen == [(each.stem, each.key, each.options, each.marks) for each in attempt.questions.all()]
    assert (attempt.deadline_at, attempt.pass_mark_percent) == (NOW + 30 * MINUTE, Decimal(80))
    assert (attempt.total, attempt.cycle, attempt.number) == (Decimal(20), 1, 1)
    assert AuditEntry.objects.of(attempt).get().actor == agent.user


def test_nobody_begins_for_somebody_else(agent: Agent, stranger: Agent, trainer: Any):
    exam = exam_with()
    for by in (stranger.user, trainer, None):
        with pytest.raises(NotAllowed):
            sitting.start(exam, agent, by=by, at=NOW)
    assert not ExamAttempt.objects.exists()


def test_who_has_one_running_gets_it_back(agent: Agent):
    exam = exam_with()
    first = begin(exam, agent)
    assert begin(exam, agent, NOW + MINUTE) == first
    assert ExamAttempt.objects.count() == 1


@pytest.mark.parametrize("state", [ExamState.DRAFT, ExamState.CLOSED])
def test_only_an_open_exam_is_sat(agent: Agent, state: ExamState):
    with pytest.raises(WrongState):
        begin(exam_with(state=state), agent)


def test_whoever_has_left_sits_none():
    gone = AgentFactory.create(has_left=True)
    with pytest.raises(WrongState):
        begin(exam_with(), gone)


def test_an_exam_of_a_course_asks_for_an_enrolment(agent: Agent):
    course = CourseFactory.create()
    exam = exam_with(course=course)
    with pytest.raises(WrongState):
        begin(exam, agent)
    enrolment = EnrolmentFactory.create(agent=agent, course=course)
    assert begin(exam, agent).enrolment == enrolment


def test_a_course_that_has_ended_for_somebody_opens_no_exam(agent: Agent):
    course, enrolment = course_of(agent)
    enrolment.state = EnrolmentState.WITHDRAWN
    enrolment.save()
    with pytest.raises(WrongState):
        begin(exam_with(course=course), agent)


def test_required_lessons_come_first(agent: Agent):
    course, enrolment = course_of(agent)
    exam = exam_with(course=course)
    lesson = LessonFactory.create(course=course)
    LessonFactory.create(course=course, is_required=False)
    LessonFactory.create(course=course, is_retired=True)
    with pytest.raises(WrongState, match="1"):
        begin(exam, agent)
    LessonDone.objects.create(enrolment=enrolment, lesson=lesson, done_at=NOW)
    assert begin(exam, agent).state == AttemptState.RUNNING


def test_lessons_done_in_an_earlier_enrolment_do_not_count(agent: Agent):
    course, before = course_of(agent)
    lesson = LessonFactory.create(course=course)
    LessonDone.objects.create(enrolment=before, lesson=lesson, done_at=NOW)
    before.state = EnrolmentState.COMPLETED
    before.save()
    EnrolmentFactory.create(agent=agent, course=course, cycle=2)
    with pytest.raises(WrongState):
        begin(exam_with(course=course), agent)


def test_courses_that_come_before_must_be_completed_or_waived(agent: Agent):
    course, _enrolment = course_of(agent)
    first = CourseFactory.create(title="入职培训")
    course.prerequisites.add(first)
    exam = exam_with(course=course)
    with pytest.raises(WrongState, match="入职培训"):
        begin(exam, agent)
    EnrolmentFactory.create(agent=agent, course=first, state=EnrolmentState.WAIVED)
    assert begin(exam, agent).state == AttemptState.RUNNING


def test_after_a_failed_attempt_one_waits(agent: Agent):
    exam = exam_with(wait_hours=24)
    failed = sat(exam, agent, is_passed=False)
    assert failed.handed_in_at
    again = failed.handed_in_at + DAY
    with pytest.raises(WrongState):
        begin(exam, agent, again - SECOND)
    assert begin(exam, agent, again).number == 2


def test_attempts_are_counted_and_annulled_ones_are_not(agent: Agent, trainer: Any):
    exam = exam_with(max_attempts=2, wait_hours=0)
    for day in range(2):
        attempt = sat(exam, agent, at=NOW + day * DAY, is_passed=False)
    with pytest.raises(WrongState, match="2"):
        begin(exam, agent, NOW + 3 * DAY)
    marking.annul(attempt, reason="系统故障", by=trainer, at=NOW + 3 * DAY)
    assert begin(exam, agent, NOW + 3 * DAY).number == 3


def test_whoever_has_passed_does_not_sit_it_again(agent: Agent):
    exam = exam_with()
    sat(exam, agent)
    with pytest.raises(WrongState):
        begin(exam, agent, NOW + 3 * DAY)


def test_a_paper_that_is_being_marked_keeps_the_next_one_closed(agent: Agent):
    exam = exam_with(QuestionKind.SHORT)
    sat(exam, agent)
    with pytest.raises(WrongState):
        begin(exam, agent, NOW + 3 * DAY)


def test_a_certificate_is_renewed_from_the_window_on_and_not_before(agent: Agent):
    exam = exam_for_skill()
    ends = NOW.date() + timedelta(days=100)
    CertificateFactory.create(agent=agent, skill=exam.skill, valid_from=TODAY, valid_until=ends)
    opens = NOW + timedelta(days=100) - policy.RENEWAL_WINDOW
    with pytest.raises(WrongState):
        begin(exam, agent, opens - DAY)
    attempt = begin(exam, agent, opens)
    assert (attempt.cycle, attempt.number) == (2, 1)


def test_each_cycle_has_its_own_attempts(agent: Agent):
    exam = exam_for_skill(max_attempts=1, valid_days=10)
    sat(exam, agent)
    later = NOW + timedelta(days=5)
    failed = sat(exam, agent, at=later, is_passed=False)
    assert (failed.cycle, failed.number) == (2, 1)
    with pytest.raises(WrongState):
        begin(exam, agent, later + 5 * DAY)


def test_without_attempts_left_the_enrolment_has_failed_and_another_gives_new_ones(agent: Agent):
    course, enrolment = course_of(agent)
    exam = exam_with(course=course, max_attempts=1, wait_hours=0)
    sat(exam, agent, is_passed=False)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.FAILED
    EnrolmentFactory.create(agent=agent, course=course, cycle=2)
    assert begin(exam, agent, NOW + DAY).cycle == 2


def test_a_pass_completes_the_course(agent: Agent):
    course, enrolment = course_of(agent)
    sat(exam_with(course=course), agent)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_bank_that_is_too_small_begins_nothing(agent: Agent):
    exam = exam_with()
    exam.parts.update(count=5)
    with pytest.raises(WrongState) as refused:
        begin(exam, agent)
    assert str(exam.parts.get().topic) not in str(refused.value)
    assert not ExamAttempt.objects.exists()


def test_what_may_be_sat_is_read_in_six_queries(agent: Agent, django_assert_num_queries: Any):
    exams = [exam_with(course=course_of(agent)[0], skill=SkillFactory.create()) for _each in range(6)]
    agent = Agent.objects.select_related("user", "team__department").get(pk=agent.pk)
    with django_assert_num_queries(6):
        found = admission.of(agent, exams, at=NOW)
    assert [each.may_begin for each in found] == [True] * 6


# Answering


def test_the_last_answer_before_the_deadline_counts(agent: Agent):
    attempt = sit(exam_with(), agent)
    sitting.answer(attempt, 1, wrong(attempt, 1), by=agent.user, at=NOW)
    sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=NOW + MINUTE)
    question = attempt.questions.get(position=1)
    assert (question.answer, question.answered_at) == (right(attempt, 1), NOW + MINUTE)


def test_an_answer_can_be_taken_back(agent: Agent):
    attempt = sit(exam_with(), agent)
    sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=NOW)
    assert sitting.answer(attempt, 1, [], by=agent.user, at=NOW).answer is None


@pytest.mark.parametrize(
    ("after_deadline", "counts"), [(timedelta(0), True), (policy.GRACE, True), (policy.GRACE + SECOND, False)]
)
def test_what_comes_later_than_the_grace_is_kept_but_does_not_count(
    agent: Agent, after_deadline: timedelta, *, counts: bool
):
    attempt = sit(exam_with(QuestionKind.SINGLE), agent)
    at = attempt.deadline_at + after_deadline
    question = sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=at)
    assert (question.answer is not None, question.late_answer is not None) == (counts, not counts)
    judged = sitting.hand_in(attempt, by=agent.user, at=at)
    assert judged.state == (AttemptState.PASSED if counts else AttemptState.FAILED)


def test_a_late_answer_does_not_take_the_one_in_time_away(agent: Agent):
    attempt = sit(exam_with(QuestionKind.SINGLE), agent)
    sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=NOW)
    late = attempt.deadline_at + HOUR
    sitting.answer(attempt, 1, wrong(attempt, 1), by=agent.user, at=late)
    question = attempt.questions.get()
    assert (question.answer, question.late_answer) == (right(attempt, 1), wrong(attempt, 1))
    assert sitting.hand_in(attempt, by=agent.user, at=late).state == AttemptState.PASSED


def test_nobody_answers_or_hands_in_for_somebody_else(agent: Agent, stranger: Agent, trainer: Any):
    attempt = sit(exam_with(), agent)
    for by in (stranger.user, trainer):
        with pytest.raises(NotAllowed):
            sitting.answer(attempt, 1, right(attempt, 1), by=by, at=NOW)
        with pytest.raises(NotAllowed):
            sitting.hand_in(attempt, by=by, at=NOW)
    assert not attempt.questions.exclude(answer=None).exists()


@pytest.mark.parametrize("position", [0, 3, 99, -1])
def test_only_questions_of_the_paper_are_answered(agent: Agent, position: int):
    attempt = sit(exam_with(), agent)
    with pytest.raises(MissingInformation):
        sitting.answer(attempt, position, ["x"], by=agent.user, at=NOW)


ODD: list[tuple[QuestionKind, Callable[[ExamAttempt], list[str]]]] = [
    (QuestionKind.SINGLE, lambda _paper: ["nope"]),
    (QuestionKind.SINGLE, lambda paper: [*right(paper, 1), *wrong(paper, 1)]),
    (QuestionKind.TRUE_FALSE, lambda paper: [*right(paper, 1), *wrong(paper, 1)]),
    (QuestionKind.MULTIPLE, lambda paper: [*right(paper, 1), "nope"]),
    (QuestionKind.MULTIPLE, lambda paper: right(paper, 1)[:1] * 2),
    (QuestionKind.FILL_IN, lambda _paper: ["a", "b", "c"]),
    (QuestionKind.FILL_IN, lambda _paper: ["a" * (policy.LONGEST_BLANK + 1)]),
    (QuestionKind.SHORT, lambda _paper: ["a", "b"]),
    (QuestionKind.SHORT, lambda _paper: ["a" * (policy.LONGEST_SHORT_ANSWER + 1)]),
]


@pytest.mark.parametrize(("kind", "given"), ODD)
def test_what_is_no_answer_to_the_question_is_refused(agent: Agent, kind: QuestionKind, given: Any):
    attempt = sit(exam_with(kind), agent)
    with pytest.raises(MissingInformation):
        sitting.answer(attempt, 1, given(attempt), by=agent.user, at=NOW)
    assert attempt.questions.get().answer is None


def test_an_option_of_another_question_is_none_of_this_one(agent: Agent):
    attempt = sit(exam_with(), agent)
    with pytest.raises(MissingInformation):
        sitting.answer(attempt, 1, right(attempt, 2), by=agent.user, at=NOW)


def test_one_odd_answer_among_several_keeps_none(agent: Agent):
    attempt = sit(exam_with(), agent)
    with pytest.raises(MissingInformation):
        sitting.save(attempt, {1: right(attempt, 1), 2: ["nope"]}, by=agent.user, at=NOW)
    assert not attempt.questions.exclude(answer=None).exists()


# Handing in


def test_after_handing_in_nothing_is_changed_and_nothing_reopened(agent: Agent):
    attempt = sat(exam_with(), agent, is_passed=False)
    before = list(attempt.questions.values())
    with pytest.raises(WrongState):
        sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=NOW + 2 * MINUTE)
    with pytest.raises(WrongState):
        sitting.hand_in(attempt, by=agent.user, at=NOW + 2 * MINUTE)
    assert list(attempt.questions.values()) == before
    with pytest.raises(WrongState):
        begin(attempt.exam, agent, NOW + 2 * MINUTE)


def test_what_needs_no_person_is_judged_at_once(agent: Agent):
    exam = exam_with(
        QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE, QuestionKind.FILL_IN
    )
    attempt = sat(exam, agent)
    assert (attempt.state, attempt.score, attempt.total) == (AttemptState.PASSED, Decimal(40), Decimal(40))
    assert attempt.judged_at == attempt.handed_in_at == NOW + MINUTE


def test_a_short_answer_makes_it_wait_for_a_marker_unless_it_is_empty(agent: Agent):
    exam = exam_with(QuestionKind.SINGLE, QuestionKind.SHORT, wait_hours=0)
    written = sat(exam, agent)
    assert (written.state, written.score) == (AttemptState.TO_MARK, None)
    ExamAttempt.objects.all().update(state=AttemptState.VOID)
    empty = sit(exam, agent, at=NOW + DAY)
    sitting.answer(empty, 1, right(empty, 1), by=agent.user, at=NOW + DAY)
    judged = sitting.hand_in(empty, by=agent.user, at=NOW + DAY)
    assert (judged.state, judged.score) == (AttemptState.FAILED, Decimal(10))


def test_half_of_the_marks_is_no_pass(agent: Agent):
    attempt = sit(exam_with(), agent)
    sitting.answer(attempt, 1, right(attempt, 1), by=agent.user, at=NOW)
    assert sitting.hand_in(attempt, by=agent.user, at=NOW).score == Decimal(10)


def test_the_sweep_hands_in_what_ran_out_as_of_its_deadline(agent: Agent, stranger: Agent):
    exam = exam_with()
    attempt = sit(exam, agent)
    answer_all(attempt, at=NOW)
    young = sit(exam, stranger, at=NOW + 30 * MINUTE)
    assert sitting.sweep(attempt.deadline_at + policy.GRACE) == 0
    assert sitting.sweep(attempt.deadline_at + HOUR - 30 * MINUTE) == 1
    attempt.refresh_from_db()
    young.refresh_from_db()
    assert (attempt.state, attempt.handed_in_at) == (AttemptState.PASSED, attempt.deadline_at)
    assert young.state == AttemptState.RUNNING
    assert sitting.sweep(attempt.deadline_at + HOUR - 30 * MINUTE) == 0


def test_one_paper_that_cannot_be_handed_in_stops_no_other(agent: Agent, stranger: Agent):
    exam = exam_with()
    broken, whole = sit(exam, agent), sit(exam, stranger)
    broken.questions.filter(kind=QuestionKind.SINGLE).update(kind=QuestionKind.FILL_IN, key=[7])
    broken.questions.update(answer=["x"])
    assert sitting.sweep(whole.deadline_at + HOUR) == 1
    whole.refresh_from_db()
    assert whole.state == AttemptState.FAILED


def test_a_paper_that_ran_out_is_closed_before_the_next_begins(agent: Agent):
    exam = exam_with(wait_hours=0)
    first = begin(exam, agent)
    second = begin(exam, agent, first.deadline_at + HOUR)
    first.refresh_from_db()
    assert (first.state, second.number) == (AttemptState.FAILED, 2)


def test_a_paper_that_ran_out_is_closed_though_the_next_may_not_begin_yet(agent: Agent):
    first = begin(exam_with(wait_hours=24), agent)
    with pytest.raises(WrongState):
        begin(first.exam, agent, first.deadline_at + HOUR)
    first.refresh_from_db()
    assert (first.state, first.handed_in_at) == (AttemptState.FAILED, first.deadline_at)


def test_a_retired_question_stays_on_the_papers_that_have_it(agent: Agent):
    attempt = sit(exam_with(), agent)
    attempt.questions.get(position=1).question.__class__.objects.update(is_active=False)
    QuestionFactory.create()
    answer_all(attempt, at=NOW)
    assert sitting.hand_in(attempt, by=agent.user, at=NOW).state == AttemptState.PASSED
