"""Locks by name, for what must happen once at a time and has no row of its own to lock."""

import hashlib

from django.db import OperationalError, connection, transaction
from django.db.models import Model


def try_lock(name: str) -> bool:
    """Take the lock until the end of the transaction; False if another transaction holds it.

    On SQLite the transaction itself (IMMEDIATE) already keeps every other writer out.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock lasts as long as a transaction, and there is none.")
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_key(name)])
        return bool(cursor.fetchone()[0])


def wait_for(name: str) -> None:
    """Take the lock until the end of the transaction, as soon as nobody else holds it."""
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock lasts as long as a transaction, and there is none.")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_key(name)])


def _key(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def try_exclude_writers(model: type[Model]) -> bool:
    """Keep writers out of a table until the end of the transaction; False if those inside stay too long.

    True means that every row written before is visible now, and none is on its way.
    """
    if connection.vendor != "postgresql":
        return True
    table = connection.ops.quote_name(model._meta.db_table)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
    except OperationalError:
        return False
    return True
