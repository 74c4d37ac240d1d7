"""A real worker, killed with -9 in mid-delivery, its broker emptied: nothing owed is lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from config.environment import ROOT
from tests.portal.gateway import Gateway

TEXTS, NOTICES = 20, 300

PREPARE = f"""
import django; django.setup()
from django.core.management import call_command
from django.utils import timezone
from portal import outbox
from portal.models import User
call_command("migrate", verbosity=0)
user, now = User.objects.create(username="reader", name="读者"), timezone.now()
outbox.post_many(
    [outbox.Owed(key=f"text-{{n}}", channel="sms", subject="s", body=f"text-{{n}}", address="138", due_at=now)
     for n in range({TEXTS})]
    + [outbox.Owed(key=f"notice-{{n}}", channel="portal", subject="s", user=user, due_at=now)
       for n in range({NOTICES})],
    at=now,
)
"""
WORKER = ("-m", "celery", "-A", "config", "worker", "--beat", "--pool", "solo", "--loglevel", "ERROR")


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway.listening() as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, gateway: Gateway) -> dict[str, str]:
    """The environment of an installation of its own, in which messages are owed."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATA_DIR": str(tmp_path),
        "SMS_URL": gateway.url,
        "ALLOW_PRIVATE_ADDRESSES": "1",
    }
    subprocess.run([sys.executable, "-c", PREPARE], env=environment, cwd=ROOT, check=True)
    return environment


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[None]:
    """A worker with its scheduler; leaving means kill -9 of both."""
    schedule = ("--schedule", str(Path(environment["DATA_DIR"]) / "beat"))
    process = subprocess.Popen(
        [sys.executable, *WORKER, *schedule], env=environment, cwd=ROOT, start_new_session=True
    )
    try:
        yield
        assert process.poll() is None, "the worker ended by itself"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(what: Callable[[], bool], *, seconds: float = 30) -> None:
    ends_at = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.05)


def ask(environment: dict[str, str], sql: str) -> list[tuple]:
    with closing(sqlite3.connect(Path(environment["DATA_DIR"]) / "portal.sqlite3", timeout=30)) as database:
        rows = database.execute(sql).fetchall()
        database.commit()
        return rows


def states(environment: dict[str, str]) -> Counter:
    return Counter(dict(ask(environment, "SELECT state, count(*) FROM portal_outboxmessage GROUP BY state")))


def test_a_killed_worker_and_an_emptied_broker_lose_nothing(home, gateway):  # X4
    gateway.patience = TEXTS // 2
    with worker(home):
        assert gateway.is_waiting.wait(timeout=30)
    gateway.patience = 0
    assert states(home)["pending"] > 0

    for file in (Path(home["DATA_DIR"]) / "broker").rglob("*"):
        if file.is_file():
            file.unlink()
    # Time passes until the dead worker's leases have run out.
    ask(home, "UPDATE portal_outboxmessage SET leased_until = '2020-01-01' WHERE leased_until IS NOT NULL")
    with worker(home):
        wait_for(lambda: states(home) == {"sent": TEXTS + NOTICES})

    ((notices, messages),) = ask(home, "SELECT count(*), count(DISTINCT message_id) FROM portal_notice")
    assert notices == messages == NOTICES
    taken = Counter(text for _path, text in gateway.taken)
    assert set(taken) == {f"text-{n}" for n in range(TEXTS)}
    # Only the one in the dead worker's hands may have come twice.
    assert sum(taken.values()) <= TEXTS + 1
