"""What is cut off in the database is missed outside of it. # X3"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from portal import audit, policy, sealing
from portal.choices import AuditAction
from portal.models import AuditEntry, AuditSeal
from portal.sealing import Damage, Flaw
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
HEAD_MISSING = Flaw(Damage.HEAD_MISSING)


@pytest.fixture
def database():
    """In the hands of somebody with all rights; no number of a seal was given yet."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in ("portal_auditentry", "portal_auditseal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
            cursor.execute("ALTER SEQUENCE portal_auditseal_id_seq RESTART")
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = 'portal_auditseal'")


@pytest.fixture
def head(database, settings, tmp_path):  # noqa: ARG001
    settings.AUDIT_HEAD_FILE = tmp_path / "audit-head"
    return settings.AUDIT_HEAD_FILE


@pytest.fixture
def seal(head, django_capture_on_commit_callbacks):  # noqa: ARG001
    """Records something and seals it."""

    def record_and_seal():
        user = UserFactory.create()
        audit.record(AuditAction.CHANGE, user, by=user, at=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            return sealing.seal(NOW)

    return record_and_seal


def erase(*seals: AuditSeal) -> None:
    """Without a trace in the chain: from the newest down, each with its entries."""
    for each in reversed(seals):
        AuditEntry.objects.filter(pk__in=[number for number, _mark in each.marks]).delete()
        AuditSeal.objects.filter(pk=each.pk).delete()


def test_a_log_that_nobody_touched_is_whole(seal, head):
    first, second = seal(), seal()
    assert head.read_text() == f"{first.pk} {first.digest}\n{second.pk} {second.digest}\n"
    assert sealing.verify(NOW) is None


@pytest.mark.usefixtures("head")
def test_a_new_installation_needs_no_file_yet():
    assert sealing.verify(NOW) is None
    user = UserFactory.create()
    audit.record(AuditAction.SIGN_IN, user, by=user, at=NOW)
    assert sealing.verify(NOW + policy.SEALED_WITHIN) is None


def test_the_newest_seals_cut_off_with_their_entries_are_missed(seal):
    seal()
    newest = seal()
    erase(newest)
    assert sealing.verify(NOW) == Flaw(Damage.SEAL_MISSING, newest.pk)


def test_what_was_cut_off_is_missed_when_more_was_sealed_since(seal):
    seal()
    cut = seal()
    erase(cut)
    seal()
    assert sealing.verify(NOW) == Flaw(Damage.SEAL_MISSING, cut.pk)


def test_a_seal_that_was_put_in_anothers_place_is_found(seal):
    seal()
    cut = seal()
    erase(cut)
    AuditEntry.objects.create(at=NOW, action=AuditAction.CHANGE, object_type="x", object_id="1")
    forged = sealing.seal(NOW)
    AuditSeal.objects.filter(pk=forged.pk).update(id=cut.pk)
    assert sealing.verify(NOW) == Flaw(Damage.SEAL_CHANGED, cut.pk)


def test_seals_and_entries_deleted_to_the_last_are_missed(seal):
    first, second = seal(), seal()
    erase(first, second)
    assert sealing.verify(NOW) == Flaw(Damage.SEAL_MISSING, first.pk)


def test_that_all_is_gone_and_the_file_too_is_found(seal, head):
    erase(seal(), seal())
    head.unlink()
    assert sealing.verify(NOW) == HEAD_MISSING


@pytest.mark.parametrize("content", ["", "\n", "1", "1 abc", "one abc\n", "1 a b\n", "密\n"])
def test_a_file_that_is_none_of_ours_is_found(seal, head, content):
    seal()
    head.write_text(content)
    assert sealing.verify(NOW) == HEAD_MISSING


def test_a_file_with_lines_is_proof_that_something_was_sealed(head):
    head.write_text("1")
    assert sealing.verify(NOW) == HEAD_MISSING


def test_a_file_that_cannot_be_read_is_found(seal, head):
    seal()
    head.unlink()
    head.mkdir()
    assert sealing.verify(NOW) == HEAD_MISSING


def test_a_file_that_begins_anew_is_found(seal, head):
    seal()
    head.unlink()
    seal()
    assert sealing.verify(NOW) == HEAD_MISSING


def test_entries_that_nobody_seals_are_found_where_no_file_is(head):
    user = UserFactory.create()
    audit.record(AuditAction.SIGN_IN, user, by=user, at=NOW)
    assert sealing.verify(NOW + policy.SEALED_WITHIN + timedelta(seconds=1)) == HEAD_MISSING
    assert not head.exists()


def test_the_last_line_may_be_half_written(seal, head):
    seal()
    with head.open("a") as file:
        file.write("2 half")
    assert sealing.verify(NOW) is None


def test_the_command_names_the_file(seal, head):
    seal()
    out = StringIO()
    call_command("audit_verify", stdout=out)
    assert "No anchor" not in out.getvalue()

    head.unlink()
    with pytest.raises(CommandError, match="head file: missing"):
        call_command("audit_verify")
