"""Exams sat by the steps themselves: certificates with their papers, and a paper that waits to be marked."""

from datetime import datetime, timedelta

from config.demo.people import Staff
from staffing.models import Agent
from training.choices import EnrolmentState, ExamState, QuestionKind
from training.courses import prerequisites, progress
from training.exams import renewals, sitting
from training.models import Enrolment, Exam, ExamAttempt, PaperQuestion

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SEED = 7
"""Of each paper, so that the same questions are asked whenever the demonstration is made."""
OPEN_TO_ALL = "hotline"
"""An exam of no course and without written answers: judged when it is handed in."""
NOT_KNOWN = 2
"""The place on a paper that was answered wrongly."""


def fill(staff: Staff, *, at: datetime) -> None:
    """The handler adds a skill, those whose certificate ends renew it, and one answers in his own words."""
    exam = Exam.objects.get(code=OPEN_TO_ALL)
    _sit(exam, staff.handler, at=at - 6 * DAY)
    for certificate in list(renewals.due(at - DAY, {exam.skill_id or 0: exam})):
        _sit(exam, certificate.agent, at=at - DAY)
    _one_to_mark(at=at)


def _one_to_mark(*, at: datetime) -> None:
    """The first who has done nothing of a course yet whose exam asks for an answer in words."""
    written = Exam.objects.open().filter(parts__kind=QuestionKind.SHORT)
    to_do = Enrolment.objects.filter(state=EnrolmentState.TO_DO, enrolled_at__lt=at - DAY)
    waiting = to_do.filter(course__exams__in=written, course__needs_session=False).distinct()
    for enrolment in waiting.select_related("agent__user", "course").order_by("pk"):
        if prerequisites.missing(enrolment.agent, enrolment.course):
            continue
        for place, lesson in enumerate(enrolment.course.lessons.filter(is_required=True)):
            learnt_at = at - 6 * HOUR + place * 20 * MINUTE
            progress.lesson_done(enrolment, lesson, by=enrolment.agent.user, at=learnt_at)
        exam = enrolment.course.exams.get(state=ExamState.OPEN)
        _sit(exam, enrolment.agent, at=at - 3 * HOUR)
        return


def _sit(exam: Exam, agent: Agent, *, at: datetime) -> ExamAttempt:
    """All but one right, handed in after half an hour."""
    attempt = sitting.start(exam, agent, by=agent.user, at=at, seed=SEED)
    given = {question.position: _answer(question) for question in attempt.questions.all()}
    sitting.save(attempt, given, by=agent.user, at=at + 20 * MINUTE)
    return sitting.hand_in(attempt, by=agent.user, at=at + 30 * MINUTE)


def _answer(question: PaperQuestion) -> list[str]:
    match question.kind:
        case QuestionKind.SHORT:
            return [question.model_answer]
        case QuestionKind.FILL_IN:
            return [spellings[0] for spellings in question.key]
    if question.position == NOT_KNOWN:
        return [option["key"] for option in question.options if option["key"] not in question.key][:1]
    return list(question.key)
