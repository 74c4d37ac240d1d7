"""Every route of the portal is classified: public, for people who are signed in, or for tokens of a scope."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from complaints.models import Callback, SurveyInvitation, Ticket
from portal import clients
from portal.choices import Role, Scope
from portal.models import User
from staffing.models import Roster, StaffRequest
from tests.factories import NOW, AgentFactory, UserFactory
from tests.house import department
from tests.house.crawling import Page, ask, pages
from tests.house.meant import meant_for

pytestmark = pytest.mark.django_db

# Answered to anybody. A route that is neither here nor below /admin/ or /api/v1/ fails.
PUBLIC = {
    "",  # Leads to the desk, which asks who it is.
    "admin/login/",
    "i18n/setlang/",
    "s/<str:token>/",  # The token is the authority.
    "duty/<str:token>.ics",  # The token is the authority.
    "certificates/<str:code>/",  # Whoever holds the paper has the code on it.
    "api/schema/",
    "api/docs/",
    "healthz",
    "readyz",
    "favicon.ico",
}
FOR_THE_MACHINE = {"metrics"}
ADMIN, API = "admin/", "api/v1/"

READ, WRITE, CALL, STAFF = Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.CALLBACKS_WRITE, Scope.STAFFING_READ
ACTS = (
    "claim", "assign", "transfer", "accept", "decline", "take_over", "classify", "reply", "note", "promise",
    "wait", "resume", "resolve", "close", "reopen", "cancel",
)  # fmt: skip

DECISIONS = ("accept", "decline", "give_back", "withdraw", "approve", "refuse")
"""For people only: no scope opens them."""

# Method and route below /api/v1/ -> the scopes of which one is enough.
SCOPES = {
    ("get", "tickets/"): {READ},
    ("post", "tickets/"): {WRITE},
    ("get", "tickets/<str:number>/"): {READ},
    ("get", "tickets/<str:number>/events/"): {READ},
    ("get", "tickets/<str:number>/clocks/"): {READ},
    ("get", "tickets/<str:number>/ownership/"): {READ},
    ("get", "tickets/<str:number>/messages/"): {READ},
    ("post", "tickets/<str:number>/messages/"): {WRITE},
    **{("post", f"tickets/<str:number>/{act}/"): {WRITE} for act in ACTS},
    ("get", "callbacks/"): {READ, CALL},
    ("post", "callbacks/"): {CALL},
    ("get", "callbacks/<int:pk>/"): {READ, CALL},
    ("post", "callbacks/<int:pk>/attempts/"): {CALL},
    ("post", "surveys/<int:pk>/phone-answer/"): {WRITE, CALL},
    ("get", "articles/"): {Scope.KNOWLEDGE_READ},
    ("post", "suggest/"): {Scope.KNOWLEDGE_READ},
    ("get", "agents/"): {STAFF},
    ("get", "duty/"): {STAFF},
    ("get", "requests/"): {STAFF},
    ("post", "requests/"): set(),
    ("get", "requests/<int:pk>/"): {STAFF},
    **{("post", f"requests/<int:pk>/{act}/"): set() for act in DECISIONS},
    ("get", "rosters/"): {STAFF},
    ("get", "rosters/<int:pk>/"): {STAFF},
}

# Kinds of object that belong to no team: whoever may open one may open all.
OF_NO_TEAM = (
    "portal_transferjob",
    "staffing_department",
    "staffing_position",
    "staffing_skill",
    "staffing_shifttype",
    "staffing_calendar",
    "training_article",
    "staffing_labourrule",
    "complaints_category",
    "complaints_servicepolicy",
    "training_topic",
    "training_course",
    "training_exam_",
    "training_trainingsession",
    "training_room",
    "training_phrasescene",
    "training_standardphrase",
    "training_forbiddenphrase",
    "training_synonymgroup",
    "training_missinganswer",
    "training_botconversation",
)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def routes(resolver: Any = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        else:
            yield route, entry


def path_of(route: str) -> str:
    """An address of the route, with 1 for each argument; of what fits just anything, some address."""
    plain = re.sub(r"\^?\(\?P<\w+>[^)]*\)(/?)\$", r"portal\1", route)
    return "/" + "/".join("1" if part.startswith("<") else part for part in plain.split("/"))


def methods_of(pattern: URLPattern) -> set[str]:
    """What an endpoint of the API does: the methods that its view has functions for."""
    actions = getattr(pattern.callback, "actions", None)
    if actions is not None:
        return set(actions) - {"head"}
    view: Any = pattern.callback
    return {name for name in ("get", "post", "put", "patch", "delete") if hasattr(view.cls, name)}


def endpoints() -> set[tuple[str, str]]:
    """Method and route of each; what answers to all other addresses below /api/v1/ is none."""
    return {
        (method, route.removeprefix(API))
        for route, pattern in routes()
        if route.startswith(API) and route != API
        for method in methods_of(pattern)
    }


def connected(*scopes: Scope) -> APIClient:
    _system, token = clients.create("商城", scopes, by=None, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


# Every route


def test_every_route_is_classified():  # X1 X5
    others = {route for route, _pattern in routes() if not route.startswith((ADMIN, API))}
    assert others | {"admin/login/"} == PUBLIC | FOR_THE_MACHINE
    assert endpoints() == set(SCOPES)


@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete", "options"])
def test_a_stranger_gets_nothing_that_is_not_public(client: Client, method: str):  # X1 X5
    closed = [route for route, _pattern in routes() if route not in PUBLIC]
    answers = {route: getattr(client, method)(path_of(route), REMOTE_ADDR="203.0.113.9") for route in closed}
    assert {route: answer.status_code for route, answer in answers.items() if answer.status_code < 300} == {}


def test_a_stranger_is_led_from_the_admin_to_the_sign_in(client: Client):  # X1
    for route, _pattern in routes():
        if route.startswith(ADMIN) and route not in PUBLIC:
            answer: Any = client.get(path_of(route), follow=True)
            assert answer.redirect_chain[-1][0].startswith("/admin/login/"), route


# Tokens


@pytest.mark.parametrize("scope", Scope)
def test_a_token_opens_the_endpoints_of_its_scope_and_no_others(scope: Scope):  # X5
    api = connected(scope)
    opened = {
        (method, route)
        for method, route in endpoints()
        if getattr(api, method)(path_of(API + route), {}).status_code not in {401, 403}
    }
    assert opened == {endpoint for endpoint, scopes in SCOPES.items() if scope in scopes}


def test_a_token_opens_no_page_for_people():  # X1 X5
    api = connected(*Scope)
    opened = {
        route
        for route, _pattern in routes()
        if route.startswith(ADMIN) and api.get(path_of(route)).status_code < 300
    }
    assert opened == {"admin/login/"}


# Objects of the own team, of another, and for somebody without any

WORKERS = [Role.SUPERVISOR, Role.HANDLER]


def of_another_team(role: Role) -> User:
    return AgentFactory.create(user__roles=[role]).user


def of_no_team(role: Role) -> User:
    return UserFactory.create(roles=[role])


OUTSIDERS = [of_another_team, of_no_team]


def pages_of_objects() -> dict[str, Page]:
    return {page.name: page for page in pages() if {"object_id", "pk"}.intersection(page.arguments)}


def opened_pages(reader: User, own: department.Department) -> set[str]:
    """The pages of this department's objects that open for the reader."""
    client = Client()
    client.force_login(reader)
    return {
        name
        for name, page in pages_of_objects().items()
        for _key, path in page.addresses(own)
        if ask(client, path).is_open
    }


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("role", WORKERS)
def test_the_pages_of_another_teams_objects_do_not_open(role: Role, outsider: Callable[[Role], User]):  # X1
    opened = opened_pages(outsider(role), department.around(None))
    assert opened == {
        page for page in meant_for(role) & set(pages_of_objects()) if page.startswith(OF_NO_TEAM)
    }


