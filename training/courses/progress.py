"""How far somebody is with a course. Whether it is completed is asked here and nowhere else."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Agent
from training import rights
from training.choices import AttemptState, CourseState, EnrolmentState
from training.courses import prerequisites
from training.courses.parts import Parts, Progress, measure
from training.models import Course, Enrolment, Exam, ExamAttempt, Lesson, LessonDone, SessionBooking
from training.querysets.course import UNFINISHED


@transaction.atomic
def lesson_done(enrolment: Enrolment, lesson: Lesson, *, by: User | None, at: datetime) -> Enrolment:
    """Somebody has gone through a lesson himself. A second click finds it done and changes nothing.

    Raises: NotAllowed for anybody else, and for a lesson of another course; WrongState for what has ended,
    for a course that has, and before its prerequisites are completed.
    """
    enrolment = _locked(enrolment)
    rights.require_self(by, enrolment.agent)
    if lesson.course_id != enrolment.course_id or lesson.is_retired:
        raise NotAllowed(_("This is no lesson of the course."))
    if enrolment.lessons_done.filter(lesson=lesson).exists():
        return enrolment
    _require_learning(enrolment)
    LessonDone.objects.create(enrolment=enrolment, lesson=lesson, done_at=at)
    begin(enrolment, by=by, at=at)
    return settle(enrolment, at=at)


@transaction.atomic
def begin(enrolment: Enrolment, *, by: User | None, at: datetime) -> Enrolment:
    """The first thing of it was done: a lesson, an attempt at its exam. Once begun it stays so."""
    enrolment = _locked(enrolment)
    if enrolment.state == EnrolmentState.TO_DO:
        enrolment.state, enrolment.started_at = EnrolmentState.IN_PROGRESS, at
        enrolment.save(update_fields=["state", "started_at"])
        changes = {"state": (EnrolmentState.TO_DO, EnrolmentState.IN_PROGRESS)}
        recording.changed(enrolment, changes, by=by, at=at)
    return enrolment


@transaction.atomic
def settle(enrolment: Enrolment, *, at: datetime) -> Enrolment:
    """Completed once all that the course asks for is done, and so it stays unless a pass falls.

    Asked for: every required lesson; presence at a session, if the course needs one; a pass of each open
    exam of the course within this enrolment.
    """
    enrolment = _locked(enrolment)
    if enrolment.state not in UNFINISHED or not of([enrolment])[enrolment.pk].is_all_done:
        return enrolment
    changes = {"state": (enrolment.state, EnrolmentState.COMPLETED)}
    enrolment.state, enrolment.ended_at = EnrolmentState.COMPLETED, at
    enrolment.started_at = enrolment.started_at or at
    enrolment.save(update_fields=["state", "ended_at", "started_at"])
    recording.changed(enrolment, changes, by=None, at=at)
    return enrolment


def settle_for(agent: Agent, course: Course, *, at: datetime) -> None:
    """After something of a course happened to somebody, such as being marked present: if he is enrolled."""
    for enrolment in Enrolment.objects.unfinished().filter(agent=agent, course=course):
        settle(enrolment, at=at)


def settle_course(course: Course, *, at: datetime) -> int:
    """After the course asks for less: who has done all that is left has completed it; answers how many."""
    rows = list(Enrolment.objects.unfinished().filter(course=course).order_by("agent", "cycle"))
    measured = of(rows)
    through = [row for row in rows if measured[row.pk].is_all_done]
    for enrolment in through:
        settle(enrolment, at=at)
    return len(through)


def of(enrolments: Collection[Enrolment]) -> dict[int, Progress]:
    """How far each is, by key, in at most six queries for any number; what is finished is all done."""
    asked = parts_of({row.course_id for row in enrolments})
    keys = [row.pk for row in enrolments]
    lessons = _by_enrolment(LessonDone.objects.filter(enrolment__in=keys), "lesson")
    passed = ExamAttempt.objects.filter(enrolment__in=keys, state=AttemptState.PASSED)
    has_exams = any(parts.exams for parts in asked.values())
    exams = _by_enrolment(passed if has_exams else passed.none(), "exam")
    present = _present(row for row in enrolments if asked[row.course_id].needs_session)
    found = {}
    for row in enrolments:
        parts = asked[row.course_id]
        found[row.pk] = (
            measure(parts, lessons=lessons[row.pk], exams=exams[row.pk], was_there=row.pk in present)
            if row.state not in (EnrolmentState.COMPLETED, EnrolmentState.WAIVED)
            else Progress(done=parts.count or 1, asked=parts.count or 1)
        )
    return found


def require_completable(course: Course) -> None:
    """Asked when a course opens, and of an open one whenever it changes. Raises: MissingInformation."""
    if not parts_of([course.pk])[course.pk].count:
        raise MissingInformation(_("Add a required lesson, a session or an exam: nobody could complete it."))


def parts_of(courses: Collection[int]) -> dict[int, Parts]:
    """What each course asks for, by key. Three queries."""
    lessons: dict[int, set[int]] = defaultdict(set)
    exams: dict[int, set[int]] = defaultdict(set)
    required = Lesson.objects.shown().filter(course__in=courses, is_required=True)
    for course, key in required.values_list("course", "pk"):
        lessons[course].add(key)
    for course, key in Exam.objects.open().filter(course__in=courses).values_list("course", "pk"):
        exams[course or 0].add(key)
    needing = dict(Course.objects.filter(pk__in=courses).values_list("pk", "needs_session"))
    return {
        key: Parts(
            lessons=frozenset(lessons[key]),
            exams=frozenset(exams[key]),
            needs_session=needing.get(key, False),
        )
        for key in courses
    }


def _locked(enrolment: Enrolment) -> Enrolment:
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.select_related("agent__user", "agent__team__department", "course").get(pk=enrolment.pk)


def _require_learning(enrolment: Enrolment) -> None:
    if enrolment.state not in UNFINISHED or enrolment.course.state != CourseState.OPEN:
        raise WrongState(_("This has ended already."))
    if before := prerequisites.missing(enrolment.agent, enrolment.course):
        titles = ", ".join(each.title for each in before)
        raise WrongState(_("First complete: %(courses)s") % {"courses": titles})


def _by_enrolment(rows: QuerySet[LessonDone] | QuerySet[ExamAttempt], column: str) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for enrolment, key in rows.values_list("enrolment", column):
        found[enrolment].add(key)
    return found


def _present(enrolments: Iterable[Enrolment]) -> set[int]:
    """Those whose agent came to a session of the course that ended after he was enrolled."""
    rows = list(enrolments)
    if not rows:
        return set()
    came = SessionBooking.objects.standing().came()
    attended = came.filter(
        agent__in={row.agent_id for row in rows}, session__course__in={row.course_id for row in rows}
    )
    ends: dict[tuple[int, int], list[datetime]] = defaultdict(list)
    for agent, course, ends_at in attended.values_list("agent", "session__course", "session__ends_at"):
        ends[agent, course].append(ends_at)
    return {
        row.pk
        for row in rows
        if any(ends_at >= row.enrolled_at for ends_at in ends[row.agent_id, row.course_id])
    }
