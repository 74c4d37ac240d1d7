"""Doors for the scheduler. Each derives its work from the database and may run as often as it likes."""

from celery import shared_task
from django.utils.timezone import now

from complaints import absence, assignment, callbacks, closing, deadlines, handling, ownership, volumes


@shared_task(name="complaints.dispatch_tickets")
def dispatch_tickets() -> int:
    return assignment.dispatch_waiting(at=now())


@shared_task(name="complaints.watch_clocks")
def watch_clocks() -> int:
    return deadlines.watch(at=now())


@shared_task(name="complaints.return_silent_transfers")
def return_silent_transfers() -> int:
    return ownership.return_silent(at=now())


@shared_task(name="complaints.release_leavers")
def release_leavers() -> int:
    return absence.release_leavers(at=now())


@shared_task(name="complaints.wake_waiting")
def wake_waiting() -> int:
    return handling.wake(at=now())


@shared_task(name="complaints.break_promises")
def break_promises() -> int:
    return handling.break_overdue_promises(at=now())


@shared_task(name="complaints.watch_callbacks")
def watch_callbacks() -> int:
    return callbacks.tell_overdue(at=now())


@shared_task(name="complaints.close_settled")
def close_settled() -> int:
    return closing.close_settled(at=now())


@shared_task(name="complaints.count_volumes")
def count_volumes() -> int:
    return volumes.keep_current(at=now())
