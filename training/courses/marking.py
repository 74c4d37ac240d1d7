"""What somebody who looks after people enters for them: it is completed, or need not be done."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.rights import require_reason
from training import policy
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.courses import files, notices
from training.courses.enrolment import next_cycle, require_marker
from training.models import Course, Enrolment
from training.querysets import EnrolmentQuerySet

NOON = time(12)
"""A day that was named is kept as its noon: nobody knows the hour."""


def complete(
    agent: Agent,
    course: Course,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    done_on: date | None = None,
    evidence: File[Any] | None = None,
) -> Enrolment:
    """It is completed, by the word of `by`, today or on an earlier day. Without an enrolment, one is made.

    Raises: NotAllowed, also for oneself; AlreadyTaken for who has completed it; WrongState for a draft;
    MissingInformation without a reason, for a day to come, or a file that is not taken.
    """
    state = EnrolmentState.COMPLETED
    return _mark(agent, course, state, reason=reason, by=by, at=at, done_on=done_on, evidence=evidence)


def waive(
    agent: Agent,
    course: Course,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    evidence: File[Any] | None = None,
) -> Enrolment:
    """It need not be done by this person, and no rule asks for it again. Raises: as `complete`."""
    return _mark(agent, course, EnrolmentState.WAIVED, reason=reason, by=by, at=at, evidence=evidence)


@transaction.atomic
def _mark(
    agent: Agent,
    course: Course,
    state: EnrolmentState,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    done_on: date | None = None,
    evidence: File[Any] | None = None,
) -> Enrolment:
    reason = require_reason(reason)
    agent = Agent.objects.filter(pk=agent.pk).held().get()
    course = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    require_marker(by, agent)
    if course.state == CourseState.DRAFT:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    enrolment = _to_mark(agent, course, at=at)
    before = enrolment.state if enrolment.pk else None
    enrolment.state, enrolment.reason, enrolment.ended_by = state, reason, by
    enrolment.ended_at = _instant(agent, done_on, at)
    enrolment.course_version = course.version
    if evidence:
        taken = files.take(evidence, field="evidence", at_most=policy.LARGEST_EVIDENCE)
        enrolment.evidence.save(taken.name, taken.content, save=False)
        enrolment.evidence_name = taken.name
    enrolment.save()
    recording.changed(enrolment, {"state": (before, state)}, by=by, at=at, reason=reason)
    notices.marked(enrolment, by=by, at=at)
    return enrolment


def _to_mark(agent: Agent, course: Course, *, at: datetime) -> Enrolment:
    """What the person has to do, or a new one, which is ended at once."""
    held = Enrolment.objects.filter(agent=agent, course=course)
    if open_one := _locked(held.unfinished()):
        return open_one
    if held.counting().exists():
        raise AlreadyTaken(_("This course was completed or waived already."))
    return Enrolment(
        agent=agent,
        course=course,
        cycle=next_cycle(agent, course),
        source=EnrolmentSource.ASSIGNED,
        enrolled_at=at,
        due_on=agent.local_date(at),
    )


def _locked(rows: EnrolmentQuerySet) -> Enrolment | None:
    """Held, since he may be at it: what he does meanwhile comes before or after."""
    held = rows.select_for_update(of=("self",)).select_related("agent__user", "course")
    return held.first()


def _instant(agent: Agent, done_on: date | None, at: datetime) -> datetime:
    if done_on is None or done_on == agent.local_date(at):
        return at
    if done_on > agent.local_date(at):
        message = _("This day is still to come.")
        raise MissingInformation(message, fields={"done_on": message})
    return datetime.combine(done_on, NOON, agent.zone)
