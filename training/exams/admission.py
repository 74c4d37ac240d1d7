"""Whether somebody may sit an exam now; if not, why, and from when. One rule for page and step."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.errors import Text
from staffing.models import Agent, Certificate
from staffing.notices import day
from training import policy
from training.choices import AttemptState, ExamState
from training.courses import prerequisites
from training.models import Enrolment, Exam, ExamAttempt, Lesson, LessonDone

UNDONE = (AttemptState.FAILED, AttemptState.VOID)
"""A certificate whose attempt ended so in the end was never earned, and begins no new cycle."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """`reason` says why not; without one the exam may be begun. `used` are attempts of this cycle."""

    exam: Exam
    enrolment: Enrolment | None
    cycle: int
    number: int
    used: int
    reason: Text = ""
    opens_at: datetime | None = None
    running: ExamAttempt | None = None
    last: ExamAttempt | None = None

    @property
    def may_begin(self) -> bool:
        return not self.reason

    @property
    def left(self) -> int:
        return max(0, self.exam.max_attempts - self.used)


@dataclass(frozen=True)
class _Held:
    cycle: int
    valid_until: date
    is_revoked: bool
    is_undone: bool


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """What is known of one agent, by exam, course and skill."""

    attempts: dict[int, list[ExamAttempt]] = field(default_factory=lambda: defaultdict(list))
    enrolments: dict[int, Enrolment] = field(default_factory=dict)
    lessons_to_do: dict[int, int] = field(default_factory=dict)
    courses_before: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    certificates: dict[int, list[_Held]] = field(default_factory=lambda: defaultdict(list))


def of(agent: Agent, exams: Sequence[Exam], *, at: datetime) -> list[Admission]:
    """One for each exam, in their order. Six queries; `agent` comes with team and department."""
    facts = _read(agent, exams)
    return [_judged(exam, facts, agent, at) for exam in exams]


# What is known


def _read(agent: Agent, exams: Sequence[Exam]) -> _Facts:
    facts = _Facts()
    courses = {exam.course_id for exam in exams if exam.course_id}
    rows = ExamAttempt.objects.filter(agent=agent, exam__in=exams).order_by("cycle", "number")
    for attempt in rows:
        facts.attempts[attempt.exam_id].append(attempt)
    for enrolment in Enrolment.objects.unfinished().filter(agent=agent, course__in=courses):
        facts.enrolments[enrolment.course_id] = enrolment
    if courses:
        _read_courses(facts, agent, courses)
    _read_certificates(facts, agent, {exam.skill_id for exam in exams if exam.skill_id})
    return facts


def _read_courses(facts: _Facts, agent: Agent, courses: Collection[int]) -> None:
    gone_through = LessonDone.objects.filter(enrolment__in=facts.enrolments.values()).values("lesson")
    to_do = Lesson.objects.shown().filter(is_required=True, course__in=courses).exclude(pk__in=gone_through)
    counted = to_do.order_by().values_list("course").annotate(count=Count("pk"))
    facts.lessons_to_do.update(counted)
    for course_id, missing in prerequisites.missing_for(agent, courses).items():
        facts.courses_before[course_id] += [course.title for course in missing]


def _read_certificates(facts: _Facts, agent: Agent, skills: Iterable[int]) -> None:
    rows = Certificate.objects.filter(agent=agent, skill__in=list(skills)).order_by("cycle")
    columns = ("skill", "cycle", "valid_until", "revoked_on", "issued__attempt__state")
    for skill, cycle, valid_until, revoked_on, state in rows.values_list(*columns):
        held = _Held(cycle, valid_until, revoked_on is not None, state in UNDONE)
        facts.certificates[skill].append(held)


# What follows from it


def _judged(exam: Exam, facts: _Facts, agent: Agent, at: datetime) -> Admission:
    attempts = facts.attempts[exam.pk]
    enrolment = facts.enrolments.get(exam.course_id or 0)
    cycle = _cycle(exam, enrolment, facts)
    enrolment_id = enrolment.pk if enrolment else None
    own = [each for each in attempts if each.cycle == cycle and each.enrolment_id == enrolment_id]
    counted = [each for each in own if each.state != AttemptState.VOID]
    reason, opens_at = (
        _before_all(exam, enrolment, facts)
        or _by_attempts(exam, attempts, counted, at)
        or _by_certificate(exam, enrolment, facts, agent.local_date(at))
        or ("", None)
    )
    return Admission(
        exam=exam,
        enrolment=enrolment,
        cycle=cycle,
        number=1 + max((each.number for each in attempts if each.cycle == cycle), default=0),
        used=len(counted),
        reason=reason,
        opens_at=opens_at,
        running=next((each for each in attempts if each.state == AttemptState.RUNNING), None),
        last=max(attempts, key=lambda each: each.started_at, default=None),
    )


Barred = tuple[Text, datetime | None]


def _cycle(exam: Exam, enrolment: Enrolment | None, facts: _Facts) -> int:
    """Each certificate begins the next cycle; where none is given, each enrolment."""
    if exam.skill_id:
        earned = [each.cycle for each in facts.certificates[exam.skill_id] if not each.is_undone]
        return 1 + max(earned, default=0)
    return enrolment.cycle if enrolment else 1


def _before_all(exam: Exam, enrolment: Enrolment | None, facts: _Facts) -> Barred | None:
    """What must be so before any attempt."""
    if exam.state != ExamState.OPEN:
        return _("This exam is not open."), None
    if exam.course is None:
        return None
    if enrolment is None:
        return _("You are not enrolled in the course “%(course)s”.") % {"course": exam.course}, None
    if titles := facts.courses_before[exam.course.pk]:
        return _("First complete: %(courses)s.") % {"courses": " · ".join(titles)}, None
    if count := facts.lessons_to_do.get(exam.course.pk, 0):
        text = ngettext_lazy(
            "%(count)s required lesson of the course is still to be done.",
            "%(count)s required lessons of the course are still to be done.",
            "count",
        )
        return text % {"count": count}, None
    return None


def _by_attempts(
    exam: Exam, attempts: Sequence[ExamAttempt], counted: Sequence[ExamAttempt], at: datetime
) -> Barred | None:
    """`attempts` are all of the agent, `counted` those of this cycle that were not annulled."""
    states = {each.state for each in attempts}
    if AttemptState.RUNNING in states:
        return _("You are sitting this exam now."), None
    if AttemptState.TO_MARK in states:
        return _("Your paper is being marked."), None
    if any(each.state == AttemptState.PASSED for each in counted):
        return _("You have passed this exam."), None
    if len(counted) >= exam.max_attempts:
        text = _("You have used all %(count)s attempts. Please talk to your trainer.")
        return text % {"count": exam.max_attempts}, None
    failed = [each.handed_in_at for each in attempts if each.state == AttemptState.FAILED]
    opens_at = max((each for each in failed if each), default=at) + timedelta(hours=exam.wait_hours)
    if failed and opens_at > at:
        return _("After a failed attempt you wait %(count)s hours.") % {"count": exam.wait_hours}, opens_at
    return None


def _by_certificate(exam: Exam, enrolment: Enrolment | None, facts: _Facts, today: date) -> Barred | None:
    """Of oneself nobody renews long before the end. Whoever is enrolled has been asked to."""
    if exam.skill_id is None or enrolment is not None:
        return None
    ends = [
        each.valid_until
        for each in facts.certificates[exam.skill_id]
        if not each.is_revoked and each.valid_until >= today
    ]
    if ends and max(ends) > today + policy.RENEWAL_WINDOW:
        text = _("Your certificate runs until %(date)s; it can be renewed from %(start)s on.")
        return text % {"date": day(max(ends)), "start": day(max(ends) - policy.RENEWAL_WINDOW)}, None
    return None
