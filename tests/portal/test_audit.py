"""One row for each act: who, what, when, from where."""

from datetime import date

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, request_context
from portal.choices import AuditAction, Role
from portal.models import AuditEntry, OutboxMessage, User
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db


def test_a_row_tells_who_did_what_to_what_when_and_from_where():  # X3
    chief = UserFactory.create(roles=[Role.DIRECTOR, Role.AUDITOR])
    handler = UserFactory.create(name="李雷")

    with request_context.coming_from("203.0.113.7"):
        audit.record(
            AuditAction.CHANGE, handler, by=chief, at=NOW, changes={"name": ["李", "李雷"]}, reason="更正"
        )

    entry = AuditEntry.objects.of(handler).get()
    assert (entry.actor, entry.actor_roles) == (chief, "auditor,director")
    assert (entry.object_type, entry.object_id, entry.object_label) == (
        "portal.user",
        str(handler.pk),
        "李雷",
    )
    assert (entry.at, entry.address, entry.reason) == (NOW, "203.0.113.7", "更正")
    assert entry.changes == {"name": ["李", "李雷"]}


def test_many_objects_at_once_are_named_by_their_kind():
    audit.record(AuditAction.EXPORT, OutboxMessage, by=None, at=NOW)

    entry = AuditEntry.objects.get()
    assert (entry.object_type, entry.object_id, entry.actor) == ("portal.outboxmessage", "", None)


def test_an_act_that_is_undone_leaves_no_row():
    user = UserFactory.create()
    with transaction.atomic():
        audit.record(AuditAction.CHANGE, user, by=None, at=NOW)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


def test_personal_and_secret_values_are_not_kept():  # X2
    assert audit.fact(OutboxMessage._meta.get_field("address"), "13800005678") == "***"
    assert audit.fact(OutboxMessage._meta.get_field("address"), "") == ""
    assert audit.fact(User._meta.get_field("password"), "secret") == "***"


def test_values_are_kept_as_words():
    user = UserFactory.create(name="韩梅梅")

    assert audit.fact(None, user) == "韩梅梅"
    assert audit.fact(None, User.objects.filter(pk=user.pk)) == ["韩梅梅"]
    assert audit.fact(None, date(2026, 3, 11)) == "2026-03-11"
    assert audit.fact(None, _("Handler")) == str(_("Handler"))
    assert audit.fact(None, {"a": (1, None, True)}) == {"a": [1, None, True]}


def test_signing_in_is_recorded(client):
    user = UserFactory.create()
    user.set_password("demo-handler")
    user.save()

    client.post(
        "/admin/login/", {"username": user.username, "password": "demo-handler"}, REMOTE_ADDR="203.0.113.7"
    )

    entry = AuditEntry.objects.get(action=AuditAction.SIGN_IN)
    assert (entry.actor, entry.address) == (user, "203.0.113.7")
