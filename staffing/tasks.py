from celery import shared_task
from django.utils import timezone

from staffing import attendance


@shared_task(name="staffing.close_forgotten_attendance")
def close_forgotten_attendance() -> None:
    attendance.close_forgotten(timezone.now())
