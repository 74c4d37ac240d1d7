"""The steps of whoever sits an exam: begun, answered, handed in. Once only, and never after its time."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.errors import MissingInformation, WrongState
from portal.models import User
from portal.transfers.cell_text import without_controls
from staffing import recording
from staffing.models import Agent
from training import policy, rights
from training.choices import AttemptState, QuestionKind
from training.courses import progress
from training.exams import admission, grading, marking, papers
from training.models import Exam, ExamAttempt, PaperQuestion

MOST_SEEDS = 2**31


def start(exam: Exam, agent: Agent, *, by: User | None, at: datetime, seed: int | None = None) -> ExamAttempt:
    """Draw a paper and freeze it: questions, marks, deadline, pass mark and days of validity stay as now.

    Whoever has one running, perhaps in another tab, gets that one back. One whose time has run out is handed
    in first, and stays so whether or not another may begin.

    Raises: NotAllowed for somebody else; WrongState for an exam that may not be sat now, with the reason.
    """
    rights.require_self(by, agent)
    for run_out in ExamAttempt.objects.run_out(at).filter(exam=exam, agent=agent):
        _hand_in_run_out(run_out, at=at)
    return _start(exam, agent, by=by, at=at, seed=secrets.randbelow(MOST_SEEDS) if seed is None else seed)


@transaction.atomic
def _start(exam: Exam, agent: Agent, *, by: User | None, at: datetime, seed: int) -> ExamAttempt:
    """The exam is held as well, so that its terms and its parts are of one edition."""
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    if not agent.is_employed(agent.local_date(at)):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})
    exam = Exam.objects.select_for_update(of=("self",)).select_related("course").get(pk=exam.pk)
    (judged,) = admission.of(agent, [exam], at=at)
    if judged.running:
        return judged.running
    if not judged.may_begin:
        raise WrongState(judged.reason)
    paper = _drawn(exam, seed)
    attempt = ExamAttempt.objects.create(
        exam=exam,
        agent=agent,
        enrolment=judged.enrolment,
        cycle=judged.cycle,
        number=judged.number,
        seed=seed,
        started_at=at,
        deadline_at=at + timedelta(minutes=exam.time_limit_minutes),
        pass_mark_percent=exam.pass_mark_percent,
        valid_days=exam.valid_days,
        total=sum(drawn.marks for drawn in paper),
    )
    PaperQuestion.objects.bulk_create(
        _frozen(attempt, position, drawn) for position, drawn in enumerate(paper, 1)
    )
    if attempt.enrolment:
        progress.begin(attempt.enrolment, by=by, at=at)
    facts = {"exam": exam, "cycle": attempt.cycle, "number": attempt.number, "total": attempt.total}
    recording.added(attempt, facts, by=by, at=at)
    return attempt


def answer(
    attempt: ExamAttempt, position: int, given: Sequence[str], *, by: User | None, at: datetime
) -> PaperQuestion:
    """One answer. See `save`."""
    (question,) = save(attempt, {position: given}, by=by, at=at)
    return question


@transaction.atomic
def save(
    attempt: ExamAttempt, given: Mapping[int, Sequence[str]], *, by: User | None, at: datetime
) -> list[PaperQuestion]:
    """Keep answers by position: option keys, or texts; an empty one takes an answer back. The last counts.

    Until the deadline, and while one may still be on its way. What comes later is kept apart and does not
    count. The paper itself is the record: saving every few seconds fills no audit log.

    Raises: NotAllowed for somebody else's paper; WrongState once it was handed in; MissingInformation for
    what is no answer to a question of this paper.
    """
    attempt = _running(attempt, by=by)
    asked = {question.position: question for question in attempt.questions.filter(position__in=list(given))}
    if len(asked) < len(given):
        raise MissingInformation(_("This question is not on your paper."))
    is_late = is_over(attempt, at=at)
    for position, question in asked.items():
        _put(question, _checked(question, given[position]), is_late=is_late, at=at)
    PaperQuestion.objects.bulk_update(asked.values(), ["answer", "answered_at", "late_answer"])
    return list(asked.values())


@transaction.atomic
def hand_in(attempt: ExamAttempt, *, by: User | None, at: datetime) -> ExamAttempt:
    """The paper is closed for good and graded; judged at once unless a person has to read an answer.

    Whenever it is noticed, what ran out was handed in at its deadline.

    Raises: NotAllowed for somebody else's paper; WrongState for one handed in before.
    """
    attempt = _running(attempt, by=by)
    attempt.handed_in_at = attempt.deadline_at if is_over(attempt, at=at) else at
    recording.changed(attempt, {"handed_in_at": (None, attempt.handed_in_at)}, by=by, at=at)
    return marking.grade(attempt, at=at)


def sweep(at: datetime) -> int:
    """Hand in every paper whose time has run out; answers how many."""
    over = ExamAttempt.objects.run_out(at).order_by("deadline_at")
    return sweeping.each(over, partial(_hand_in_run_out, at=at))


def _hand_in_run_out(attempt: ExamAttempt, *, at: datetime) -> bool:
    try:
        hand_in(attempt, by=None, at=at)
    except WrongState:  # Its candidate was faster.
        return False
    return True


def is_over(attempt: ExamAttempt, *, at: datetime) -> bool:
    return at > attempt.deadline_at + policy.GRACE


def _drawn(exam: Exam, seed: int) -> list[papers.Drawn]:
    """How a paper is made up is no business of whoever sits it, also where it cannot be made."""
    try:
        return papers.draw(exam, seed=seed)
    except (MissingInformation, WrongState) as shortage:
        text = _("No paper can be drawn for this exam at present. Please talk to your trainer.")
        raise WrongState(text) from shortage


def _running(attempt: ExamAttempt, *, by: User | None) -> ExamAttempt:
    """The attempt, locked: answers and the handing in come one after the other."""
    locked = ExamAttempt.objects.select_for_update(of=("self",))
    related = ("exam__skill", "agent__user", "agent__team__department", "enrolment")
    attempt = locked.select_related(*related).get(pk=attempt.pk)
    if by is not None:
        rights.require_self(by, attempt.agent)
    if attempt.state != AttemptState.RUNNING:
        raise WrongState(_("This paper has been handed in."))
    return attempt


def _frozen(attempt: ExamAttempt, position: int, drawn: papers.Drawn) -> PaperQuestion:
    return PaperQuestion(
        attempt=attempt,
        position=position,
        question_id=drawn.question_id,
        question_version=drawn.question_version,
        kind=drawn.kind,
        stem=drawn.stem,
        options=drawn.options,
        key=drawn.key,
        model_answer=drawn.model_answer,
        explanation=drawn.explanation,
        marks=drawn.marks,
    )


def _put(question: PaperQuestion, given: list[str] | None, *, is_late: bool, at: datetime) -> None:
    if given == question.answer:
        return
    if is_late:
        question.late_answer = given
    else:
        question.answer, question.answered_at = given, at


def _checked(question: PaperQuestion, given: Sequence[str]) -> list[str] | None:
    """The answer as it is kept, without what no database and no page takes; None for an empty one.

    Raises: MissingInformation.
    """
    parts = [without_controls(str(part)).replace("\r\n", "\n").strip() for part in given]
    match question.kind:
        case QuestionKind.FILL_IN:
            fits = len(parts) <= len(question.key) and all(len(p) <= policy.LONGEST_BLANK for p in parts)
        case QuestionKind.SHORT:
            fits = len(parts) <= 1 and all(len(part) <= policy.LONGEST_SHORT_ANSWER for part in parts)
        case _:
            keys = [option["key"] for option in question.options]
            at_most = len(keys) if question.kind == QuestionKind.MULTIPLE else 1
            fits = len(parts) <= at_most and len(set(parts)) == len(parts) and set(parts) <= set(keys)
    if not fits:
        text = _("This is no answer to question %(number)s.") % {"number": question.position}
        raise MissingInformation(text)
    return None if grading.is_empty(parts) else parts
