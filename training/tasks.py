from celery import shared_task
from django.utils import timezone

from training.announcements import publishing
from training.announcements import reminders as announcement_reminders
from training.courses import audiences, reminding
from training.exams import renewals, sitting
from training.knowledge import reviewing
from training.needs import effects, settling
from training.search import synonyms
from training.sessions import reminders as session_reminders


@shared_task(name="training.enrol_by_rule")
def enrol_by_rule() -> int:
    return audiences.enrol_all(timezone.now())


@shared_task(name="training.remind_of_courses")
def remind_of_courses() -> int:
    return reminding.remind(timezone.now())


@shared_task(name="training.remind_of_sessions")
def remind_of_sessions() -> int:
    return session_reminders.remind(timezone.now())


@shared_task(name="training.hand_in_run_out")
def hand_in_run_out() -> int:
    return sitting.sweep(timezone.now())


@shared_task(name="training.open_renewals")
def open_renewals() -> int:
    return renewals.open_due(timezone.now())


@shared_task(name="training.announce_to_joiners")
def announce_to_joiners() -> int:
    return publishing.complete_audience(timezone.now())


@shared_task(name="training.remind_of_announcements")
def remind_of_announcements() -> int:
    return announcement_reminders.remind(timezone.now())


@shared_task(name="training.tell_due_reviews")
def tell_due_reviews() -> int:
    return reviewing.tell_due(timezone.now())


@shared_task(name="training.settle_needs")
def settle_needs() -> int:
    return settling.settle(timezone.now())


@shared_task(name="training.measure_effects")
def measure_effects() -> int:
    return effects.measure_due(timezone.now())


@shared_task(name="training.catch_up_synonyms")
def catch_up_synonyms() -> int:
    return synonyms.catch_up()