@pytest.mark.parametrize("role", WORKERS)
def test_the_pages_of_the_own_teams_objects_open(role: Role):  # X1
    own = department.around(role)
    assert opened_pages(own.person, own) == meant_for(role) & set(pages_of_objects())


def requests_of_objects() -> Iterator[tuple[str, str]]:
    """Method and path of each endpoint that names an object."""
    keys = {
        "tickets": Ticket.objects.exclude(team=None).earliest("pk").number,
        "callbacks": Callback.objects.earliest("pk").pk,
        "surveys": SurveyInvitation.objects.filter(answer=None).earliest("pk").pk,
        "requests": StaffRequest.objects.offered().earliest("pk").pk,
        "rosters": Roster.objects.published().earliest("pk").pk,
    }
    for method, route in sorted(SCOPES):
        if "<" in route:
            kind, _key, *rest = route.split("/")
            yield method, "/".join(["", API.rstrip("/"), kind, str(keys[kind]), *rest])


def statuses_of(reader: User) -> dict[tuple[str, str], int]:
    client = Client(headers={"If-Match": '"1"'})
    client.force_login(reader)
    return {
        (method, path): getattr(client, method)(path, {}, content_type="application/json").status_code
        for method, path in requests_of_objects()
    }


@pytest.mark.parametrize("outsider", OUTSIDERS)
@pytest.mark.parametrize("role", WORKERS)
def test_another_teams_objects_are_not_found_by_the_api(  # X1 X5
    role: Role, outsider: Callable[[Role], User]
):
    department.around(None)
    statuses = statuses_of(outsider(role))
    assert {request: status for request, status in statuses.items() if status != 404} == {}


@pytest.mark.parametrize("role", WORKERS)
def test_the_own_teams_objects_are_found_by_the_api(role: Role):  # X1 X5
    statuses = statuses_of(department.around(role).person)
    assert {request: status for request, status in statuses.items() if status in {401, 403, 404}} == {}
