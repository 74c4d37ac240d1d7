"""People are reminded of what they have to do: some days before it is due, and on the day after.

Derived from the tables, each told once: the outbox owes the same debt once, for ever. A run that was missed
is made up for within a week.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils.timezone import localtime

from portal import sweeping
from staffing.models import Department, Team
from staffing.notices import supervisors_of
from training import policy
from training.choices import CourseState
from training.courses import notices
from training.models import Course, Enrolment
from training.querysets import EnrolmentQuerySet

LATEST_AFTER = timedelta(days=7)
"""A day after the due date may fall into an outage; what is older is no news."""


def remind(at: datetime) -> int:
    """Each department by its own calendar; answers how many courses of people are due soon or late."""
    return sweeping.each(Department.objects.order_by("pk"), partial(_remind, at=at))


@transaction.atomic
def _remind(department: Department, *, at: datetime) -> int:
    today = at.astimezone(department.zone).date()
    rows = (
        Enrolment.objects.unfinished()
        .of_staff(today)
        .filter(agent__team__department=department, course__state=CourseState.OPEN)
        .select_related("agent__user", "agent__team", "course")
        .order_by("due_on", "pk")
    )
    return _before(rows, department, today, at) + _after(rows, today, at)


def _before(rows: EnrolmentQuerySet, department: Department, today: date, at: datetime) -> int:
    """Whoever was enrolled after a reminder's day had come has just heard of it, and is spared that one."""
    latest = today + timedelta(days=max(policy.COURSE_REMIND_DAYS_BEFORE))
    told = []
    for row in rows.filter(due_on__gte=today, due_on__lte=latest):
        days = min(days for days in policy.COURSE_REMIND_DAYS_BEFORE if (row.due_on - today).days <= days)
        enrolled_on = localtime(row.enrolled_at, department.zone).date()
        if enrolled_on < row.due_on - timedelta(days=days):
            told.append((row, days))
    notices.due_soon(told, at=at)
    return len(told)


def _after(rows: EnrolmentQuerySet, today: date, at: datetime) -> int:
    """The learners, and in one line for each team and course those who look after them."""
    late = list(rows.filter(due_on__lt=today, due_on__gte=today - LATEST_AFTER))
    notices.overdue(late, at=at)
    groups: dict[tuple[Team, Course, date], list[str]] = defaultdict(list)
    for row in late:
        groups[row.agent.team, row.course, row.due_on].append(row.agent.user.name)
    leaders = {team: supervisors_of(team) for team in {team for team, _course, _due_on in groups}}
    for (team, course, due_on), names in groups.items():
        notices.overdue_in_team(team, course, due_on, names, leaders[team], at=at)
    return len(late)
