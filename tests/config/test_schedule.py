"""X9: the schedule."""

import pytest

from config.celery import app
from config.schedule import SCHEDULE, beat_schedule
from portal.models import Heartbeat


def test_a_doorbell_nobody_heard_is_not_kept():
    assert all(entry["options"]["expires"] == entry["schedule"] for entry in beat_schedule().values())


@pytest.mark.parametrize("name", SCHEDULE)
def test_what_is_scheduled_exists(name):
    app.loader.import_default_modules()
    assert SCHEDULE[name]["task"] in app.tasks


@pytest.mark.django_db
def test_the_scheduler_shows_life_by_ringing():
    app.tasks["portal.beat_heart"].apply_async()
    assert Heartbeat.objects.get().name == "scheduler"
