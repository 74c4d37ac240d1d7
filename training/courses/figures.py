"""Numbers of courses for dashboards and exports. Read only, each in a constant number of queries."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Exists, F, OuterRef, Q

from portal.models import User
from staffing.models import Agent
from training.choices import CourseState, EnrolmentSource, EnrolmentState
from training.models import Enrolment
from training.querysets import EnrolmentQuerySet
from training.querysets.course import UNFINISHED


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


@dataclass(frozen=True, kw_only=True)
class TeamFigures:
    team_id: int
    team: str
    completion: Rate
    overdue: int


def coverage(user: User, *, on: date) -> Rate:
    """培训覆盖率: agents with all required courses / agents. Source: domain.md, training_coverage.

    Required is what somebody was enrolled in by anybody but himself. Two queries.
    """
    staff = Agent.objects.visible_to(user).employed(on)
    open_gap = _required().filter(agent=OuterRef("pk")).filter(_is_gap())
    return Rate(staff.exclude(Exists(open_gap)).count(), staff.count())


def by_team(user: User, *, on: date) -> list[TeamFigures]:
    """Enrolments in open courses, of people employed that day: completed or waived / all. One query."""
    rows = (
        _required(own=True)
        .visible_to(user)
        .of_staff(on)
        .values("agent__team", "agent__team__name")
        .annotate(
            asked=Count("pk"),
            open=Count("pk", filter=_is_gap()),
            overdue=Count("pk", filter=Q(state__in=UNFINISHED, due_on__lt=on)),
        )
        .order_by("agent__team__name")
    )
    return [
        TeamFigures(
            team_id=row["agent__team"],
            team=row["agent__team__name"],
            completion=Rate(row["asked"] - row["open"], row["asked"]),
            overdue=row["overdue"],
        )
        for row in rows
    ]


def overdue(user: User, *, on: date) -> int:
    """How many courses people should have completed before that day. One query."""
    rows = Enrolment.objects.visible_to(user).overdue(on).of_staff(on)
    return rows.filter(course__state=CourseState.OPEN).count()


def _required(*, own: bool = False) -> EnrolmentQuerySet:
    """The last cycle of each person and open course, unless withdrawn."""
    later = Enrolment.objects.filter(
        agent=OuterRef("agent"), course=OuterRef("course"), cycle__gt=OuterRef("cycle")
    )
    rows = (
        Enrolment.objects.filter(~Exists(later.exclude(state=EnrolmentState.WITHDRAWN)))
        .filter(course__state=CourseState.OPEN)
        .exclude(state=EnrolmentState.WITHDRAWN)
    )
    return rows if own else rows.exclude(source=EnrolmentSource.SELF)


def _is_gap() -> Q:
    outdated = Q(state=EnrolmentState.COMPLETED, course_version__lt=F("course__counts_from"))
    return Q(state__in=(*UNFINISHED, EnrolmentState.FAILED)) | outdated
