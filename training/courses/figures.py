"""Numbers of courses for dashboards and exports. Read only, one query each."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, OuterRef

from portal.models import User
from staffing.models import Agent
from training.choices import CourseState
from training.models import Enrolment
from training.querysets import EnrolmentQuerySet


@dataclass(frozen=True)
class Rate:
    """So many of so many; `share` is None of nobody."""

    done: int
    of: int

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.done, self.of) if self.of else None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else int(self.share * 100)


def coverage(user: User, *, on: date) -> Rate:
    """培训覆盖率: agents with all required courses / agents. Source: domain.md, training_coverage.

    Required is what somebody was enrolled in by anybody but himself, in courses that are open.
    """
    last = Enrolment.objects.filter(agent=OuterRef("pk"), course__state=CourseState.OPEN).last_cycles()
    gap = last.required().lacking()
    found = (
        Agent.objects.visible_to(user)
        .employed(on)
        .order_by()
        .aggregate(all=Count("pk"), lacking=Count("pk", filter=Exists(gap)))
    )
    return Rate(found["all"] - found["lacking"], found["all"])


def overdue(user: User, *, on: date) -> EnrolmentQuerySet:
    """What people who are employed should have completed before that day."""
    rows = Enrolment.objects.visible_to(user).overdue(on).of_staff(on)
    return rows.filter(course__state=CourseState.OPEN)
