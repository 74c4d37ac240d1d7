import re

import pytest
from django.urls import reverse
from django.utils import timezone

from portal import clients
from portal.choices import AuditAction, Role, Scope
from portal.models import ApiClient, AuditEntry
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/portal/apiclient/"


@pytest.fixture
def chief(client):
    chief = UserFactory.create(roles=[Role.ADMINISTRATOR], language="en")
    client.force_login(chief)
    return chief


@pytest.fixture
def shop() -> ApiClient:
    return clients.create("商城", [Scope.TICKETS_READ], by=None, at=NOW)[0]


@pytest.mark.usefixtures("chief")
def test_the_token_is_shown_once_and_opens(client):  # X5
    response = client.post(f"{LIST}add/", {"name": "商城", "scopes": ["tickets:read", "tickets:write"]})

    (token,) = re.findall(r'value="([\w-]{43})"', response.content.decode())
    assert clients.authenticate(token, on=timezone.localdate()).scopes == ["tickets:read", "tickets:write"]
    made = ApiClient.objects.get()
    for address in (LIST, f"{LIST}{made.pk}/change/", f"{LIST}{made.pk}/history/"):
        assert token not in client.get(address).content.decode()
    assert AuditEntry.objects.of(made).count() == 1


@pytest.mark.usefixtures("chief")
def test_scopes_are_offered_in_words(client):
    text = client.get(f"{LIST}add/").content.decode()

    assert "Raise and handle tickets" in text
    assert 'value="tickets:write"' in text


@pytest.mark.usefixtures("chief")
@pytest.mark.parametrize("wrong", [{"scopes": []}, {"scopes": ["tickets:own"]}, {"name": " "}])
def test_a_system_without_name_or_known_scope_is_refused_on_the_form(client, wrong):
    response = client.post(f"{LIST}add/", {"name": "商城", "scopes": ["tickets:read"]} | wrong)

    assert response.status_code == 200
    assert response.context["errors"]
    assert not ApiClient.objects.exists()


@pytest.mark.usefixtures("chief")
def test_scopes_can_be_changed_and_nothing_else(client, shop):
    client.post(f"{LIST}{shop.pk}/change/", {"name": "改名", "scopes": ["stats:write"], "token_digest": "x"})

    shop.refresh_from_db()
    assert (shop.name, shop.scopes) == ("商城", ["stats:write"])
    assert AuditEntry.objects.of(shop).get(action=AuditAction.CHANGE).changes == {
        "scopes": [["tickets:read"], ["stats:write"]]
    }


@pytest.mark.usefixtures("chief")
def test_disconnecting_takes_a_reason_and_is_for_good(client, shop):
    dialog = reverse("admin:portal_apiclient_revoke", args=[shop.pk])

    client.get(dialog)
    client.post(dialog, {"reason": "", "_form_submitted": "on"})
    shop.refresh_from_db()
    assert shop.is_active

    client.post(dialog, {"reason": "合同到期", "_form_submitted": "on"})
    shop.refresh_from_db()
    assert not shop.is_active
    assert client.post(f"{LIST}{shop.pk}/change/", {"scopes": ["stats:write"]}).status_code == 403
    assert client.get(f"{LIST}{shop.pk}/change/").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_no_other_role_sees_or_connects_systems(client, role, shop):  # X1
    client.force_login(UserFactory.create(roles=[role]))

    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}add/", {"name": "x", "scopes": ["tickets:read"]}).status_code == 403
    assert (
        client.post(f"{LIST}{shop.pk}/revoke/", {"reason": "x", "_form_submitted": "on"}).status_code == 403
    )
    assert ApiClient.objects.get().is_active
