"""The doorbell: Celery carries ids, the database carries the work."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

broker.install()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)


@setup_logging.connect
def log_as_the_web_does(**_facts: Any) -> None:
    from django.conf import settings  # noqa: PLC0415 - after the settings module was named

    dictConfig(settings.LOGGING)


@before_task_publish.connect(sender="portal.beat_heart")
def note_that_the_scheduler_lives(**_facts: Any) -> None:
    """Only the scheduler publishes this task, so publishing it is its sign of life."""
    from django.utils import timezone  # noqa: PLC0415

    from portal import heartbeats  # noqa: PLC0415 - models, once they are loaded

    heartbeats.beat(heartbeats.SCHEDULER, at=timezone.now())
