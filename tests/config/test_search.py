"""The search of the whole portal (Ctrl K). # P9"""

import html
import re

import pytest

from portal.choices import Role
from tests.factories import AgentFactory, TicketFactory, UserFactory, ticket_in_hand

pytestmark = pytest.mark.django_db
SEARCH = "/admin/search/"


@pytest.fixture
def director(client):
    client.force_login(UserFactory.create(roles=[Role.DIRECTOR]))


def find(client, text: str) -> list[str]:
    page = client.get(SEARCH, {"extended": "1", "s": text}).content.decode()
    return [
        html.unescape(link) for link in re.findall(r'href="(/admin/complaints/ticket/\d+/change/)"', page)
    ]


def link(ticket) -> str:
    return f"/admin/complaints/ticket/{ticket.pk}/change/"


@pytest.mark.usefixtures("director")
def test_a_ticket_is_found_by_number_order_phone_and_words(client):
    wanted = TicketFactory.create(
        subject="杯子碎了",
        order_no="TB-2026-A01",
        external_id="X9",
        phone="13800138000",
        email="wang@example.com",
    )
    TicketFactory.create(subject="什么时候发货", phone="13900139000")
    texts = [
        wanted.number,
        wanted.number.lower(),
        "TB-2026-A01",
        "X9",
        "13800138000",
        "+86 138 0013 8000",
        "Wang@Example.com",
        "杯子",
    ]
    assert {text: find(client, text) for text in texts} == {text: [link(wanted)] for text in texts}


@pytest.mark.usefixtures("director")
def test_a_part_of_a_number_finds_nothing(client):
    TicketFactory.create(order_no="TB-2026-A01", phone="13800138000")
    assert [find(client, text) for text in ("TB-2026", "1380013", "8000")] == [[], [], []]


def test_one_finds_only_what_one_may_see(client):
    theirs, mine = AgentFactory.create(), AgentFactory.create()
    hidden = ticket_in_hand(theirs, order_no="TB1")
    client.force_login(mine.user)
    assert find(client, hidden.number) == []
    assert find(client, "TB1") == []


@pytest.mark.parametrize("role", [Role.TRAINER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_may_not_open_tickets_finds_none(client, role):
    ticket = TicketFactory.create()
    client.force_login(UserFactory.create(roles=[role]))
    assert find(client, ticket.number) == []


@pytest.mark.usefixtures("director")
def test_what_is_shown_of_a_customer_is_masked(client):
    TicketFactory.create(name="王小明", phone="13800138000")
    page = client.get(SEARCH, {"extended": "1", "s": "13800138000"}).content.decode()
    assert "王**" in page
    assert "王小明" not in page
    assert "13800138000" not in page
