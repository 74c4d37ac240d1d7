"""Who may use which route: every route by scope, by right, with and without CSRF. # X1 X5"""

import re
from typing import cast

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from portal import clients
from portal.choices import Role, Scope
from tests.complaints.api.conftest import done, post_as, refused
from tests.factories import NOW, AgentFactory, TicketFactory, UserFactory, ticket_in_hand

pytestmark = pytest.mark.django_db

READ, WRITE, CALL = Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.CALLBACKS_WRITE
ACTS = (
    "claim", "assign", "transfer", "accept", "decline", "take_over", "classify", "reply", "note", "promise",
    "wait", "resume", "resolve", "close", "reopen", "cancel",
)  # fmt: skip

# Method and path -> the scopes, any one of which opens it.
ROUTES = {
    ("GET", "tickets/"): {READ},
    ("POST", "tickets/"): {WRITE},
    ("GET", "tickets/{number}/"): {READ},
    ("GET", "tickets/{number}/events/"): {READ},
    ("GET", "tickets/{number}/clocks/"): {READ},
    ("GET", "tickets/{number}/ownership/"): {READ},
    ("GET", "tickets/{number}/messages/"): {READ},
    ("POST", "tickets/{number}/messages/"): {WRITE},
    **{("POST", f"tickets/{{number}}/{act}/"): {WRITE} for act in ACTS},
    ("GET", "callbacks/"): {READ, CALL},
    ("GET", "callbacks/1/"): {READ, CALL},
    ("POST", "callbacks/"): {CALL},
    ("POST", "callbacks/1/attempts/"): {CALL},
    ("POST", "surveys/1/phone-answer/"): {WRITE, CALL},
}


def ask(client: APIClient, method: str, path: str):
    ticket = TicketFactory.create()
    return client.generic(
        method, f"/api/v1/{path.format(number=ticket.number)}", "{}", content_type="application/json"
    )


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_route_opens_to_its_scopes_and_to_no_other(method, path):
    for scope in Scope:
        client = APIClient()
        _system, token = clients.create(f"系统 {scope}", [scope], by=None, at=NOW)
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        # Opened, it may still refuse for what was not told.
        is_open = ask(client, method, path).status_code not in {401, 403}
        assert is_open == (scope in ROUTES[method, path]), scope


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_token_nothing_opens(method, path):
    assert refused(ask(APIClient(), method, path), 401)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_revoked_token_opens_nothing(method, path):
    client = APIClient()
    system, token = clients.create("商城", list(Scope), by=None, at=NOW)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    clients.revoke(system, by=UserFactory.create(is_superuser=True), at=NOW, reason="停用")
    refused(ask(client, method, path), 401)


def test_every_route_of_complaints_is_named_above():
    named = {path.replace("{number}", "1") for _method, path in ROUTES}
    assert {path for path in routes() if path.startswith(("tickets", "callbacks", "surveys"))} == named


def _api() -> URLResolver:
    found = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == "api/v1/")
    return cast("URLResolver", next(found))


def routes(resolver: URLResolver | None = None, prefix: str = "") -> set[str]:
    """The paths below /api/v1/ with 1 for every argument."""
    entries = resolver.url_patterns if resolver else _api().url_patterns
    found: set[str] = set()
    for entry in entries:
        if isinstance(entry, URLPattern):
            found.add(prefix + plain(entry))
        else:
            found |= routes(entry, prefix + str(entry.pattern))
    return found


def plain(entry: URLPattern) -> str:
    return re.sub("<[^>]+>", "1", str(entry.pattern))


@pytest.mark.parametrize("path", ["", "nothing/", "callbacks/x/", "tickets", "tickets/T1/nothing/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_no_route_answers_to_is_a_problem_like_all_others(method, path):
    refused(APIClient().generic(method, f"/api/v1/{path}"), 404)


# People.


@pytest.mark.parametrize(
    ("role", "reads", "acts", "raises"),
    [
        (Role.HANDLER, True, True, True),
        (Role.SUPERVISOR, True, True, True),
        (Role.DIRECTOR, True, True, False),
        (Role.INSPECTOR, True, False, False),
        (Role.AUDITOR, False, False, False),
        (Role.TRAINER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False),
        (Role.FULFILMENT, False, False, False),
    ],
)
def test_a_person_uses_the_api_by_the_rights_of_the_role(signed_in, role, reads, acts, raises):
    browser = signed_in(AgentFactory.create(user__roles=[role]).user)
    ticket = TicketFactory.create()

    def opens(response) -> bool:
        return response.status_code not in {401, 403}

    assert opens(browser.get("/api/v1/tickets/")) == reads
    # Without a version nothing is done: whoever may act is told so.
    assert (
        post_as(browser, f"/api/v1/tickets/{ticket.number}/note/", {"text": "?"}).status_code == 428
    ) == acts
    assert (post_as(browser, "/api/v1/tickets/", {}).status_code == 400) == raises


def test_a_request_forged_on_another_page_does_nothing(signed_in):
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent)
    path = f"/api/v1/tickets/{ticket.number}/note/"
    headers = {"If-Match": f'"{ticket.version}"'}

    forged = signed_in(agent.user).post(path, {"text": "?"}, content_type="application/json", headers=headers)

    refused(forged, 403)
    assert not ticket.messages.exists()
    assert post_as(signed_in(agent.user), path, {"text": "记一笔"}, **headers).status_code == 200


def test_somebody_who_was_locked_out_uses_nothing_any_more(signed_in):
    agent = AgentFactory.create()
    browser = signed_in(agent.user)
    agent.user.is_active = False
    agent.user.save()
    refused(browser.get("/api/v1/tickets/"), 401)


def test_a_token_of_a_person_who_is_signed_in_counts_as_the_systems(signed_in):
    browser = signed_in(AgentFactory.create().user)
    _system, token = clients.create("只读", [Scope.STATS_WRITE], by=None, at=NOW)
    response = browser.get("/api/v1/tickets/", headers={"Authorization": f"Token {token}"})
    refused(response, 403)


@pytest.mark.parametrize("path", ["tickets/", "tickets/{number}/messages/", "tickets/{number}/note/"])
def test_who_may_write_but_not_read_gets_a_receipt(connect, path):  # X5
    ticket = TicketFactory.create(subject="杯子碎了")
    body = {"channel": "chat", "kind": "complaint", "subject": "x", "text": "碎了"}

    def post(api):
        version = type(ticket).objects.get(pk=ticket.pk).version
        url = f"/api/v1/{path.format(number=ticket.number)}"
        return api.post(url, body, format="json", headers={"If-Match": f'"{version}"'})

    receipt = post(connect(WRITE, name="只写"))
    assert set(done(receipt)) == {"number", "version", "status"}
    assert receipt["ETag"] == f'"{receipt.json()["version"]}"'
    assert {"subject", "customer"} <= set(done(post(connect(READ, WRITE, name="读写"))))
