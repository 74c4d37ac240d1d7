"""The life of a course: opened, given in a new edition, ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from staffing.rights import require_reason
from training import rights
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.courses import audiences, notices, progress
from training.models import Course, Enrolment


@dataclass(frozen=True, kw_only=True)
class EditionPreview:
    """Whom a new edition touches, if everybody is asked to do it again."""

    to_do_again: int
    at_it: int
    """They go on, with the lessons of the new edition; what they have done of it counts."""


@dataclass(frozen=True)
class _Finished:
    agent_id: int
    last_cycle: int
    today: date


def open_course(course: Course, *, by: User | None, at: datetime) -> int:
    """From now on it can be done; whom its rules name is enrolled at once. Answers how many were.

    The rules run after the course is let go, since whoever enrols holds the agents first. Should they not
    come to run, the next sweep makes up for it.

    Raises: NotAllowed; WrongState for one that is open or ended; MissingInformation while it asks for
    nothing.
    """
    _open(course, by=by, at=at)
    return audiences.enrol_for(course, at=at)


@transaction.atomic
def _open(course: Course, *, by: User | None, at: datetime) -> None:
    course = _locked(course, by)
    if course.state != CourseState.DRAFT:
        raise WrongState(_("Only a draft can be opened."))
    progress.require_completable(course)
    _set_state(course, CourseState.OPEN, by=by, at=at)


@transaction.atomic
def end(course: Course, *, reason: str, by: User | None, at: datetime) -> int:
    """Nobody can do it any more: whoever has not completed it is withdrawn. Answers how many were.

    Raises: NotAllowed; WrongState for one that is not open; MissingInformation without a reason.
    """
    reason = require_reason(reason)
    course = _locked(course, by)
    if course.state != CourseState.OPEN:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    _set_state(course, CourseState.ENDED, by=by, at=at, reason=reason)
    rows = Enrolment.objects.unfinished().filter(course=course).select_for_update(of=("self",))
    withdrawn = list(rows.select_related("agent__user", "course").order_by("pk"))
    Enrolment.objects.filter(pk__in=[row.pk for row in withdrawn]).update(
        state=EnrolmentState.WITHDRAWN, ended_at=at, ended_by=by, reason=reason
    )
    notices.withdrawn(withdrawn, at=at)
    return len(withdrawn)


def preview_edition(course: Course, *, at: datetime) -> EditionPreview:
    return EditionPreview(
        to_do_again=len(_to_repeat(course, at)),
        at_it=Enrolment.objects.unfinished().filter(course=course).count(),
    )


def new_edition(
    course: Course, *, is_repeated: bool, days: int | None = None, by: User | None, at: datetime
) -> int:
    """The course has changed. Who is at it goes on; `is_repeated` asks everybody who has completed an older
    edition to do it again, within `days` or those of the course, as another cycle. Answers how many are. Then
    the rules run, as in `open_course`.

    Raises: NotAllowed; WrongState for one that is not open.
    """
    count = _new_edition(course, is_repeated=is_repeated, days=days, by=by, at=at)
    audiences.enrol_for(course, at=at)
    return count


@transaction.atomic
def _new_edition(
    course: Course, *, is_repeated: bool, days: int | None, by: User | None, at: datetime
) -> int:
    """Whoever is at it or through is held first; who completes the old edition just now is asked, too."""
    rights.require(by, rights.TEACH, course)
    agents = _everybody_of(course) if is_repeated else {}
    course = _locked(course, by)
    if course.state != CourseState.OPEN:
        raise WrongState(_("The course “%(course)s” is not open.") % {"course": course})
    changes = {"version": (course.version, course.version + 1)}
    course.version += 1
    Enrolment.objects.unfinished().filter(course=course).update(course_version=course.version)
    repeated = [row for row in _to_repeat(course, at) if row.agent_id in agents] if is_repeated else []
    if is_repeated:
        course.counts_from = course.version
    course.save(update_fields=["version", "counts_from"])
    recording.changed(course, changes | {"asked_again": (None, len(repeated))}, by=by, at=at)
    return len(_ask_again(course, agents, repeated, days=days, at=at))


def _everybody_of(course: Course) -> dict[int, Agent]:
    held = Enrolment.objects.filter(course=course).order_by().values("agent")
    return {agent.pk: agent for agent in Agent.objects.filter(pk__in=held).held()}


def _ask_again(
    course: Course,
    agents: dict[int, Agent],
    rows: Sequence[_Finished],
    *,
    days: int | None,
    at: datetime,
) -> list[Enrolment]:
    within = timedelta(days=course.days_to_complete if days is None else days)
    open_now = set(Enrolment.objects.unfinished().filter(course=course).values_list("agent", flat=True))
    created = audiences.insert(
        [
            Enrolment(
                agent=agents[row.agent_id],
                course=course,
                cycle=row.last_cycle + 1,
                course_version=course.version,
                source=EnrolmentSource.EDITION,
                enrolled_at=at,
                due_on=row.today + within,
            )
            for row in rows
            if row.agent_id not in open_now
        ]
    )
    notices.to_do_again(created, at=at)
    return created


def _to_repeat(course: Course, at: datetime) -> list[_Finished]:
    """Who has completed the course in an edition that counts, is employed, and is not at it again already.

    Whom it was waived stays free of it.
    """
    staff = {person.key: person.today for person in audiences.staff_of(at)}
    rows = Enrolment.objects.filter(course=course).order_by("agent", "cycle")
    cycles: dict[int, int] = {}
    through: dict[int, bool] = {}
    for agent, cycle, state, version in rows.values_list("agent", "cycle", "state", "course_version"):
        cycles[agent] = cycle
        if state == EnrolmentState.COMPLETED and version >= course.counts_from:
            through[agent] = True
        elif state in (EnrolmentState.TO_DO, EnrolmentState.IN_PROGRESS, EnrolmentState.WAIVED):
            through[agent] = False
    return [
        _Finished(agent, cycles[agent], staff[agent])
        for agent, is_through in through.items()
        if is_through and agent in staff
    ]


def _locked(course: Course, by: User | None) -> Course:
    rights.require(by, rights.TEACH, course)
    return Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)


def _set_state(
    course: Course, state: CourseState, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    changes = {"state": (course.state, state)}
    course.state = state
    course.save(update_fields=["state"])
    recording.changed(course, changes, by=by, at=at, reason=reason)
