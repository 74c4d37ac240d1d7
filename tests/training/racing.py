"""Somebody waits for a row that another is changing, and goes on once it is changed. PostgreSQL only."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import DatabaseError, connection, models, transaction

from portal.errors import DomainError

PATIENCE_SECONDS = 30


def meanwhile(change: Callable[[], Any], act: Callable[[], Any]) -> Any:
    """What `act` returns, or is refused with: it waits for what `change` has locked, and then commits."""

    def run() -> Any:
        try:
            return act()
        except (DomainError, DatabaseError, models.ObjectDoesNotExist) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change()
            waiting = pool.submit(run)
            _until_somebody_waits()
        return waiting.result(PATIENCE_SECONDS)


def _until_somebody_waits() -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("Nobody came to wait.")
