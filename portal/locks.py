"""Locks by name, for what must happen once at a time and has no row of its own to lock."""

import hashlib

from django.db import connection


def try_lock(name: str) -> bool:
    """Take the lock until the end of the transaction; False if another transaction holds it.

    On SQLite the transaction itself (IMMEDIATE) already keeps every other writer out.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock lasts as long as a transaction, and there is none.")
    if connection.vendor != "postgresql":
        return True
    key = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return bool(cursor.fetchone()[0])
