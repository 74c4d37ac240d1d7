"""A phone or an address is found exactly, and nobody can try them out."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from complaints import policy
from complaints.lookups import customers_with
from portal import clients
from portal.choices import AuditAction, Role, Scope
from portal.errors import TooOften
from portal.models import AuditEntry, User
from tests.factories import NOW, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db

PHONE = "13800138000"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    cache.clear()
    monkeypatch.setattr(policy, "LOOKUP_MISSES_AT_MOST", 3)
    monkeypatch.setattr(policy, "LOOKUP_HITS_AT_MOST", 6)
    monkeypatch.setattr(policy, "SYSTEM_LOOKUP_MISSES_AT_MOST", 3)
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


@pytest.fixture
def inspector() -> User:
    return UserFactory.create(roles=[Role.INSPECTOR])


@pytest.fixture
def browser(inspector: User) -> Client:
    client = Client()
    client.force_login(inspector)
    return client


def look_up(text: str, by: User) -> list[int]:
    return customers_with(text, by=by, at=NOW)


def miss(by: User, times: int = 3) -> None:
    for number in range(times):
        assert look_up(f"138{number:04}8000", by) == []


def test_who_tries_numbers_out_is_refused_even_those_that_exist(inspector):  # X2
    TicketFactory.create(phone=PHONE)
    miss(inspector)
    with pytest.raises(TooOften):
        look_up(PHONE, inspector)


@pytest.mark.parametrize("text", [PHONE, "+86 138 0013 8000", "wang@example.com"])
def test_what_is_found_is_work_and_no_miss(inspector, text):
    ticket = TicketFactory.create(phone=PHONE, email="wang@example.com")
    for _ in range(5):
        assert look_up(text, inspector) == [ticket.customer_id]


def test_who_finds_more_than_any_work_needs_is_refused_too(inspector):
    TicketFactory.create(phone=PHONE)
    for _ in range(6):
        look_up(PHONE, inspector)
    with pytest.raises(TooOften):
        look_up(PHONE, inspector)


@pytest.mark.parametrize("text", ["王小明", "fang88", "杯子碎了"])
def test_a_text_that_is_no_number_and_no_address_is_not_counted(inspector, text):
    for _ in range(5):
        assert look_up(text, inspector) == []


def test_each_is_counted_alone_and_forgiven_after_a_while(inspector):
    miss(inspector)
    miss(UserFactory.create(), times=1)
    with time_machine.travel(NOW + policy.LOOKUPS_WITHIN + timedelta(seconds=1), tick=False):
        miss(inspector, times=1)


def test_one_row_tells_the_auditor_and_holds_no_number(inspector):  # X2
    miss(inspector)
    for _ in range(3):
        with pytest.raises(TooOften):
            look_up(PHONE, inspector)
    entry = AuditEntry.objects.get(action=AuditAction.LOOK_UP)
    assert (entry.actor, entry.object_type) == (inspector, "complaints.customer")
    assert entry.changes == {"misses": [None, 3]}
    assert "8000" not in str(AuditEntry.objects.values())


# The doors


@pytest.mark.parametrize("page", ["complaints_ticket", "complaints_customer", "complaints_callback"])
def test_a_list_says_why_it_is_empty(browser, inspector, page):
    TicketFactory.create(phone=PHONE)
    miss(inspector)
    answer = browser.get(reverse(f"admin:{page}_changelist"), {"q": PHONE})
    assert answer.context["cl"].result_count == 0
    assert len(list(answer.context["messages"])) == 1


def test_words_and_numbers_of_tickets_are_found_all_the_same(browser, inspector):
    ticket = TicketFactory.create(phone=PHONE, order_no="20260315")
    miss(inspector)
    for text in (ticket.number, "20260315", ticket.subject):
        answer = browser.get(reverse("admin:complaints_ticket_changelist"), {"q": text})
        assert answer.context["cl"].result_count == 1


def test_the_search_of_all_says_why_it_finds_nothing(browser, inspector):
    ticket = TicketFactory.create(phone=PHONE)
    miss(inspector)
    answer = browser.get(reverse("admin:search"), {"s": PHONE, "extended": "1"})
    assert answer.status_code == 200
    assert ticket.number not in answer.content.decode()


def test_a_system_is_told_to_slow_down():  # X5
    TicketFactory.create(phone=PHONE)
    system, token = clients.create("探子", [Scope.TICKETS_READ], by=None, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    miss(system.user)
    answer = api.get("/api/v1/tickets/", {"q": PHONE})
    assert answer.status_code == 429
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:portal:problem:too-often"


def test_who_takes_calls_learns_no_more_by_the_form_of_intake():
    handler = UserFactory.create(roles=[Role.SUPERVISOR])
    TicketFactory.create(phone=PHONE, name="欧阳")
    client = Client()
    client.force_login(handler)
    url = reverse("admin:complaints_ticket_lookup")
    known = client.post(url, {"phone": PHONE}).content
    miss(handler)
    refused = client.post(url, {"phone": PHONE}).content
    assert "欧".encode() in known
    assert "欧".encode() not in refused
