"""Re-certification: opened in good time before a certificate ends, and reminded of until it is renewed.

The sweep derives its work from the tables: what was opened, enrolled or told once is not found again. Also
a certificate that was given by hand is renewed by its skill's exam.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from portal import sweeping
from staffing.models import Agent, Certificate
from training import policy
from training.choices import CourseState, EnrolmentSource
from training.courses import enrolment as enrolments
from training.exams import notices
from training.models import Enrolment, Exam


def open_due(at: datetime) -> int:
    """Open what has come into the window, remind of what is not renewed; answers how many were opened."""
    exams = exams_by_skill()
    return sweeping.each(due(at, exams), lambda each: _open(each, exams[each.skill_id], at=at))


def exams_by_skill() -> Mapping[int, Exam]:
    """The exam that renews each skill: of several that are open, the first by code."""
    rows = Exam.objects.open().exclude(skill=None).select_related("course").order_by("-code")
    return {exam.skill_id: exam for exam in rows if exam.skill_id is not None}


def due(at: datetime, exams: Mapping[int, Exam]) -> Iterable[Certificate]:
    """Certificates that end within the window, of people who work here, not yet renewed."""
    on = localdate(at)
    ending = Certificate.objects.unrevoked().valid(on).unrenewed()
    ending = ending.filter(valid_until__lte=on + policy.RENEWAL_WINDOW, skill__in=list(exams))
    ending = ending.filter(agent__in=Agent.objects.employed(on))
    return ending.select_related("agent__user", "agent__team__department", "skill").order_by("pk")


@transaction.atomic
def _open(certificate: Certificate, exam: Exam, *, at: datetime) -> bool:
    """Enrol where there is a course, and tell what has not been told; whether this was the first time.

    The opening is the reminder of the first of the days; a reminder that was missed is given later.
    """
    given = _enrol(certificate, exam, at=at)
    if not notices.is_renewal_opened(certificate):
        notices.renewal_opened(certificate, exam, given, at=at)
        return True
    left = (certificate.valid_until - certificate.agent.local_date(at)).days
    reached = min((days for days in policy.REMIND_DAYS_BEFORE if days >= left), default=None)
    if reached is not None and reached < max(policy.REMIND_DAYS_BEFORE):
        notices.renewal_reminder(certificate, reached, at=at)
    return False


def _enrol(certificate: Certificate, exam: Exam, *, at: datetime) -> Enrolment | None:
    """The next cycle of the course, unless the holder has it to do already, or had it for this renewal.

    What a trainer has withdrawn or waived since, and what failed, is not begun again every day.
    """
    course, agent = exam.course, certificate.agent
    if course is None or course.state != CourseState.OPEN:
        return None
    own = Enrolment.objects.filter(agent=agent, course=course)
    opened_on = certificate.valid_until - policy.RENEWAL_WINDOW
    before = own.unfinished() | own.filter(source=EnrolmentSource.RENEWAL, enrolled_at__date__gte=opened_on)
    if found := before.order_by("-cycle").first():
        return found
    return enrolments.enrol(
        agent,
        course,
        source=EnrolmentSource.RENEWAL,
        due_on=certificate.valid_until,
        by=None,
        at=at,
    )
