"""What goes on by itself: events begin, and people are told of what is due. May run as often as it likes."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from portal.errors import DomainError
from staffing import policy
from staffing.choices import PeakState
from staffing.models import Department, PeakPlan, PeakTask
from staffing.peaks import notices, plans
from staffing.querysets import PeakPlanQuerySet

logger = logging.getLogger(__name__)


def watch(*, at: datetime) -> int:
    """Start the events whose day has come, and tell of tasks and of plans nobody approved; how many began.

    Each department by its own day. Whatever was told once is not told again.
    """
    begun = 0
    for department in Department.objects.filter(peak_plans__isnull=False).distinct():
        today = at.astimezone(department.zone).date()
        of_department = PeakPlan.objects.filter(department=department)
        for plan in of_department.filter(state=PeakState.APPROVED, first_on__lte=today):
            begun += _start(plan, at)
        _tell_unapproved(of_department, today=today, at=at)
        _tell_tasks(department, today=today, at=at)
    return begun


def _start(plan: PeakPlan, at: datetime) -> bool:
    try:
        plans.start(plan, by=None, at=at)
    except DomainError:  # Sent back in between.
        logger.info("Peak plan %s did not start", plan.pk)
        return False
    return True


@transaction.atomic
def _tell_unapproved(of_department: PeakPlanQuerySet, *, today: date, at: datetime) -> None:
    soon = today + policy.PEAK_APPROVAL_WARNING
    waiting = of_department.filter(state=PeakState.DRAFT, prepared_from__lte=soon, last_on__gte=today)
    for plan in waiting.select_related("created_by"):
        notices.not_approved_yet(plan, at=at)


@transaction.atomic
def _tell_tasks(department: Department, *, today: date, at: datetime) -> None:
    """Of a draft nobody is told: it is no order yet."""
    soon = today + policy.PEAK_TASK_WARNING
    works = ~Q(plan__state=PeakState.DRAFT) & (~Q(plan__state=PeakState.REVIEWED) | Q(is_follow_up=True))
    due = PeakTask.objects.open().filter(works, plan__department=department, due_on__lte=soon)
    for task in due.select_related("owner", "plan__created_by"):
        notices.task_due(task, is_overdue=task.due_on < today, at=at)
