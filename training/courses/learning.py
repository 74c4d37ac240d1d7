"""A course as its learner goes through it: its lessons in order, one of them open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from staffing.models import Agent
from training.choices import CourseState
from training.courses import mine
from training.courses.mine import Card
from training.models import Enrolment, Lesson
from training.querysets.course import UNFINISHED


@dataclass(frozen=True, kw_only=True)
class Step:
    lesson: Lesson
    is_done: bool
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Learning:
    card: Card
    steps: tuple[Step, ...]
    lesson: Lesson | None
    """The open one; None for a course without lessons."""
    is_lesson_done: bool
    previous: Lesson | None
    following: Lesson | None
    may_do: bool
    """Whether it counts now: not ended, nothing to be completed before."""


def read(agent: Agent, enrolment: Enrolment, *, lesson_id: int | None, at: datetime) -> Learning:
    """Without a lesson, or with one that is none of the course, the first that is not done opens."""
    lessons = list(enrolment.course.lessons.shown())
    done = set(enrolment.lessons_done.values_list("lesson", flat=True))
    place = _place(lessons, done, lesson_id)
    current = lessons[place] if lessons else None
    card = mine.card_of(agent, enrolment, at=at)
    goes_on = enrolment.state in UNFINISHED and enrolment.course.state == CourseState.OPEN
    return Learning(
        card=card,
        steps=tuple(
            Step(lesson=each, is_done=each.pk in done, is_current=each is current) for each in lessons
        ),
        lesson=current,
        is_lesson_done=current is not None and current.pk in done,
        previous=lessons[place - 1] if place > 0 else None,
        following=lessons[place + 1] if place + 1 < len(lessons) else None,
        may_do=goes_on and not card.before,
    )


def _place(lessons: Sequence[Lesson], done: set[int], lesson_id: int | None) -> int:
    asked = (number for number, each in enumerate(lessons) if each.pk == lesson_id)
    unread = (number for number, each in enumerate(lessons) if each.pk not in done)
    found = next(asked, None)
    return found if found is not None else next(unread, 0)
