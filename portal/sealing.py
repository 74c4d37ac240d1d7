"""The seals over the audit log: what they cover cannot be changed unnoticed, not even in the database itself.

Each seal keeps a keyed digest (HMAC, the key lives outside the database) for every entry since the seal
before, and one over those and its predecessor's. Seals cut off together with their entries are missed by
`portal.anchor`, outside the database.
"""

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from portal import anchor, locks, policy
from portal.models import AuditEntry, AuditSeal
from portal.querysets import AuditQuerySet

MARK_LENGTH = 24
"""Hex digits of an entry's mark: 96 bits, beyond forging without the key."""

Marks = list[list[int | str]]


class Damage(StrEnum):
    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    SEAL_CHANGED = "seal changed"
    SEAL_MISSING = "seal missing"
    HEAD_MISSING = "missing, unreadable or cut"


@dataclass(frozen=True)
class Flaw:
    """The first thing wrong with the log; without a seal, with the file outside the database."""

    damage: Damage
    seal: int | None = None
    entry: int | None = None


def seal(at: datetime) -> AuditSeal | None:
    """Seal what has been recorded since the last seal; None if there is nothing, or another is at it."""
    settled = _settled_id()
    if settled is None:
        return None
    with transaction.atomic():
        if not locks.try_lock("audit-seal"):
            return None
        last = AuditSeal.objects.order_by("-id").first()
        marks = [_mark(entry) for entry in _entries(last, settled)[: policy.SEAL_ENTRIES]]
        if not marks:
            return None
        made = AuditSeal.objects.create(
            last_entry_id=marks[-1][0],
            marks=marks,
            digest=_digest(last, marks),
            previous=last,
            sealed_at=at,
        )
        transaction.on_commit(lambda: anchor.write(made))
    return made


def verify(at: datetime) -> Flaw | None:
    """Go through all seals and entries; the first flaw, or None. What is not sealed yet is not judged."""
    last: AuditSeal | None = None
    for each in AuditSeal.objects.order_by("id").iterator(chunk_size=20):
        if flaw := _flaw(last, each):
            return flaw
        last = each
    return _cut_off(at)


def unsealed() -> int:
    """How many entries wait for the next seal."""
    last = AuditSeal.objects.order_by("-id").values_list("last_entry_id", flat=True).first()
    return AuditEntry.objects.filter(pk__gt=last or 0).count()


def _settled_id() -> int | None:
    """The id up to which no entry can appear any more; None if there is none, or writers would not pause.

    On PostgreSQL numbers are given before the transactions that took them end, so a lower one may still
    be on its way. Once every writer has been out of the table, all up to the highest are there for good.
    """
    with transaction.atomic():
        if not locks.try_exclude_writers(AuditEntry):
            return None
        return AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first()


def _entries(last: AuditSeal | None, up_to: int) -> AuditQuerySet:
    """What stands after the one seal, up to an id."""
    entries = AuditEntry.objects.filter(pk__lte=up_to).order_by("pk")
    return entries.filter(pk__gt=last.last_entry_id) if last else entries


def _flaw(last: AuditSeal | None, each: AuditSeal) -> Flaw | None:
    if each.previous_id != (last.pk if last else None):
        return Flaw(Damage.SEAL_MISSING, each.pk)
    if not hmac.compare_digest(each.digest, _digest(last, each.marks)):
        return Flaw(Damage.SEAL_CHANGED, each.pk)
    entries = _entries(last, each.last_entry_id).iterator(chunk_size=1000)
    found = (_mark(entry) for entry in entries)
    return _difference(each, iter(each.marks), found)


def _difference(
    each: AuditSeal, kept: Iterator[list[int | str]], found: Iterator[list[int | str]]
) -> Flaw | None:
    """Both run in the order of the ids; the first place where they part tells what was done."""
    for mark in kept:
        row = next(found, None)
        if row == mark:
            continue
        entry = int(mark[0])
        if row is None or int(row[0]) > entry:
            return Flaw(Damage.MISSING, each.pk, entry)
        if row[0] == entry:
            return Flaw(Damage.CHANGED, each.pk, entry)
        return Flaw(Damage.INSERTED, each.pk, int(row[0]))
    row = next(found, None)
    return Flaw(Damage.INSERTED, each.pk, int(row[0])) if row else None


def _cut_off(at: datetime) -> Flaw | None:
    """Whether every seal written down outside the database is still there, as it was."""
    if not anchor.is_set():
        return None
    lines = anchor.read()  # Before the seals: each is in the database before it is written down.
    seals = dict(AuditSeal.objects.order_by("id").values_list("id", "digest"))
    for number, digest in lines:
        if number not in seals:
            return Flaw(Damage.SEAL_MISSING, number)
        if seals[number] != digest:
            return Flaw(Damage.SEAL_CHANGED, number)
    is_whole = lines[0][0] == next(iter(seals)) if lines else not anchor.must_exist(at)
    return None if is_whole else Flaw(Damage.HEAD_MISSING)


def _mark(entry: AuditEntry) -> list[int | str]:
    facts = [
        entry.pk,
        entry.at.astimezone(UTC).isoformat(),
        entry.actor_id,
        entry.actor_roles,
        entry.address,
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.object_label,
        entry.changes,
        entry.reason,
    ]
    return [entry.pk, _keyed("entry", facts)[:MARK_LENGTH]]


def _digest(last: AuditSeal | None, marks: Marks) -> str:
    return _keyed("seal", [last.digest if last else "", marks])


def _keyed(kind: str, facts: list[object]) -> str:
    text = json.dumps([kind, *facts], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), "sha256").hexdigest()
