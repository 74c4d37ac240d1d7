from celery import shared_task
from django.utils import timezone

from staffing import action_items, attendance, handover, housekeeping, lapses
from staffing.demand import forecasts
from staffing.peaks import watching as peaks_watching
from staffing.planning import generation, working
from staffing.requests import deciding

SWEEP_SECONDS = 15


@shared_task(name="staffing.close_forgotten_attendance")
def close_forgotten_attendance() -> None:
    attendance.close_forgotten(timezone.now())


@shared_task(name="staffing.take_off_lapsed")
def take_off_lapsed() -> None:
    lapses.take_off_lapsed(timezone.now())


@shared_task(name="staffing.warn_of_lapses")
def warn_of_lapses() -> None:
    lapses.warn_of_lapses(timezone.now())


@shared_task(name="staffing.forecast_demand")
def forecast_demand() -> int:
    return forecasts.keep_ahead(timezone.now())


@shared_task(name="staffing.watch_peaks")
def watch_peaks() -> None:
    peaks_watching.watch(at=timezone.now())


@shared_task(name="staffing.note_owed_hand_overs")
def note_owed_hand_overs() -> int:
    return handover.note_owed(timezone.now())


@shared_task(name="staffing.fill_housekeeping")
def fill_housekeeping() -> int:
    return housekeeping.fill_all(timezone.now())


@shared_task(name="staffing.tell_overdue_actions")
def tell_overdue_actions() -> int:
    return action_items.tell_overdue(timezone.now())


@shared_task(name="staffing.lapse_requests")
def lapse_requests() -> None:
    deciding.lapse(timezone.now())


@shared_task(name="staffing.work_on_roster_run")
def work_on_roster_run(run_id: int) -> None:
    working.work(run_id, clock=timezone.now)


@shared_task(name="staffing.sweep_roster_runs")
def sweep_roster_runs() -> None:
    """Rings for runs that wait. While the worker is busy with another one the bells are not kept."""
    for run_id in generation.due(timezone.now()):
        work_on_roster_run.apply_async((run_id,), expires=SWEEP_SECONDS)
