"""Connected systems and their tokens."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal import clients
from portal.choices import AuditAction, Role, Scope
from portal.errors import MissingInformation, NotAllowed
from portal.models import ApiClient, AuditEntry
from tests.factories import NOW, TODAY, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory.create(roles=[Role.ADMINISTRATOR])


def test_the_token_opens_and_is_kept_as_a_digest_only():  # X5
    client, token = clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)

    assert clients.authenticate(token, on=TODAY) == client
    assert len(token) >= 43
    assert token not in str(ApiClient.objects.values().get())


def test_another_token_opens_nothing():
    clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)

    assert clients.authenticate("x" * 43, on=TODAY) is None


def test_a_revoked_token_opens_nothing_from_then_on(administrator):
    client, token = clients.create("shop", [Scope.TICKETS_READ], by=administrator, at=NOW)

    clients.revoke(client, by=administrator, at=NOW, reason="合同到期")

    assert clients.authenticate(token, on=TODAY) is None
    entry = AuditEntry.objects.get(action=AuditAction.DISCONNECT)
    assert (entry.reason, entry.actor) == ("合同到期", administrator)


def test_the_account_of_a_system_cannot_sign_in():
    client, _token = clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)

    assert client.user.is_system
    assert not client.user.is_staff
    assert not client.user.has_usable_password()


def test_the_day_of_use_is_written_once_a_day(django_assert_num_queries):
    _client, token = clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)

    clients.authenticate(token, on=TODAY)
    with django_assert_num_queries(1):
        clients.authenticate(token, on=TODAY)
    clients.authenticate(token, on=TODAY + timedelta(days=1))

    assert ApiClient.objects.get().last_used_on == TODAY + timedelta(days=1)


@pytest.mark.parametrize("scopes", [[], ["tickets:own"]])
def test_only_known_scopes_can_be_given_and_at_least_one(scopes):
    with pytest.raises(MissingInformation) as refused:
        clients.create("shop", scopes, by=None, at=NOW)
    assert "scopes" in refused.value.fields


def test_a_name_is_given_once():
    clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)

    with pytest.raises(MissingInformation):
        clients.create("shop", [Scope.TICKETS_READ], by=None, at=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_but_an_administrator_connects_systems(role, administrator):  # X1
    client, _token = clients.create("shop", [Scope.TICKETS_READ], by=administrator, at=NOW)
    other = UserFactory.create(roles=[role])

    for act in (
        lambda: clients.create("bot", [Scope.TICKETS_READ], by=other, at=NOW),
        lambda: clients.set_scopes(client, [Scope.TICKETS_WRITE], by=other, at=NOW),
        lambda: clients.revoke(client, by=other, at=NOW, reason="…"),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_the_command_prints_the_token_once():
    out = StringIO()

    call_command(
        "create_api_client", "shop", "--scope", "tickets:read", "--scope", "tickets:write", stdout=out
    )

    client = clients.authenticate(out.getvalue().strip(), on=TODAY)
    assert client.scopes == ["tickets:read", "tickets:write"]
    with pytest.raises(CommandError):
        call_command("create_api_client", "shop", "--scope", "tickets:read", stdout=out)
