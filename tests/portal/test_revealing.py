from datetime import timedelta

import pytest
from django.db import transaction

from portal import policy, revealing
from portal.choices import AuditAction, MessageChannel, RevealReason, Role
from portal.errors import MissingInformation, NotAllowed
from portal.models import AuditEntry, OutboxMessage
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> OutboxMessage:
    return OutboxMessage.objects.create(
        key="k", channel=MessageChannel.SMS, address="13812345678", subject="s", due_at=NOW, created_at=NOW
    )


def reveal(message, by, at=NOW, **facts) -> str:
    facts = {"reason": RevealReason.CONTACT, "text": "回电"} | facts
    return revealing.reveal(message, "address", by=by, at=at, **facts)


def test_the_value_is_shown_and_a_row_says_to_whom_and_why(message):  # X2
    user = UserFactory.create()

    assert reveal(message, user) == "13812345678"

    entry = AuditEntry.objects.of(message).get()
    assert (entry.action, entry.actor, entry.reason) == (AuditAction.REVEAL, user, "回电")
    assert entry.changes == {"field": "address", "reason": "contact"}
    assert "13812345678" not in str(AuditEntry.objects.values().get())


@pytest.mark.parametrize("missing", [{"reason": ""}, {"reason": "because"}, {"text": ""}, {"text": "  "}])
def test_without_a_reason_nothing_is_shown(message, missing):
    with pytest.raises(MissingInformation):
        reveal(message, UserFactory.create(), **missing)
    assert not AuditEntry.objects.exists()


def test_only_personal_fields_are_shown_this_way(message):
    with pytest.raises(TypeError, match="not a personal field"):
        revealing.reveal(message, "key", by=UserFactory.create(), at=NOW, reason="other", text="…")


def test_beyond_the_quota_nothing_is_shown_until_midnight_and_auditors_are_told(message, monkeypatch):  # X2
    monkeypatch.setattr(policy, "REVEALS_PER_DAY", 3)
    user, auditor = UserFactory.create(), UserFactory.create(roles=[Role.AUDITOR])
    for _ in range(3):
        reveal(message, user)

    assert revealing.left_today(user, at=NOW) == 0
    with pytest.raises(NotAllowed):
        reveal(message, user, at=NOW + timedelta(hours=1))
    assert OutboxMessage.objects.get(user=auditor)
    assert reveal(message, UserFactory.create())
    tomorrow = NOW.replace(hour=0, minute=0) + timedelta(days=1)
    assert reveal(message, user, at=tomorrow)


@pytest.mark.django_db(transaction=True)
def test_a_value_never_leaves_before_its_row_is_committed(message):
    user = UserFactory.create()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        reveal(message, user)
