"""The anchor of the audit log: a file outside the database with one line for each seal.

Whoever has all rights in the database may delete the newest seals with their entries, or all of them; the
lines stay. So each line must have its seal, the first line the first seal, and a file that is gone or
cannot be read is itself a finding once anything was sealed.
"""

from datetime import datetime

from django.conf import settings
from django.db import connection

from portal import policy
from portal.models import AuditEntry, AuditSeal

Line = tuple[int, str]
"""A seal's number and its digest."""


def is_set() -> bool:
    """Whether the installation keeps such a file."""
    return settings.AUDIT_HEAD_FILE is not None


def write(made: AuditSeal) -> None:
    if settings.AUDIT_HEAD_FILE:
        with settings.AUDIT_HEAD_FILE.open("a") as file:
            file.write(f"{made.pk} {made.digest}\n")


def read() -> list[Line]:
    """All lines; none if the file is missing, empty or not one of ours. A half-written last line is none."""
    path = settings.AUDIT_HEAD_FILE
    try:
        written = path.read_text("ascii").split("\n")[:-1] if path else []
        pairs = [line.split(" ") for line in written]
        return [(int(number), digest) for number, digest in pairs]
    except (OSError, ValueError):
        return []


def must_exist(at: datetime) -> bool:
    """Whether anything was ever sealed, or should have been: there are lines, a seal, or one long overdue.

    When the rows are gone the database still remembers the last number it gave.
    """
    overdue = AuditEntry.objects.filter(at__lt=at - policy.SEALED_WITHIN)
    return _has_content() or AuditSeal.objects.exists() or _has_given_numbers() or overdue.exists()


def _has_content() -> bool:
    path = settings.AUDIT_HEAD_FILE
    try:
        return bool(path and path.stat().st_size)
    except OSError:
        return False


def _has_given_numbers() -> bool:
    sequence = "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)"
    counted = "SELECT seq FROM sqlite_sequence WHERE name = %s"
    with connection.cursor() as cursor:
        sql = sequence if connection.vendor == "postgresql" else counted
        cursor.execute(sql, [AuditSeal._meta.db_table])
        row = cursor.fetchone()
    return bool(row and row[0])
