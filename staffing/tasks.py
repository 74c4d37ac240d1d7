from celery import shared_task
from django.utils import timezone

from staffing import action_items, attendance, handover, housekeeping


@shared_task(name="staffing.close_forgotten_attendance")
def close_forgotten_attendance() -> None:
    attendance.close_forgotten(timezone.now())


@shared_task(name="staffing.note_owed_hand_overs")
def note_owed_hand_overs() -> int:
    return handover.note_owed(timezone.now())


@shared_task(name="staffing.fill_housekeeping")
def fill_housekeeping() -> int:
    return housekeeping.fill_all(timezone.now())


@shared_task(name="staffing.tell_overdue_actions")
def tell_overdue_actions() -> int:
    return action_items.tell_overdue(timezone.now())
