"""Whether the portal can work, part by part: the one answer behind probes, metrics and `manage.py health`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery import Celery, current_app
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from kombu.exceptions import OperationalError as BrokerError

from portal import heartbeats
from portal.choices import DeliveryState
from portal.models import OutboxMessage

SILENT_AFTER = timedelta(seconds=60)
"""Four missed beats."""
OUTBOX_LATE_AFTER = timedelta(minutes=5)
BROKER_PATIENCE_SECONDS = 3


@dataclass(frozen=True)
class Part:
    name: str
    is_well: bool
    age_seconds: float | None = None
    fault: str = ""

    def as_json(self) -> dict[str, Any]:
        facts = {"age_seconds": self.age_seconds, "fault": self.fault or None}
        return {"ok": self.is_well} | {key: value for key, value in facts.items() if value is not None}


def database() -> Part:
    """It answers, and its tables are those that this code expects."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return Part("database", not waiting, fault=f"{len(waiting)} migrations not applied" if waiting else "")


def broker(app: Celery = current_app) -> Part:
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_PATIENCE_SECONDS)
    except (BrokerError, OSError) as error:
        return Part("broker", is_well=False, fault=type(error).__name__)
    return Part("broker", is_well=True)


def outbox(at: datetime) -> Part:
    """How long the oldest message that is due has been waiting."""
    due = OutboxMessage.objects.filter(state=DeliveryState.PENDING, due_at__lte=at).order_by("due_at")
    oldest = due.values_list("due_at", flat=True).first()
    late = at - oldest if oldest else timedelta()
    return Part("outbox", late <= OUTBOX_LATE_AFTER, age_seconds=late.total_seconds())


def sign_of_life(name: str, at: datetime) -> Part:
    age = heartbeats.age(name, at=at)
    if age is None:
        return Part(name, is_well=False, fault="never seen")
    return Part(name, age <= SILENT_AFTER, age_seconds=age.total_seconds())


def ready() -> list[Part]:
    """What a web process needs, and the broker, without which it still works but others wait."""
    return [_asked("database", database), broker()]


def examine(at: datetime) -> list[Part]:
    return [
        *ready(),
        _asked(heartbeats.WORKER, lambda: sign_of_life(heartbeats.WORKER, at)),
        _asked(heartbeats.SCHEDULER, lambda: sign_of_life(heartbeats.SCHEDULER, at)),
        _asked("outbox", lambda: outbox(at)),
    ]


def _asked(name: str, part: Callable[[], Part]) -> Part:
    """A part that lives in the database is ill with it."""
    try:
        return part()
    except DatabaseError as error:
        return Part(name, is_well=False, fault=type(error).__name__)
