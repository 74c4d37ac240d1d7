"""What one agent has to do soon, for the desk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Window
from django.utils.functional import Promise

from staffing.models import Agent
from training.choices import CourseState, EnrolmentState
from training.models import Enrolment

SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class CourseTold:
    enrolment_id: int
    title: str
    due_on: date
    is_overdue: bool
    state: str | Promise
    """In words."""


@dataclass(frozen=True, kw_only=True)
class Own:
    count: int
    courses: tuple[CourseTold, ...]

    @property
    def is_empty(self) -> bool:
        return not self.count


def read(agent: Agent, *, at: datetime) -> Own:
    """The soonest due first; one query. `agent` comes with team and department."""
    today = agent.local_date(at)
    rows: Any = (
        Enrolment.objects.unfinished()
        .filter(agent=agent, course__state=CourseState.OPEN)
        .annotate(in_all=Window(Count("pk")))
        .select_related("course")
        .order_by("due_on", "pk")
    )
    first = list(rows[:SHOWN])
    return Own(
        count=first[0].in_all if first else 0,
        courses=tuple(
            CourseTold(
                enrolment_id=row.pk,
                title=row.course.title,
                due_on=row.due_on,
                is_overdue=row.due_on < today,
                state=EnrolmentState(row.state).label,
            )
            for row in first
        ),
    )
