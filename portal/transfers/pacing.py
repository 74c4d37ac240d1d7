"""Room for other writers between the chunks of a long run."""

import time

from django.db import connection

from portal.transfers.policy import SQLITE_PAUSE


class Pace:
    """Call it after each chunk: it waits as long as the chunk took, up to SQLITE_PAUSE.

    SQLite has no queue of writers: who waits looks again every 100 ms at most, and a run that leaves shorter
    gaps than that keeps the whole department from saving anything. PostgreSQL needs no such pause.
    """

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self) -> None:
        if connection.vendor == "sqlite":
            busy = time.monotonic() - self._since
            time.sleep(min(busy, SQLITE_PAUSE.total_seconds()))
        self._since = time.monotonic()
