"""Marking, corrections, annulment: pass and certificate follow from the marks. # T4"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent, Certificate
from tests.exam_factories import MINUTE, exam_for_skill, exam_with, marked, sat, sit
from tests.factories import NOW, TODAY, AgentFactory, DutyFactory, ShiftTypeFactory, SkillFactory
from tests.training_factories import CourseFactory, EnrolmentFactory
from training.choices import AttemptState, EnrolmentState, ExamState, QuestionKind
from training.exams import marking, sitting
from training.exams.marking import Mark
from training.models import Exam, ExamAttempt, IssuedCertificate

pytestmark = pytest.mark.django_db

SHORTS = (QuestionKind.SHORT, QuestionKind.SHORT)


def told(user: User) -> list[str]:
    found = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in found]


def mark(attempt: ExamAttempt, position: int, awarded: str, *, by: User | None, **more: Any) -> ExamAttempt:
    question = attempt.questions.get(position=position)
    return marking.mark(question, Decimal(awarded), by=by, at=NOW + MINUTE, **more)


def certificate_of(attempt: ExamAttempt) -> Certificate:
    return Certificate.objects.get(agent=attempt.agent)


# Marking


def test_a_paper_is_judged_when_the_last_answer_is_marked(agent: Agent, trainer: User):
    attempt = sat(exam_with(*SHORTS), agent)
    assert told(trainer) == ["to-mark"]
    half = mark(attempt, 1, "9.5", by=trainer, comment="很好")
    assert (half.state, half.score) == (AttemptState.TO_MARK, None)
    whole = mark(attempt, 2, "6.5", by=trainer)
    assert (whole.state, whole.score) == (AttemptState.PASSED, Decimal(16))
    question = attempt.questions.get(position=1)
    assert (question.comment, question.marked_by) == ("很好", trainer)
    assert told(agent.user) == ["judged"]


def test_what_falls_short_by_a_hundredth_is_not_passed(agent: Agent, trainer: User):
    attempt = sat(exam_with(*SHORTS), agent)
    mark(attempt, 1, "10", by=trainer)
    assert mark(attempt, 2, "5.99", by=trainer).state == AttemptState.FAILED


def test_nobody_marks_his_own_paper_nor_without_the_right(agent: Agent, supervisor: User, stranger: Agent):
    teacher = AgentFactory.create(user__roles=[Role.TRAINER])
    attempt = sat(exam_with(QuestionKind.SHORT), teacher)
    for by in (teacher.user, supervisor, agent.user, stranger.user):
        with pytest.raises(NotAllowed):
            mark(attempt, 1, "10", by=by)
    with pytest.raises(NotAllowed):
        marking.annul(attempt, reason="我自己", by=teacher.user, at=NOW)


@pytest.mark.parametrize("awarded", ["-1", "10.01", "1.005", "NaN", "Infinity"])
def test_marks_lie_between_nothing_and_all_with_two_decimals(agent: Agent, trainer: User, awarded: str):
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    with pytest.raises(MissingInformation):
        mark(attempt, 1, awarded, by=trainer)
    assert attempt.questions.get().awarded is None


def test_the_most_that_can_be_given_is_told_as_people_write_it(agent: Agent, trainer: User):
    with pytest.raises(MissingInformation, match=r"0 .* 10 "):
        mark(sat(exam_with(QuestionKind.SHORT), agent), 1, "11", by=trainer)


def test_a_paper_that_is_running_or_annulled_is_not_marked(agent: Agent, trainer: User):
    attempt = sit(exam_with(QuestionKind.SHORT), agent)
    with pytest.raises(WrongState):
        mark(attempt, 1, "1", by=trainer)
    marking.annul(attempt, reason="查手机", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        mark(attempt, 1, "1", by=trainer, reason="复核")


def test_a_question_that_is_not_on_the_paper_is_not_marked(agent: Agent, trainer: User):
    attempt = sat(exam_with(QuestionKind.SHORT), agent)
    with pytest.raises(MissingInformation):
        marking.mark_paper(attempt, {9: Mark(Decimal(1))}, by=trainer, at=NOW)


def test_what_the_key_has_marked_is_changed_with_a_reason_only(agent: Agent, trainer: User):
    attempt = sat(exam_with(QuestionKind.SINGLE, QuestionKind.SHORT), agent)
    with pytest.raises(MissingInformation):
        mark(attempt, 1, "0", by=trainer)
    assert mark(attempt, 1, "0", by=trainer, reason="题目有误").state == AttemptState.TO_MARK


# Corrections


def test_a_correction_needs_a_reason_and_is_kept(agent: Agent, trainer: User):
    attempt = marked(sat(exam_with(QuestionKind.SHORT), agent), 10)
    with pytest.raises(MissingInformation):
        mark(attempt, 1, "9", by=trainer)
    corrected = mark(attempt, 1, "9", by=trainer, reason="漏看一条")
    assert (corrected.state, corrected.score) == (AttemptState.PASSED, Decimal(9))
    entry = AuditEntry.objects.of(attempt).filter(actor=trainer).get()
    assert (entry.reason, entry.changes["#1"]) == ("漏看一条", ["10.00", "9"])


def test_a_pass_that_becomes_a_fail_takes_its_certificate_and_the_duty_away(agent: Agent, trainer: User):
    exam = exam_for_skill()
    attempt = sat(exam, agent)
    duty = DutyFactory.create(
        agent=agent, on=TODAY + timedelta(days=2), shift_type=ShiftTypeFactory.create(skill=exam.skill)
    )
    failed = mark(attempt, 1, "0", by=trainer, reason="题目有误")
    certificate = certificate_of(attempt)
    duty.refresh_from_db()
    assert (failed.state, certificate.revoked_on, certificate.revoked_reason) == (
        AttemptState.FAILED,
        TODAY,
        "题目有误",
    )
    assert duty.state == "cancelled"


def test_a_fail_that_becomes_a_pass_gives_a_certificate(agent: Agent, trainer: User):
    attempt = sat(exam_for_skill(), agent, is_passed=False)
    mark(attempt, 1, "10", by=trainer, reason="答案表有误")
    passed = mark(attempt, 2, "10", by=trainer, reason="答案表有误")
    assert passed.state == AttemptState.PASSED
    assert certificate_of(attempt).valid_from == TODAY


def test_back_and_forth_gives_a_certificate_anew_and_leaves_the_old_one_revoked(agent: Agent, trainer: User):
    attempt = sat(exam_for_skill(), agent)
    mark(attempt, 1, "0", by=trainer, reason="一")
    mark(attempt, 1, "10", by=trainer, reason="二")
    found = IssuedCertificate.objects.order_by("edition")
    assert [(each.edition, each.certificate.revoked_on) for each in found] == [(1, TODAY), (2, None)]
    assert len({each.number for each in found} | {each.check_code for each in found}) == 4


def test_a_pass_taken_back_leaves_the_attempts_of_its_cycle_counted(agent: Agent, trainer: User):
    exam = exam_for_skill(max_attempts=1, wait_hours=0)
    mark(sat(exam, agent), 1, "0", by=trainer, reason="题目有误")
    with pytest.raises(WrongState):
        sit(exam, agent, at=NOW + timedelta(days=3))


def test_an_enrolment_that_failed_goes_on_when_the_last_attempt_passes_after_all(agent: Agent, trainer: User):
    enrolment = EnrolmentFactory.create(agent=agent, course=CourseFactory.create())
    exam = exam_with(QuestionKind.SINGLE, course=enrolment.course, max_attempts=1)
    attempt = sat(exam, agent, is_passed=False)
    mark(attempt, 1, "10", by=trainer, reason="答案表有误")
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_of_a_correction_the_leaders_hear_too(agent: Agent, supervisor: User, trainer: User):
    mark(sat(exam_for_skill(), agent), 1, "0", by=trainer, reason="题目有误")
    assert "judged" in told(supervisor)
    assert told(agent.user).count("judged") == 2


def test_a_correction_of_an_old_paper_prolongs_nothing_that_its_cycle_has_given(agent: Agent, trainer: User):
    """A year later, when the certificate is to be renewed, a paper that failed before it is put right."""
    exam = exam_for_skill(wait_hours=0)
    first = sat(exam, agent, is_passed=False)
    sat(exam, agent, at=NOW + timedelta(hours=1))
    for position in (1, 2):
        given = {position: Mark(Decimal(10))}
        later = NOW + timedelta(days=350)
        marking.mark_paper(first, given, reason="答案表有误", by=trainer, at=later)
    first.refresh_from_db()
    assert first.state == AttemptState.PASSED
    assert Certificate.objects.filter(agent=agent).count() == 1


@pytest.mark.parametrize("is_annulled", [True, False], ids=["annulled", "corrected"])
def test_what_falls_leaves_another_pass_of_its_cycle_standing(
    agent: Agent, trainer: User, *, is_annulled: bool
):
    """The first paper was put right while the second had been passed already; then the second falls."""
    exam = exam_for_skill(wait_hours=0)
    first = sat(exam, agent, is_passed=False)
    second = sat(exam, agent, at=NOW + timedelta(hours=1))
    for position in (1, 2):
        mark(first, position, "10", by=trainer, reason="答案表有误")
    if is_annulled:
        marking.annul(second, reason="替考", by=trainer, at=NOW + timedelta(hours=2))
    else:
        mark(second, 1, "0", by=trainer, reason="题目有误")
    standing = IssuedCertificate.objects.get(certificate__revoked_on=None)
    assert standing.attempt == first


def test_an_enrolment_goes_on_though_a_try_fails_anew_when_another_was_passed(agent: Agent, trainer: User):
    """The course has another exam, so it is not completed yet."""
    enrolment = EnrolmentFactory.create(agent=agent, course=CourseFactory.create())
    exam_with(course=enrolment.course)
    exam = exam_with(course=enrolment.course, max_attempts=2, wait_hours=0)
    first = sat(exam, agent, is_passed=False)
    sat(exam, agent, at=NOW + timedelta(hours=1))
    for awarded in ("10", "0"):
        for position in (1, 2):
            mark(first, position, awarded, by=trainer, reason="复核")
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.IN_PROGRESS


def test_a_judgement_is_recorded_with_the_score_before_it(agent: Agent, trainer: User):
    attempt = marked(sat(exam_with(QuestionKind.SHORT), agent), 10)
    mark(attempt, 1, "5", by=trainer, reason="漏看一条")
    entry = AuditEntry.objects.of(attempt).latest("pk")
    assert entry.changes["score"] == ["10.00", "5.00"]


def test_marks_as_they_were_are_no_correction(agent: Agent, trainer: User):
    attempt = sat(exam_with(*SHORTS), agent)
    mark(attempt, 1, "9", by=trainer)
    before = AuditEntry.objects.of(attempt).count()
    mark(attempt, 1, "9", by=trainer)
    marking.mark_paper(attempt, {}, by=trainer, at=NOW)
    assert AuditEntry.objects.of(attempt).count() == before


def test_leaders_are_told_of_a_certificate_only_where_one_was_revoked(
    agent: Agent, supervisor: User, trainer: User
):
    mark(sat(exam_with(), agent), 1, "0", by=trainer, reason="题目有误")
    mark(sat(exam_for_skill(), agent), 1, "0", by=trainer, reason="题目有误")
    without, of_skill = OutboxMessage.objects.filter(user=supervisor).order_by("pk")
    assert "吊销" not in without.subject
    assert "吊销" in of_skill.subject


# Annulment


def test_an_annulled_pass_takes_its_certificate_away(agent: Agent, trainer: User):
    attempt = sat(exam_for_skill(), agent)
    with pytest.raises(MissingInformation):
        marking.annul(attempt, reason=" ", by=trainer, at=NOW)
    annulled = marking.annul(attempt, reason="替考", by=trainer, at=NOW + MINUTE)
    assert (annulled.state, annulled.reason) == (AttemptState.VOID, "替考")
    assert certificate_of(attempt).revoked_reason == "替考"
    assert told(agent.user)[-1] == "annulled"
    with pytest.raises(WrongState):
        marking.annul(attempt, reason="替考", by=trainer, at=NOW)


@pytest.mark.parametrize("is_annulled", [True, False], ids=["annulled", "corrected"])
def test_a_course_that_a_fallen_pass_had_completed_is_to_be_done_still(
    agent: Agent, trainer: User, *, is_annulled: bool
):
    """Else nobody could sit its exam again, and the matrix would call somebody trained who is not."""
    enrolment = EnrolmentFactory.create(agent=agent, course=CourseFactory.create())
    exam = exam_for_skill(course=enrolment.course, wait_hours=0)
    attempt = sat(exam, agent)
    if is_annulled:
        marking.annul(attempt, reason="替考", by=trainer, at=NOW + MINUTE)
    else:
        mark(attempt, 1, "0", by=trainer, reason="题目有误")
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.ended_at) == (EnrolmentState.IN_PROGRESS, None)
    sat(exam, agent, at=NOW + timedelta(hours=1))
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.COMPLETED


def test_a_course_whose_last_attempt_falls_has_failed(agent: Agent, trainer: User):
    enrolment = EnrolmentFactory.create(agent=agent, course=CourseFactory.create())
    attempt = sat(exam_with(course=enrolment.course, max_attempts=1), agent)
    mark(attempt, 1, "0", by=trainer, reason="题目有误")
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.FAILED


def test_a_course_that_was_begun_anew_or_does_not_ask_for_the_exam_stays_completed(
    agent: Agent, trainer: User
):
    first, second = (EnrolmentFactory.create(agent=agent, course=CourseFactory.create()) for _n in range(2))
    attempts = [sat(exam_with(course=each.course), agent) for each in (first, second)]
    EnrolmentFactory.create(agent=agent, course=first.course, cycle=2)
    Exam.objects.filter(course=second.course).update(state=ExamState.CLOSED)
    for enrolment, attempt in zip((first, second), attempts, strict=True):
        marking.annul(attempt, reason="替考", by=trainer, at=NOW + MINUTE)
        enrolment.refresh_from_db()
        assert enrolment.state == EnrolmentState.COMPLETED


def test_an_annulled_paper_is_answered_no_more(agent: Agent, trainer: User):
    attempt = sit(exam_with(), agent)
    marking.annul(attempt, reason="查手机", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        sitting.answer(attempt, 1, [], by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        sitting.hand_in(attempt, by=agent.user, at=NOW)


def test_a_certificate_that_has_run_out_stays_as_it_ended(agent: Agent, trainer: User):
    exam = exam_with(skill=SkillFactory.create(), valid_days=5)
    attempt = sat(exam, agent)
    marking.annul(attempt, reason="替考", by=trainer, at=NOW + timedelta(days=30))
    assert certificate_of(attempt).revoked_on is None
