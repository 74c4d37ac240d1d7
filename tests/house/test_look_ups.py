"""What is masked cannot be found out: not by filter, order or search, and it stands on no page."""

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.cache import cache
from django.db.models import ForeignKey, Model
from django.test import Client, RequestFactory
from django.urls import reverse
from rest_framework.test import APIClient

from portal import clients
from portal.admin.tables import TableAdmin
from portal.choices import Role, Scope
from portal.privacy import PersonalTextField
from tests.factories import NOW, UserFactory
from tests.house import department
from tests.house.conftest import Crawl
from tests.house.department import NAMES, OWN_PHONE, PHONES

pytestmark = pytest.mark.django_db

ADMINS: list[Any] = sorted(admin.site._registry.values(), key=str)
SECRET = frozenset({"password", "digest", "token_digest", "key", "sha256"})
"""What names or proves somebody, beside personal data itself."""
DEPTH = 3
LOOK_UPS = ("", "__startswith", "__regex", "__isnull")

PARTS = ("13912", "13912340", "40001", "欧阳", "欧阳明月", "明月", "ouyang", "example.com")
"""What somebody might try who does not know the whole number or address; and a name, which finds nobody."""


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """A refused look-up is logged with its whole traceback, which takes longer than the refusal."""
    caplog.set_level(logging.CRITICAL, logger="django.security")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def everything() -> department.Department:
    """The whole department, as a superuser sees it, to whom nothing else is closed."""
    return department.around(None)


@pytest.fixture
def superuser(client: Client, everything: department.Department) -> Client:
    client.force_login(everything.person)
    return client


def list_of(model_admin: Any) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


def paths_to_secrets(model: type[Model], *, depth: int = DEPTH, seen: tuple[Any, ...] = ()) -> Iterator[str]:
    """The look-up paths from a model to what is personal or secret, over relations in both directions."""
    for field in model._meta.get_fields():
        if isinstance(field, PersonalTextField) or field.name in SECRET:
            yield field.name
        elif field.is_relation and field.related_model and depth > 1 and field.related_model not in seen:
            further = paths_to_secrets(field.related_model, depth=depth - 1, seen=(*seen, model))
            yield from (f"{field.name}__{path}" for path in further)


# Filters


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_list_offers_to_be_filtered_by_what_is_masked(model_admin: Any):  # X2
    request = RequestFactory().get("/")
    request.user = UserFactory.create(is_superuser=True)
    wanted = [f"{secret}{look_up}" for secret in paths_to_secrets(model_admin.model) for look_up in LOOK_UPS]
    assert [name for name in wanted if model_admin.lookup_allowed(name, "1", request)] == []


def test_a_list_asked_for_what_is_masked_does_not_answer(superuser: Client):  # X2
    wanted = {list_of(each): next(paths_to_secrets(each.model), "password") for each in ADMINS}
    answers = {
        f"{path}?{secret}{look_up}=1": superuser.get(path, {secret + look_up: "1"})
        for path, secret in wanted.items()
        for look_up in LOOK_UPS
    }
    assert [address for address, answer in answers.items() if not is_refused(answer)] == []


def is_refused(answer: Any) -> bool:
    """As a look-up that is not offered, or as nonsense, which leads back to the list with e=1."""
    return answer.status_code == 400 or (answer.status_code == 302 and "e=1" in answer.url)


def test_ways_to_what_is_masked_are_found():
    """From a ticket over its customer, from a customer to his identities, from anybody to his password."""
    found = {model_admin.opts.model_name: set(paths_to_secrets(model_admin.model)) for model_admin in ADMINS}
    assert {"customer__name", "customer__identities__value", "handler__user__password"} <= found["ticket"]
    assert {"name", "identities__value", "identities__digest"} <= found["customer"]
    assert {"address", "body", "user__password"} <= found["outboxmessage"]


def test_no_export_is_filtered_by_what_is_masked(superuser: Client):  # X2
    tables = [each for each in ADMINS if isinstance(each, TableAdmin)]
    wanted = {each: next(paths_to_secrets(each.model), "password") for each in tables}
    for model_admin, secret in wanted.items():
        path = f"{list_of(model_admin)}export/?{secret}__startswith=1"
        assert is_refused(superuser.post(path, {"format": "1", "resource": "0"})), path


# Order


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_column_orders_by_what_is_masked(model_admin: Any):  # X2
    request = RequestFactory().get("/")
    request.user = UserFactory.create(is_superuser=True)
    changes = model_admin.get_changelist_instance(request)
    orders = {name: changes.get_ordering_field(name) for name in model_admin.get_list_display(request)}
    masked = set(paths_to_secrets(model_admin.model))
    assert [name for name, order in orders.items() if str(order).lstrip("-") in masked] == []


