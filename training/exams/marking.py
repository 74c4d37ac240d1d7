"""The steps of whoever marks: answers read, papers judged, a mark corrected, an attempt annulled.

A judgement follows from the marks alone: whenever they change, pass and certificate follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from staffing import recording
from staffing.rights import require_reason
from training import rights
from training.choices import AttemptState, QuestionKind
from training.courses import failing, progress
from training.exams import certification, grading, notices
from training.models import ExamAttempt, PaperQuestion

JUDGED = (AttemptState.PASSED, AttemptState.FAILED)


@dataclass(frozen=True)
class Mark:
    awarded: Decimal
    comment: str = ""


@transaction.atomic
def grade(attempt: ExamAttempt, *, at: datetime) -> ExamAttempt:
    """After handing in: what needs no person is marked; with nothing left to read it is judged at once."""
    questions = list(attempt.questions.all())
    for each in questions:
        each.awarded = grading.grade(each.kind, each.key, each.answer, each.marks)
    PaperQuestion.objects.bulk_update(questions, ["awarded"])
    if all(each.awarded is not None for each in questions):
        return _judge(attempt, at=at)
    attempt.state = AttemptState.TO_MARK
    attempt.save(update_fields=["state", "handed_in_at"])
    changes = {"state": (AttemptState.RUNNING, AttemptState.TO_MARK)}
    recording.changed(attempt, changes, by=None, at=at)
    notices.to_mark(attempt, at=at)
    return attempt


def mark(
    question: PaperQuestion,
    awarded: Decimal,
    comment: str = "",
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> ExamAttempt:
    """Marks for one question. See `mark_paper`."""
    given = {question.position: Mark(awarded, comment)}
    return mark_paper(question.attempt, given, by=by, at=at, reason=reason)


@transaction.atomic
def mark_paper(
    attempt: ExamAttempt,
    given: Mapping[int, Mark],
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    seen: Mapping[int, Decimal | None] | None = None,
) -> ExamAttempt:
    """Marks by position; with the last of them the paper is judged.

    `seen` are the marks that were read before, by position, if they were: whoever marks beside somebody else
    overwrites nothing unseen.

    On a paper that was judged, and of an answer that no person had to read, this is a correction, with a
    reason; the paper is judged anew: a certificate is issued, or the one it had given is revoked. Nothing
    different, nothing written.

    Raises: NotAllowed, for one's own paper too; Stale; MissingInformation for more marks than there are, or a
    correction without a reason; WrongState for a paper that is running or annulled.
    """
    attempt = _held(attempt)
    _require_marker(by, rights.MARK_PAPERS, attempt)
    if attempt.state not in (*JUDGED, AttemptState.TO_MARK):
        raise WrongState(_("Only a paper that was handed in can be marked."))
    questions = {each.position: each for each in attempt.questions.filter(position__in=list(given))}
    if len(questions) < len(given):
        raise MissingInformation(_("This question is not on the paper."))
    if attempt.state in JUDGED or any(each.kind != QuestionKind.SHORT for each in questions.values()):
        reason = require_reason(reason)
    if seen is not None and any(each.awarded != seen.get(place) for place, each in questions.items()):
        raise Stale(_("Somebody else has marked this paper since. Load the page again to see it."))
    changes: dict[str, tuple[object, object]] = {}
    for position, question in questions.items():
        _require_within(question, given[position].awarded)
        awarded, comment = given[position].awarded, given[position].comment.strip()
        if (awarded, comment) != (question.awarded, question.comment):
            changes[f"#{position}"] = (question.awarded, awarded)
            question.awarded, question.comment, question.marked_by = awarded, comment, by
    if not changes:
        return attempt
    PaperQuestion.objects.bulk_update(questions.values(), ["awarded", "comment", "marked_by"])
    recording.changed(attempt, changes, by=by, at=at, reason=reason)
    if attempt.questions.filter(awarded=None).exists():
        return attempt
    return _judge(attempt, at=at, reason=reason)


@transaction.atomic
def annul(attempt: ExamAttempt, *, reason: str, by: User | None, at: datetime) -> ExamAttempt:
    """The attempt counts for nothing; what it gave, certificate and completion of a course, is taken back.

    Raises: NotAllowed, for one's own too; MissingInformation without a reason; WrongState for one annulled
    before.
    """
    attempt = _held(attempt)
    _require_marker(by, rights.ANNUL, attempt)
    reason = require_reason(reason)
    if attempt.state == AttemptState.VOID:
        raise WrongState(_("This attempt has been annulled already."))
    changes = {"state": (attempt.state, AttemptState.VOID)}
    attempt.state, attempt.reason = AttemptState.VOID, reason
    attempt.handed_in_at = attempt.handed_in_at or at
    attempt.save(update_fields=["state", "reason", "handed_in_at"])
    recording.changed(attempt, changes, by=by, at=at, reason=reason)
    certification.withdraw(attempt, reason=reason, at=at)
    _give_attempt_back(attempt, at=at)
    _reopen_course(attempt, at=at)
    notices.annulled(attempt, at=at)
    return attempt


# Judgement


def _judge(attempt: ExamAttempt, *, at: datetime, reason: str = "") -> ExamAttempt:
    was, score_was = attempt.state, attempt.score
    given = attempt.questions.values_list("awarded", flat=True)
    attempt.score = sum((each for each in given if each is not None), Decimal(0))
    is_passed = grading.is_passed(
        attempt.score, total=attempt.total, pass_mark_percent=attempt.pass_mark_percent
    )
    attempt.state = AttemptState.PASSED if is_passed else AttemptState.FAILED
    attempt.judged_at = at
    attempt.reason = reason
    attempt.save(update_fields=["state", "score", "judged_at", "reason", "handed_in_at"])
    changes = {"state": (was, attempt.state), "score": (score_was, attempt.score)}
    recording.changed(attempt, changes, by=None, at=at, reason=reason)
    if attempt.state == was:
        return attempt
    was_revoked = False
    if is_passed:
        certification.issue(attempt, at=at)
        _give_attempt_back(attempt, at=at)
        if attempt.enrolment:
            progress.settle(attempt.enrolment, at=at)
    else:
        was_revoked = certification.withdraw(attempt, reason=reason, at=at)
        _reopen_course(attempt, at=at)
        _end_enrolment_without_attempts_left(attempt, at=at)
    notices.judged(attempt, at=at, is_correction=was in JUDGED, was_revoked=was_revoked)
    return attempt


def _end_enrolment_without_attempts_left(attempt: ExamAttempt, *, at: datetime) -> None:
    if attempt.enrolment is None:
        return
    same = ExamAttempt.objects.filter(exam=attempt.exam, enrolment=attempt.enrolment, cycle=attempt.cycle)
    states = [state for state in same.values_list("state", flat=True) if state != AttemptState.VOID]
    if AttemptState.PASSED not in states and len(states) >= attempt.exam.max_attempts:
        failing.fail(attempt.enrolment, at=at)


def _give_attempt_back(attempt: ExamAttempt, *, at: datetime) -> None:
    if attempt.enrolment:
        failing.take_back(attempt.enrolment, at=at)


def _reopen_course(attempt: ExamAttempt, *, at: datetime) -> None:
    if attempt.enrolment:
        failing.reopen(attempt.enrolment, attempt.exam, at=at)


def _held(attempt: ExamAttempt) -> ExamAttempt:
    """Locked: who marks, corrects, annuls or hands in comes one after the other.

    So are the others of its cycle, always in the same order: what falls may leave another pass standing.
    """
    cycle = ExamAttempt.objects.filter(exam=attempt.exam_id, agent=attempt.agent_id, cycle=attempt.cycle)
    list(cycle.select_for_update().order_by("pk").values_list("pk"))
    related = ("exam__skill", "agent__user", "agent__team__department", "enrolment")
    return ExamAttempt.objects.select_related(*related).get(pk=attempt.pk)


def _require_marker(by: User | None, permission: str, attempt: ExamAttempt) -> None:
    rights.require(by, permission, attempt)
    if by is not None and by.pk == attempt.agent.user_id:
        raise NotAllowed(_("Nobody marks or annuls his own paper."))


def _require_within(question: PaperQuestion, awarded: Decimal) -> None:
    is_within = awarded.is_finite() and 0 <= awarded <= question.marks
    if not is_within or awarded != awarded.quantize(grading.SMALLEST):
        text = _("Question %(number)s: give 0 to %(marks)s marks, with at most two decimals.")
        raise MissingInformation(text % {"number": question.position, "marks": grading.plain(question.marks)})
