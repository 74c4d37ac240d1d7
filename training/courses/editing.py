"""What a course and its lessons say: written by a form or a table, asked here whether it can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.errors import MissingInformation, Text, WrongState
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording
from training import rights
from training.choices import AudienceKind, CourseState, LessonKind
from training.courses import audiences, prerequisites, progress
from training.models import Course, Lesson, Topic

SUBJECTS: Mapping[str, tuple[str, Text]] = {
    AudienceKind.TEAM: ("team", _("Choose the team.")),
    AudienceKind.POSITION: ("position", _("Choose the position.")),
    AudienceKind.NEW_HIRE: ("joined_within_days", _("Say how many days after joining somebody is new.")),
    AudienceKind.PEAK_EVENT: ("peak_plan", _("Choose the peak plan.")),
}
"""What each kind of rule has to name, and how that is asked for."""


class CourseFacts(TypedDict, total=False):
    title: str
    summary: str
    topic: Topic
    owner: User
    minutes: int
    days_to_complete: int
    is_open_to_all: bool
    needs_session: bool


@transaction.atomic
def define(
    code: str,
    *,
    by: User | None,
    at: datetime,
    prerequisites_of_it: Sequence[Course] | None = None,
    **facts: Unpack[CourseFacts],
) -> Result:
    """A code that is known changes its course, another one makes a draft.

    Whoever has done all that is left to do is through.

    Raises: NotAllowed; WrongState for a course that has ended, or prerequisites in a circle;
    MissingInformation for an open one that would ask for nothing; ValidationError for a value that cannot be.
    """
    rights.require(by, rights.TEACH)
    known = Course.objects.filter(code=code).first()
    is_new = known is None
    course = hold(known) if known else Course(code=code)
    changes = {
        name: (None if is_new else getattr(course, name), value)
        for name, value in facts.items()
        if is_new or getattr(course, name) != value
    }
    for name, value in facts.items():
        setattr(course, name, value)
    course.full_clean(validate_unique=is_new, validate_constraints=False)
    course.save()
    if prerequisites_of_it is not None:
        changes |= _set_prerequisites(course, prerequisites_of_it)
    if is_new:
        recording.added(course, {name: new for name, (_old, new) in changes.items()}, by=by, at=at)
        return Result.CREATED
    if not changes:
        return Result.UNCHANGED
    recording.changed(course, changes, by=by, at=at)
    _settle(course, at=at)
    return Result.UPDATED


def hold(course: Course) -> Course:
    """The course locked and as it stands, before it is written.

    Raises: WrongState for one that has ended, perhaps just now: it stays as it ended.
    """
    course = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
    if course.state == CourseState.ENDED:
        raise WrongState(_("The course “%(course)s” has ended and stays as it ended.") % {"course": course})
    return course


def _set_prerequisites(course: Course, chosen: Sequence[Course]) -> dict[str, tuple[object, object]]:
    before = sorted(each.code for each in course.prerequisites.all())
    after = sorted(each.code for each in chosen)
    if before == after:
        return {}
    prerequisites.require_no_circle(course, chosen)
    course.prerequisites.set(chosen)
    return {"prerequisites": (before, after)}


class LessonFacts(TypedDict, total=False):
    kind: str
    text: str
    url: str
    minutes: int
    is_required: bool
    position: int


@transaction.atomic
def define_lesson(
    course: Course, title: str, *, by: User | None, at: datetime, **facts: Unpack[LessonFacts]
) -> Result:
    """A title that the course has changes its lesson, another one adds a lesson at the end.

    Raises: NotAllowed; WrongState for a course that has ended; MissingInformation for a lesson without what
    its kind says, or an open course that would ask for nothing; ValidationError for a value that cannot be.
    """
    rights.require(by, rights.TEACH, course)
    course = hold(course)
    lesson = course.lessons.shown().filter(title=title).first()
    is_new = lesson is None
    lesson = lesson or Lesson(course=course, title=title, position=_last_position(course) + 1)
    changes = {
        name: (getattr(lesson, name), value)
        for name, value in facts.items()
        if getattr(lesson, name) != value
    }
    for name, (_old, value) in changes.items():
        setattr(lesson, name, value)
    require_content(lesson)
    lesson.full_clean()
    lesson.save()
    if is_new:
        recording.changed(course, {"lessons": (None, title)}, by=by, at=at)
        return Result.CREATED
    if not changes:
        return Result.UNCHANGED
    recording.changed(course, {"lessons": (title, title)}, by=by, at=at)
    _settle(course, at=at)
    return Result.UPDATED


def _last_position(course: Course) -> int:
    return int(course.lessons.aggregate(last=Max("position"))["last"] or 0)


@transaction.atomic
def define_topic(
    code: str, *, name: str, parent: Topic | None, by: User | None, at: datetime, position: int = 0
) -> Result:
    """A code that is known changes its topic, another one makes one.

    Raises: NotAllowed; ValidationError, such as for a fourth level.
    """
    rights.require(by, rights.KEEP_TOPICS)
    topic = Topic.objects.select_for_update(of=("self",)).filter(code=code).first()
    facts: dict[str, Any] = {"name": name, "parent": parent, "position": position}
    if topic is None:
        topic = Topic(code=code, **facts)
        topic.full_clean()
        topic.save()
        recording.added(topic, facts, by=by, at=at)
        return Result.CREATED
    changes = {
        field: (getattr(topic, field), new) for field, new in facts.items() if getattr(topic, field) != new
    }
    if not changes:
        return Result.UNCHANGED
    for field, new in facts.items():
        setattr(topic, field, new)
    topic.full_clean()
    topic.save()
    recording.changed(topic, changes, by=by, at=at)
    return Result.UPDATED


class WouldWithdraw(MissingInformation):
    """The rules as they are now keep fewer people than before, which nobody has agreed to."""

    def __init__(self, count: int) -> None:
        self.count = count
        told = ngettext(
            "By these rules %(count)s person who has not begun is withdrawn and told. Tick it to agree.",
            "By these rules %(count)s people who have not begun are withdrawn and told. Tick it to agree.",
            count,
        )
        super().__init__(told % {"count": count})


def kept_by_no_rule(course: Course, *, at: datetime) -> set[int]:
    """The keys of the enrolments that the next run withdraws."""
    return set(audiences.unfit(course, at=at).order_by().values_list("pk", flat=True))


def check(
    course: Course,
    chosen: Iterable[Course],
    *,
    by: User | None,
    at: datetime,
    kept_by_none: Collection[int] = (),
    agreed: int = 0,
) -> None:
    """After a form wrote the course, in its transaction: the prerequisites are possible, and whoever has done
    all that is left to do is through.

    `kept_by_none` are those whom no rule kept before, too; of others at most `agreed` may be let go.

    Raises: NotAllowed; WrongState for a circle; MissingInformation for an open course that asks for nothing;
    WouldWithdraw for more people than were agreed to.
    """
    rights.require(by, rights.TEACH, course)
    let_go = len(kept_by_no_rule(course, at=at).difference(kept_by_none))
    if let_go > agreed:
        raise WouldWithdraw(let_go)
    prerequisites.require_no_circle(course, chosen)
    _settle(course, at=at)


def _settle(course: Course, *, at: datetime) -> None:
    """An open course still asks for something; whoever has done all that is left is through."""
    if course.state == CourseState.OPEN:
        progress.require_completable(course)
    progress.settle_course(course, at=at)


def require_content(lesson: Lesson) -> None:
    """A lesson holds what its kind says. Raises: MissingInformation, at the field that lacks it."""
    match LessonKind(lesson.kind):
        case LessonKind.TEXT if not lesson.text.strip():
            raise _lacks("text", _("Write the text of the lesson."))
        case LessonKind.FILE if not lesson.file:
            raise _lacks("file", _("Choose the file of the lesson."))
        case LessonKind.VIDEO if not (lesson.file or lesson.url):
            raise _lacks("file", _("Choose the video, or give the address where it is."))
        case LessonKind.LINK if not lesson.url:
            raise _lacks("url", _("Give the address."))


def require_subject(kind: str, given: Mapping[str, Any]) -> None:
    """A rule says which team, position, event or days. Raises: MissingInformation, at the field."""
    field, message = SUBJECTS.get(kind, ("", ""))
    if field and given.get(field) is None:
        raise _lacks(field, message)


def _lacks(field: str, message: Any) -> MissingInformation:
    return MissingInformation(message, fields={field: message})