# Search


def test_a_part_of_what_is_masked_finds_nothing_in_a_list(superuser: Client):  # X2
    for path in [list_of(each) for each in ADMINS if each.search_fields]:
        for part in PARTS:
            assert superuser.get(path, {"q": part}).context["cl"].result_count == 0, (path, part)


def test_a_whole_number_finds_its_customer(superuser: Client):
    """The control: an exact number is looked up by its digest."""
    for path in ("complaints_ticket", "complaints_customer"):
        found = superuser.get(reverse(f"admin:{path}_changelist"), {"q": PHONES[0]})
        assert found.context["cl"].result_count == 1, path


def test_the_search_of_the_portal_finds_nothing_by_a_part(superuser: Client):  # X2
    cache.clear()  # The theme keeps what a person has found for some minutes.

    def finds(text: str) -> bool:
        answer = superuser.get(reverse("admin:search"), {"s": text, "extended": "1"})
        return re.search(r"T\d{8}", answer.content.decode()) is not None

    assert [part for part in PARTS if finds(part)] == []
    assert finds(PHONES[0])


def completed_relations() -> Iterator[dict[str, Any]]:
    """The relations whose choices somebody might complete: those to a table with a search."""
    searched = {each.model for each in ADMINS if each.search_fields}
    for model_admin in ADMINS:
        for field in model_admin.model._meta.fields:
            if isinstance(field, ForeignKey) and field.related_model in searched:
                yield {
                    "app_label": model_admin.opts.app_label,
                    "model_name": model_admin.opts.model_name,
                    "field_name": field.name,
                }


def test_the_completion_of_a_choice_finds_nothing_by_a_part(superuser: Client):  # X2
    relations = list(completed_relations())
    assert relations
    for asked in relations:
        for part in PARTS:
            answer = superuser.get(reverse("admin:autocomplete"), {**asked, "term": part})
            assert answer.status_code == 403 or answer.json()["results"] == [], (asked, part)


# The API

LISTS = ("tickets/", "callbacks/", "agents/", "duty/")


@pytest.fixture
def api(everything: department.Department) -> APIClient:  # noqa: ARG001
    _system, token = clients.create("查询", list(Scope), by=None, at=NOW)
    connected = APIClient()
    connected.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return connected


UNDECLARED = ("customer__name", "customer__identities__value__regex", "user__password", "phone", "ordering")


def test_the_api_takes_declared_parameters_only(api: APIClient):  # X2 X5
    asked = [(path, name) for path in LISTS for name in UNDECLARED]
    answers = {(path, name): api.get(f"/api/v1/{path}", {name: "1"}).status_code for path, name in asked}
    assert {request: status for request, status in answers.items() if status != 400} == {}


def test_a_part_of_what_is_masked_finds_nothing_by_the_api(api: APIClient):  # X2 X5
    found = {part: api.get("/api/v1/tickets/", {"q": part}).json()["results"] for part in PARTS}
    assert {part: rows for part, rows in found.items() if rows} == {}


def test_the_api_tells_no_whole_number_and_no_name(api: APIClient):  # X2 X5
    tickets = api.get("/api/v1/tickets/").json()["results"]
    assert len(tickets) >= len(PHONES)
    parts = ("", "events/", "messages/", "ownership/")
    paths = [*LISTS, *(f"tickets/{ticket['number']}/{part}" for ticket in tickets for part in parts)]
    told = {path: api.get(f"/api/v1/{path}").content.decode() for path in paths}
    assert leaks(told) == set()


# Pages


def leaks(pages: Mapping[str, str]) -> set[tuple[str, str]]:
    """Where a colleague's customer stands in clear: number, name or address, however it is written."""
    wanted = (*PHONES, *NAMES, "ouyang@example")
    return {(name, secret) for name, html in pages.items() for secret in wanted if secret in plain(html)}


def plain(html: str) -> str:
    """Without what stands between the digits of a number."""
    return re.sub(r"[\s().–-]|&nbsp;", "", html)


def test_nobody_finds_a_customer_of_another_in_clear_on_any_page(crawl: Crawl):  # X2
    assert leaks({name: answer.html for name, answer in crawl.answers.items()}) == set()


def test_the_own_customers_number_is_seen():
    """The control: a number in clear would have been found."""
    own = department.around(Role.HANDLER)
    client = Client()
    client.force_login(own.person)
    for page in ("desk", "complaints_callback_changelist"):
        html = client.get(reverse(f"admin:{page}")).content.decode()
        assert OWN_PHONE in plain(html), page
