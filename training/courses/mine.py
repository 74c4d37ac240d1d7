"""My training 我的培训: what somebody has to do, may do, and has done. Read only, in constant queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef

from staffing.models import Agent
from training.choices import CourseState, EnrolmentState
from training.courses import prerequisites, progress
from training.courses.parts import Progress
from training.models import Course, Enrolment, Exam, SessionBooking
from training.querysets.course import UNFINISHED

ENDED_SHOWN = 50


@dataclass(frozen=True, kw_only=True)
class Card:
    """A course to do. `before` is what has to be completed first."""

    enrolment: Enrolment
    progress: Progress
    days_left: int
    before: tuple[Course, ...]
    exams: tuple[Exam, ...]
    session: SessionBooking | None

    @property
    def is_overdue(self) -> bool:
        return self.days_left < 0

    @property
    def days_late(self) -> int:
        return -self.days_left


@dataclass(frozen=True, kw_only=True)
class Mine:
    today: date
    to_do: tuple[Card, ...]
    open_to_me: tuple[Course, ...]
    ended: tuple[Enrolment, ...]

    @property
    def overdue(self) -> int:
        return sum(card.is_overdue for card in self.to_do)

    @property
    def progress(self) -> Progress:
        """Over all that is to do now."""
        return Progress(
            done=sum(card.progress.done for card in self.to_do),
            asked=sum(card.progress.asked for card in self.to_do),
        )


def read(agent: Agent, *, at: datetime) -> Mine:
    """`agent` comes with team and department."""
    today = agent.local_date(at)
    held = Enrolment.objects.filter(agent=agent).select_related("course__topic")
    unfinished = list(held.unfinished().filter(course__state=CourseState.OPEN).order_by("due_on", "pk"))
    ended = held.exclude(state__in=(*UNFINISHED, EnrolmentState.WITHDRAWN)).order_by("-ended_at", "-pk")
    return Mine(
        today=today,
        to_do=tuple(_cards(agent, unfinished, today, at)),
        open_to_me=tuple(_open_to(agent)),
        ended=tuple(ended[:ENDED_SHOWN]),
    )


def card_of(agent: Agent, enrolment: Enrolment, *, at: datetime) -> Card:
    return _cards(agent, [enrolment], agent.local_date(at), at)[0]


def _cards(agent: Agent, rows: Collection[Enrolment], today: date, at: datetime) -> list[Card]:
    courses = {row.course_id for row in rows}
    measured = progress.of(rows)
    before = prerequisites.missing_for(agent, courses)
    exams: dict[int, list[Exam]] = defaultdict(list)
    for exam in Exam.objects.open().filter(course__in=courses).order_by("code"):
        exams[exam.course_id or 0].append(exam)
    sessions = _next_sessions(agent, courses, at)
    return [
        Card(
            enrolment=row,
            progress=measured[row.pk],
            days_left=(row.due_on - today).days,
            before=tuple(before[row.course_id]),
            exams=tuple(exams[row.course_id]),
            session=sessions.get(row.course_id),
        )
        for row in rows
    ]


def _next_sessions(agent: Agent, courses: Collection[int], at: datetime) -> dict[int, SessionBooking]:
    """Of each course the next one that is booked."""
    booked = SessionBooking.objects.standing().filter(
        agent=agent, session__course__in=courses, session__ends_at__gte=at
    )
    rows = booked.select_related("session__room").order_by("-session__starts_at")
    return {row.session.course_id: row for row in rows}


def _open_to(agent: Agent) -> list[Course]:
    """What he may begin of his own accord and neither has to do nor has done."""
    held = Enrolment.objects.filter(agent=agent, course=OuterRef("pk"))
    rows = Course.objects.open().filter(
        ~Exists(held.unfinished()), ~Exists(held.counting()), is_open_to_all=True
    )
    return list(rows.select_related("topic").order_by("topic__name", "code"))
