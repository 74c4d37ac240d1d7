"""A log that was altered behind the portal's back is found, and the first bad row named."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Event

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from portal import audit, locks, policy, sealing
from portal.choices import AuditAction
from portal.models import AuditEntry, AuditSeal
from portal.sealing import Damage, Flaw
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def unlocked():
    """Whoever alters the log behind our back has the rights to switch the database's own guard off."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in ("portal_auditentry", "portal_auditseal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")


@pytest.fixture
def entries(unlocked) -> list[AuditEntry]:  # noqa: ARG001
    """Ten entries under two seals, two more that wait."""
    user = UserFactory.create()
    made = []
    for n in range(12):
        if n in {5, 10}:
            sealing.seal(NOW)
        made.append(record(user, n))
    return made


def record(user, n: int) -> AuditEntry:
    changes = {"n": [n, n + 1.5], "名": ["甲", None]}
    return audit.record(AuditAction.CHANGE, user, by=user, at=NOW, changes=changes)


def rows(*entries: AuditEntry):
    return AuditEntry.objects.filter(pk__in=[entry.pk for entry in entries])


def seal_ids() -> list[int]:
    return list(AuditSeal.objects.order_by("id").values_list("id", flat=True))


@pytest.mark.usefixtures("entries")
def test_a_log_that_nobody_touched_is_whole():  # X3
    assert len(seal_ids()) == 2
    assert sealing.verify(NOW) is None
    assert sealing.unsealed() == 2


def test_sealing_again_with_nothing_new_makes_no_seal(entries):
    assert sealing.seal(NOW).last_entry_id == entries[11].pk
    assert sealing.seal(NOW) is None


def test_a_long_log_is_sealed_in_pieces(monkeypatch, entries):
    monkeypatch.setattr(policy, "SEAL_ENTRIES", 1)

    assert sealing.seal(NOW).last_entry_id == entries[10].pk
    assert sealing.seal(NOW).last_entry_id == entries[11].pk
    assert sealing.verify(NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "…"},
        {"changes": {"n": [3, 5]}},
        {"action": "reveal"},
        {"at": NOW + timedelta(microseconds=1)},
        {"actor": None},
        {"address": "203.0.113.9"},
        {"object_id": "99"},
        {"object_label": "…"},
        {"actor_roles": "director"},
    ],
)
def test_a_changed_row_is_found_whatever_was_changed(entries, change):  # X3
    rows(entries[3]).update(**change)

    assert sealing.verify(NOW) == Flaw(Damage.CHANGED, seal_ids()[0], entries[3].pk)


def test_a_deleted_row_is_found(entries):
    rows(entries[7]).delete()

    assert sealing.verify(NOW) == Flaw(Damage.MISSING, seal_ids()[1], entries[7].pk)


def test_the_last_row_under_a_seal_is_missed_when_deleted(entries):
    rows(entries[9]).delete()

    assert sealing.verify(NOW) == Flaw(Damage.MISSING, seal_ids()[1], entries[9].pk)


@pytest.mark.usefixtures("unlocked")
@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_inserted_row_is_found_wherever_it_was_put(place):
    user = UserFactory.create()
    made = [record(user, n) for n in range(4)]
    gap = made[place]
    rows(gap).delete()
    sealing.seal(NOW)
    assert sealing.verify(NOW) is None

    gap.save(force_insert=True)

    assert sealing.verify(NOW) == Flaw(Damage.INSERTED, seal_ids()[0], gap.pk)


def test_two_rows_that_changed_places_are_found(entries):
    first, second = rows(entries[2]).get(), rows(entries[3]).get()
    rows(first).update(changes=second.changes)
    rows(second).update(changes=first.changes)

    assert sealing.verify(NOW) == Flaw(Damage.CHANGED, seal_ids()[0], entries[2].pk)


def test_a_seal_recomputed_without_the_key_is_found(entries, settings):  # X3
    rows(entries[3]).update(reason="…")
    key, settings.AUDIT_KEY = settings.AUDIT_KEY, "guessed"
    forged = AuditSeal.objects.get(pk=seal_ids()[0])
    forged.marks[3] = sealing._mark(rows(entries[3]).get())
    forged.digest = sealing._digest(None, forged.marks)
    forged.save()
    settings.AUDIT_KEY = key

    assert sealing.verify(NOW) == Flaw(Damage.SEAL_CHANGED, seal_ids()[0])


@pytest.mark.usefixtures("entries")
def test_a_seal_taken_out_of_the_middle_is_found():
    sealing.seal(NOW)
    first, second, third = seal_ids()
    AuditSeal.objects.filter(pk=third).update(previous=None)
    AuditSeal.objects.filter(pk=second).delete()

    assert sealing.verify(NOW) == Flaw(Damage.SEAL_MISSING, third)
    AuditSeal.objects.filter(pk=third).update(previous=first)
    assert sealing.verify(NOW) == Flaw(Damage.SEAL_CHANGED, third)


def test_the_command_names_the_first_bad_row(entries):
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "whole; 2 entries" in out.getvalue()
    assert "No anchor" in out.getvalue()

    rows(entries[3]).update(reason="…")
    with pytest.raises(CommandError, match=f"entry {entries[3].pk}: changed"):
        call_command("audit_verify")


@pytest.mark.usefixtures("entries")
def test_while_one_seals_another_does_nothing(monkeypatch):
    monkeypatch.setattr(locks, "try_lock", lambda _name: False)

    assert sealing.seal(NOW) is None


@pytest.mark.postgres
def test_the_database_itself_refuses_to_alter_the_log():  # X3
    user = UserFactory.create()
    audit.record(AuditAction.CHANGE, user, by=user, at=NOW)

    for act in (lambda: AuditEntry.objects.update(reason="…"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            act()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_still_on_its_way_is_waited_for():
    """Its number is lower than that of one already written: sealed without it, it would look inserted."""
    user = UserFactory.create()
    is_written, may_end = Event(), Event()

    def write_slowly():
        try:
            with transaction.atomic():
                record(user, 1)
                is_written.set()
                may_end.wait(timeout=10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(write_slowly)
        is_written.wait(timeout=10)
        record(user, 2)
        assert sealing.seal(NOW) is None
        may_end.set()
        slow.result(timeout=10)

    assert len(sealing.seal(NOW).marks) == 2
    assert sealing.verify(NOW) is None
