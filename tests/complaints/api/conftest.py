"""Connected systems with a token, people with a session, and a morning that stands still."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from rest_framework.test import APIClient

from complaints.models import Ticket
from portal import clients
from portal.choices import Scope
from portal.models import User
from tests.factories import NOW

ALL = (Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.CALLBACKS_WRITE)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def connect() -> Callable[..., APIClient]:
    """Connects a system of some scopes and gives its client."""

    def connected(*scopes: Scope, name: str = "商城") -> APIClient:
        _client, token = clients.create(name, scopes, by=None, at=NOW)
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return api

    return connected


@pytest.fixture
def api(connect) -> APIClient:
    """A shop system that may do all there is to do."""
    return connect(*ALL)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """The browser of a person: it has a session, and is checked for forged requests."""

    def browser(user: User) -> Client:
        client = Client(enforce_csrf_checks=True)
        client.force_login(user)
        client.cookies["csrftoken"] = "t" * 32
        return client

    return browser


def post_as(browser: Client, path: str, body: dict[str, Any], **headers: str):
    """A post from one of our own pages, which know the CSRF token."""
    return browser.post(
        path, body, content_type="application/json", headers={"X-CSRFToken": "t" * 32, **headers}
    )


def act(api, ticket: Ticket, name: str, body: dict[str, Any] | None = None, *, version: int | None = None):
    """One act on the ticket, on the version it has now unless another is said."""
    if version is None:
        version = Ticket.objects.get(pk=ticket.pk).version
    path = f"/api/v1/tickets/{ticket.number}/{name}/"
    return api.post(path, body or {}, format="json", headers={"If-Match": f'"{version}"'})


def done(response) -> dict[str, Any]:
    """The answer of something that went well."""
    assert response.status_code in {200, 201}, response.content
    return json.loads(response.content)


def refused(response, status: int) -> dict[str, Any]:
    """The problem of something that did not."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == status
    assert problem["type"].startswith("urn:portal:problem:")
    return problem
