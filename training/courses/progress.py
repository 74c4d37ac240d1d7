"""How far somebody is with a course. Whether it is completed is asked here and nowhere else."""

from datetime import datetime

from django.db import transaction

from staffing.models import Agent
from training.choices import AttemptState, EnrolmentState, Presence
from training.models import Course, Enrolment, ExamAttempt, SessionBooking

CAME = (Presence.PRESENT, Presence.LATE)


@transaction.atomic
def settle(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Completed once all that the course asks for is done; what is completed stays so.

    Asked for: every required lesson; presence at a session, if the course needs one; a pass of each open
    exam of the course within this enrolment.
    """
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrolment.pk)
    )
    if enrolment.state not in (EnrolmentState.TO_DO, EnrolmentState.IN_PROGRESS):
        return enrolment
    if _is_all_done(enrolment):
        enrolment.state, enrolment.ended_at = EnrolmentState.COMPLETED, at
        enrolment.save(update_fields=["state", "ended_at"])
    return enrolment


def settle_for(agent: Agent, course: Course, *, at: datetime) -> None:
    """After something of a course happened to somebody, such as being marked present: if he is enrolled."""
    for enrolment in Enrolment.objects.unfinished().filter(agent=agent, course=course):
        settle(enrolment, at=at)


def _is_all_done(enrolment: Enrolment) -> bool:
    course = enrolment.course
    done = enrolment.lessons_done.values("lesson")
    if course.lessons.shown().filter(is_required=True).exclude(pk__in=done).exists():
        return False
    if course.needs_session and not _was_there(enrolment):
        return False
    passed = ExamAttempt.objects.filter(enrolment=enrolment, state=AttemptState.PASSED).values("exam")
    return not course.exams.open().exclude(pk__in=passed).exists()


def _was_there(enrolment: Enrolment) -> bool:
    attended = SessionBooking.objects.standing().filter(
        agent=enrolment.agent_id, session__course=enrolment.course_id, presence__in=CAME
    )
    return attended.filter(session__ends_at__gte=enrolment.enrolled_at).exists()
