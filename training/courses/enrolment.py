"""The steps of an enrolment: enrolled, withdrawn, waived."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from training import rights
from training.choices import CourseState, EnrolmentSource
from training.models import Course, CourseAudience, Enrolment


@transaction.atomic
def enrol(
    agent: Agent,
    course: Course,
    *,
    source: EnrolmentSource,
    by: User | None,
    at: datetime,
    due_on: date | None = None,
    audience: CourseAudience | None = None,
) -> Enrolment:
    """Somebody gets a course to do, by a day; without one, the course says how many days.

    Having done it before, he begins another cycle. Two who enrol him at once enrol him once.

    Raises: NotAllowed; WrongState for a course that is not open, or somebody who has left; AlreadyTaken
    for somebody who has it to do already.
    """
    agent = Agent.objects.locked().select_related("team__department").get(pk=agent.pk)
    if source == EnrolmentSource.SELF:
        rights.require_self(by, agent)
    else:
        rights.require_over(by, rights.ENROL, agent)
    if course.state != CourseState.OPEN:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    today = agent.local_date(at)
    if not agent.is_employed(today):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})
    held = Enrolment.objects.filter(agent=agent, course=course)
    if held.unfinished().exists():
        raise AlreadyTaken(_("%(agent)s has this course to do already.") % {"agent": agent})
    enrolment = Enrolment.objects.create(
        agent=agent,
        course=course,
        cycle=(held.aggregate(last=Max("cycle"))["last"] or 0) + 1,
        course_version=course.version,
        source=source,
        audience=audience,
        enrolled_at=at,
        due_on=due_on or today + timedelta(days=course.days_to_complete),
    )
    recording.added(enrolment, {"course": course, "due_on": enrolment.due_on}, by=by, at=at)
    return enrolment
