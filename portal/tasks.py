"""Doors for the worker: each derives its work from the database and calls the step."""

from axes.handlers.proxy import AxesProxyHandler
from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from portal import heartbeats, outbox, policy, replies, sealing
from portal.transfers import jobs, working
from portal.transfers.pacing import Pace


@shared_task(name="portal.beat_heart")
def beat_heart() -> None:
    heartbeats.beat(heartbeats.WORKER, at=timezone.now())


@shared_task(name="portal.deliver_messages")
def deliver_messages() -> None:
    while outbox.deliver_due(timezone.now()):
        pass


@shared_task(name="portal.seal_audit")
def seal_audit() -> None:
    while sealing.seal(timezone.now()):
        pass


@shared_task(name="portal.forget_replies")
def forget_replies() -> None:
    replies.forget_old(timezone.now())


@shared_task(name="portal.tidy_sign_ins")
def tidy_sign_ins() -> None:
    SessionStore.clear_expired()
    AxesProxyHandler.reset_logs(age_days=policy.SIGN_INS_KEPT.days)


@shared_task(name="portal.work_on_transfer")
def work_on_transfer(job_id: int) -> None:
    if working.work(job_id, clock=timezone.now, rest=Pace()):
        work_on_transfer.delay(job_id)


@shared_task(name="portal.sweep_transfers")
def sweep_transfers() -> None:
    for job_id in working.due(timezone.now()):
        work_on_transfer.delay(job_id)


@shared_task(name="portal.tidy_transfers")
def tidy_transfers() -> None:
    jobs.tidy(timezone.now())
