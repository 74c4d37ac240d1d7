"""X9: whether the portal can work, part by part."""

import json
from datetime import timedelta

import pytest
from celery import Celery
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from portal import health, heartbeats, tasks
from portal.models import Heartbeat, OutboxMessage
from tests.factories import NOW

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def owe(*, due_at, **facts):
    return OutboxMessage.objects.create(
        key=f"test {due_at}", channel="portal", subject="x", created_at=NOW, due_at=due_at, **facts
    )


def all_alive(at):
    for name in (heartbeats.WORKER, heartbeats.SCHEDULER):
        heartbeats.beat(name, at=at)


def ill(at):
    return [part.name for part in health.examine(at) if not part.is_well]


def test_all_is_well_while_the_parts_show_life():
    all_alive(NOW)
    assert ill(NOW + 60 * SECOND) == []


def test_parts_that_fell_silent_are_ill():
    all_alive(NOW)
    heartbeats.beat(heartbeats.SCHEDULER, at=NOW + 2 * SECOND)
    assert ill(NOW + 61 * SECOND) == ["worker"]


def test_parts_that_never_showed_life_are_ill():
    assert ill(NOW) == ["worker", "scheduler"]


def test_the_outbox_is_as_late_as_its_oldest_due_message():
    owe(due_at=NOW + timedelta(hours=1))
    owe(due_at=NOW - timedelta(hours=1), state="sent")
    assert health.outbox(NOW).age_seconds == 0
    owe(due_at=NOW - 300 * SECOND)
    owe(due_at=NOW - 10 * SECOND)
    assert health.outbox(NOW) == health.Part("outbox", is_well=True, age_seconds=300)
    assert not health.outbox(NOW + SECOND).is_well


def test_a_database_behind_the_code_is_ill():
    assert health.database().is_well
    latest = MigrationLoader(connection).graph.leaf_nodes("portal")[0]
    MigrationRecorder(connection).record_unapplied(*latest)
    assert health.database() == health.Part("database", is_well=False, fault="1 migrations not applied")


def test_without_the_database_all_that_lives_in_it_is_ill():
    def refuse(*_query):
        raise OperationalError

    with connection.execute_wrapper(refuse):
        assert ill(NOW) == ["database", "worker", "scheduler", "outbox"]


def test_a_broker_that_does_not_answer_is_ill():
    nobody_there = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    assert health.broker(nobody_there) == health.Part("broker", is_well=False, fault="OperationalError")


@pytest.mark.redis
def test_a_redis_that_answers_is_well(redis_url):
    assert health.broker(Celery(broker=redis_url, set_as_current=False)).is_well


def test_a_worker_shows_life_by_answering_the_scheduler():
    tasks.beat_heart()
    assert Heartbeat.objects.get().name == heartbeats.WORKER


def test_a_beat_overwrites_the_last():
    heartbeats.beat(heartbeats.WORKER, at=NOW)
    heartbeats.beat(heartbeats.WORKER, at=NOW + SECOND)
    assert heartbeats.age(heartbeats.WORKER, at=NOW + 3 * SECOND) == 2 * SECOND


def test_the_command_tells_and_exits_by_it(capsys):
    with pytest.raises(SystemExit) as exit_:
        call_command("health")
    told = json.loads(capsys.readouterr().out)
    assert exit_.value.code == 1
    assert told["ok"] is False
    assert set(told) == {"ok", "database", "broker", "worker", "scheduler", "outbox"}
    assert told["worker"] == {"ok": False, "fault": "never seen"}
