"""What an exam takes from an enrolment: its end when no attempt is left, its completion when a pass falls.

Begun anew it is another enrolment, and the old one stays as it ended.
"""

from datetime import datetime

from django.db import transaction

from staffing import recording
from training.choices import AttemptState, EnrolmentState, ExamState
from training.models import Course, Enrolment, Exam, ExamAttempt
from training.querysets.course import UNFINISHED


@transaction.atomic
def fail(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """No attempt at an exam of the course is left: only another enrolment can lead to its end."""
    enrolment = _locked(enrolment)
    if enrolment.state in UNFINISHED:
        _change(enrolment, EnrolmentState.FAILED, ended_at=at, at=at)
    return enrolment


@transaction.atomic
def take_back(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """An attempt counts no more, or was passed after all: the course goes on.

    Unless it was begun anew, or the course has ended.
    """
    if not _held_open(enrolment):
        return enrolment
    enrolment = _locked(enrolment)
    if enrolment.state == EnrolmentState.FAILED and not _is_begun_anew(enrolment):
        _change(enrolment, EnrolmentState.IN_PROGRESS, ended_at=None, at=at)
    return enrolment


@transaction.atomic
def reopen(enrolment: Enrolment, exam: Exam, *, at: datetime) -> Enrolment:
    """A pass did not stand: what it had completed is to be done still, unless it was begun anew.

    What a person has marked as completed stays so, and a course that has ended or does not ask for the exam.
    """
    if not _held_open(enrolment):
        return enrolment
    enrolment = _locked(enrolment)
    was_completed_by_itself = enrolment.state == EnrolmentState.COMPLETED and enrolment.ended_by_id is None
    is_asked = exam.course_id == enrolment.course_id and exam.state == ExamState.OPEN
    passed = ExamAttempt.objects.filter(enrolment=enrolment, exam=exam, state=AttemptState.PASSED)
    if was_completed_by_itself and is_asked and not passed.exists() and not _is_begun_anew(enrolment):
        _change(enrolment, EnrolmentState.IN_PROGRESS, ended_at=None, at=at)
    return enrolment


def _held_open(enrolment: Enrolment) -> bool:
    """Locked before the enrolment: the course cannot end meanwhile."""
    courses = Course.objects.open().select_for_update(of=("self",), no_key=True)
    return courses.filter(pk=enrolment.course_id).exists()


def _is_begun_anew(enrolment: Enrolment) -> bool:
    same = Enrolment.objects.filter(agent=enrolment.agent_id, course=enrolment.course_id)
    return same.filter(cycle__gt=enrolment.cycle).exists()


def _locked(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)


def _change(enrolment: Enrolment, state: EnrolmentState, *, ended_at: datetime | None, at: datetime) -> None:
    changes = {"state": (enrolment.state, state)}
    enrolment.state, enrolment.ended_at = state, ended_at
    enrolment.save(update_fields=["state", "ended_at"])
    recording.changed(enrolment, changes, by=None, at=at)
