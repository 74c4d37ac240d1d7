"""The end of an enrolment that failed: no attempt at an exam is left. Begun anew it is another enrolment."""

from datetime import datetime

from django.db import transaction

from staffing import recording
from training.choices import EnrolmentState
from training.models import Course, Enrolment
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

    Unless it was begun anew, or the course has ended, which it cannot do meanwhile.
    """
    courses = Course.objects.open().select_for_update(of=("self",), no_key=True)
    if not courses.filter(pk=enrolment.course_id).exists():
        return enrolment
    enrolment = _locked(enrolment)
    same = Enrolment.objects.filter(agent=enrolment.agent_id, course=enrolment.course_id)
    if enrolment.state == EnrolmentState.FAILED and not same.filter(cycle__gt=enrolment.cycle).exists():
        _change(enrolment, EnrolmentState.IN_PROGRESS, ended_at=None, at=at)
    return enrolment


def _locked(enrolment: Enrolment) -> Enrolment:
    return Enrolment.objects.select_for_update(of=("self",)).get(pk=enrolment.pk)


def _change(enrolment: Enrolment, state: EnrolmentState, *, ended_at: datetime | None, at: datetime) -> None:
    changes = {"state": (enrolment.state, state)}
    enrolment.state, enrolment.ended_at = state, ended_at
    enrolment.save(update_fields=["state", "ended_at"])
    recording.changed(enrolment, changes, by=None, at=at)
