"""The steps of an enrolment: enrolled, given more time, withdrawn."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.rights import require_reason
from training import rights
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.courses import notices
from training.models import Course, CourseAudience, Enrolment
from training.querysets.course import UNFINISHED


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

    Having done it before, he begins another cycle. Two who enrol him at once enrol him once. Oneself one
    enrols only in what is open to everybody.

    Raises: NotAllowed; WrongState for a course that is not open, or somebody who has left; AlreadyTaken
    for somebody who has it to do already; MissingInformation for a day that is over.
    """
    agent, course = _locked(agent, course)
    if source == EnrolmentSource.SELF:
        rights.require_self(by, agent)
        if not course.is_open_to_all:
            raise NotAllowed(_("For this course you are enrolled by your trainer or supervisor."))
    else:
        rights.require_over(by, rights.ENROL, agent)
    today = agent.local_date(at)
    _require_possible(agent, course, today)
    held = Enrolment.objects.filter(agent=agent, course=course)
    if held.unfinished().exists():
        raise AlreadyTaken(_("This course is to be done already."))
    enrolment = Enrolment.objects.create(
        agent=agent,
        course=course,
        cycle=next_cycle(agent, course),
        course_version=course.version,
        source=source,
        audience=audience,
        enrolled_at=at,
        due_on=_not_over(due_on, today) or today + timedelta(days=course.days_to_complete),
    )
    recording.added(enrolment, {"course": course, "due_on": enrolment.due_on}, by=by, at=at)
    is_told = source == EnrolmentSource.NEED  # By whoever plans for the need, with the reason.
    if not is_told and (by is None or by.pk != agent.user_id):
        notices.enrolled([enrolment], at=at)
    return enrolment


@transaction.atomic
def extend(enrolment: Enrolment, *, due_on: date, reason: str, by: User | None, at: datetime) -> Enrolment:
    """Another day by which it is to be done.

    Raises: NotAllowed, also for one's own; WrongState for what has ended; MissingInformation without a
    reason, for the same day, or one that is over.
    """
    reason = require_reason(reason)
    enrolment = unfinished(enrolment, by=by)
    if not _not_over(due_on, enrolment.agent.local_date(at)) or due_on == enrolment.due_on:
        message = _("Choose another day.")
        raise MissingInformation(message, fields={"due_on": message})
    changes = {"due_on": (enrolment.due_on, due_on)}
    enrolment.due_on = due_on
    enrolment.save(update_fields=["due_on"])
    recording.changed(enrolment, changes, by=by, at=at, reason=reason)
    notices.due_moved(enrolment, at=at)
    return enrolment


@transaction.atomic
def withdraw(enrolment: Enrolment, *, reason: str, by: User | None, at: datetime) -> Enrolment:
    """It is no longer to be done. What was done of it stays.

    Withdrawn by somebody, no rule enrols him again; withdrawn by the system, one may.

    Raises: NotAllowed, also for one's own; WrongState for what has ended; MissingInformation without a
    reason.
    """
    reason = require_reason(reason)
    enrolment = unfinished(enrolment, by=by)
    changes = {"state": (enrolment.state, EnrolmentState.WITHDRAWN)}
    enrolment.state, enrolment.reason = EnrolmentState.WITHDRAWN, reason
    enrolment.ended_at, enrolment.ended_by = at, by
    enrolment.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    recording.changed(enrolment, changes, by=by, at=at, reason=reason)
    notices.withdrawn([enrolment], at=at)
    return enrolment


def unfinished(enrolment: Enrolment, *, by: User | None) -> Enrolment:
    """The enrolment locked and as it stands, if this person may act on it. Raises: NotAllowed, WrongState."""
    rows = Enrolment.objects.select_for_update(of=("self",))
    enrolment = rows.select_related("agent__user", "agent__team__department", "course").get(pk=enrolment.pk)
    require_marker(by, enrolment.agent)
    if enrolment.state not in UNFINISHED:
        raise WrongState(_("This has ended already."))
    return enrolment


def require_marker(by: User | None, agent: Agent) -> None:
    """Whoever looks after the person; nobody lets himself off. Raises: NotAllowed."""
    rights.require_over(by, rights.MARK_ENROLMENT, agent)
    if by is not None and by.pk == agent.user_id:
        raise NotAllowed(_("Somebody else has to do that for you."))


def next_cycle(agent: Agent, course: Course) -> int:
    held = Enrolment.objects.filter(agent=agent, course=course)
    return int(held.aggregate(last=Max("cycle"))["last"] or 0) + 1


def _locked(agent: Agent, course: Course) -> tuple[Agent, Course]:
    """Both as they stand: the agent first, as everywhere, then the course, which cannot end meanwhile."""
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    return agent, Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)


def _require_possible(agent: Agent, course: Course, today: date) -> None:
    if course.state != CourseState.OPEN:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    if not agent.is_employed(today):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": agent})


def _not_over(due_on: date | None, today: date) -> date | None:
    if due_on is not None and due_on < today:
        message = _("This day is over.")
        raise MissingInformation(message, fields={"due_on": message})
    return due_on
