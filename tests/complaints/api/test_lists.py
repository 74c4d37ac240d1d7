"""GET /tickets/: by declared filters only, page by page, in as many queries at any size. # X1 X5 C4"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import closing, handling
from complaints.choices import Channel, Kind, Severity, Status
from complaints.models import Ticket
from tests.complaints.api.conftest import done, refused
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    TeamFactory,
    TicketFactory,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets/"


def numbers(response) -> list[str]:
    return [row["number"] for row in done(response)["results"]]


def test_the_newest_come_first(api):
    tickets = [TicketFactory.create() for _ in range(3)]
    assert numbers(api.get(TICKETS)) == [ticket.number for ticket in reversed(tickets)]


def test_pages_follow_each_other_while_tickets_arrive(api):
    tickets = [TicketFactory.create() for _ in range(5)]

    page = done(api.get(TICKETS, {"limit": 2}))
    TicketFactory.create()
    seen = [row["number"] for row in page["results"]]
    while page["next"]:
        page = done(api.get(page["next"]))
        seen += [row["number"] for row in page["results"]]

    assert seen == [ticket.number for ticket in reversed(tickets)]


def test_a_page_holds_at_most_two_hundred(api):
    Ticket.objects.bulk_create(
        Ticket(
            channel="chat", kind="inquiry", subject="x", occurred_at=NOW, received_at=NOW, customer=customer
        )
        for customer in [TicketFactory.create().customer]
        for _ in range(210)
    )
    assert len(numbers(api.get(TICKETS, {"limit": 100_000}))) == 200


# Filters.


@pytest.fixture
def scene() -> dict[str, Ticket]:
    """One ticket for each thing that can be asked for."""
    standard_policy()
    team = TeamFactory.create(name="售后一组")
    agent, owner = AgentFactory.create(staff_no="CS-1", team=team), AgentFactory.create(staff_no="CS-2")
    logistics = CategoryFactory.create(code="logistics")
    late = CategoryFactory.create(code="late", parent=logistics)
    yesterday = NOW - timedelta(days=1)
    return {
        "handled": ticket_in_hand(agent, kind=Kind.ORDER),
        "owned": ticket_in_hand(owner, kind=Kind.OPINION),
        "late": TicketFactory.create(received_at=yesterday, channel=Channel.JD, category=late),
        "grave": TicketFactory.create(severity=Severity.CRISIS, phone="13800138000"),
        "closed": closing.close(resolved_ticket(owner, category=logistics), by=owner.user, at=NOW),
        "named": TicketFactory.create(subject="杯子碎了", order_no="A-100", external_id="8801"),
    }


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"status": "closed"}, {"closed"}),
        ({"status": "in_progress"}, {"handled", "owned"}),
        ({"kind": "order"}, {"handled"}),
        ({"channel": "jd"}, {"late"}),
        ({"category": "late"}, {"late"}),
        ({"category": "logistics"}, {"late", "closed"}),
        ({"category": "nothing"}, set()),
        ({"owner": "CS-2"}, {"owned", "closed"}),
        ({"handler": "CS-1"}, {"handled"}),
        ({"handler": "CS-9"}, set()),
        ({"team": "售后一组"}, {"handled"}),
        ({"severity": "crisis"}, {"grave"}),
        ({"overdue": "true"}, {"late"}),
        ({"overdue": "true", "channel": "chat"}, set()),
        ({"created_before": "2026-03-11T00:00:00+08:00"}, {"late"}),
        ({"created_after": "2026-03-11T10:30:00+08:00", "kind": "order"}, {"handled"}),
        ({"created_after": "2026-03-11T10:30:01+08:00"}, set()),
        ({"q": "A-100"}, {"named"}),
        ({"q": "8801"}, {"named"}),
        ({"q": "880"}, set()),
        ({"q": "杯子"}, {"named"}),
        ({"q": "+86 138 0013 8000"}, {"grave"}),
        ({"q": "13800138"}, set()),
    ],
)
def test_tickets_are_found_by(api, scene, asked, found):
    assert set(numbers(api.get(TICKETS, asked))) == {scene[name].number for name in found}


def test_what_is_not_overdue_is_all_the_rest(api, scene):
    late = {scene["late"].number}
    assert set(numbers(api.get(TICKETS, {"overdue": "false"}))) == {t.number for t in scene.values()} - late


def test_a_ticket_is_found_by_its_number(api, scene):
    assert scene["late"].number in numbers(api.get(TICKETS, {"q": scene["late"].number.lower()}))


@pytest.mark.parametrize(
    "asked",
    [
        {"phone": "138"},
        {"customer__name__startswith": "王"},
        {"customer__identities__value__regex": "^138"},
        {"ordering": "customer__name"},
        {"o": "1"},
        {"search": "王"},
        {"_connector": "OR"},
        {"status__in": "new"},
        {"status": "lost"},
        {"overdue": "maybe"},
        {"created_after": "yesterday"},
        {"created_after": "0001-01-01T00:00:00+14:00"},
        {"created_before": "9999-12-31T23:59:59-12:00"},
        {"q": "a\x00b"},
        {"__".join(["customer"] * 500): "1"},
    ],
)
def test_what_was_not_declared_cannot_be_asked(api, asked):
    TicketFactory.create(name="王小明", phone="13800138000")
    problem = refused(api.get(TICKETS, asked), 400)
    assert list(problem["errors"]) == list(asked)


# Constant queries.


def queries(api, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        done(api.get(path))
    return len(captured)


def test_a_list_takes_as_many_queries_at_any_size(api):
    ticket_in_hand(name="王小明", phone="13800138000", category=CategoryFactory.create())
    done(api.get(TICKETS))  # A token's first use of the day is noted.
    few = queries(api, TICKETS)
    for n in range(20):
        ticket_in_hand(name="王小明", phone=f"138001380{n:02}", category=CategoryFactory.create())
    assert queries(api, TICKETS) == few
    assert few == 3


@pytest.mark.parametrize("rows", ["events", "clocks", "messages", "ownership"])
def test_the_rows_of_a_ticket_take_as_many_queries_at_any_number(api, rows):
    standard_policy()
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    path = f"{TICKETS}{ticket.number}/{rows}/"
    done(api.get(path))  # What is read once per process.
    few = queries(api, path)
    for _ in range(5):
        handling.note(ticket, text="记一笔", by=AgentFactory.create(team=agent.team).user, at=NOW)
        handling.hear(ticket, text="在吗", at=NOW)
        handling.reply(ticket, text="在的", by=agent.user, at=NOW)
    assert queries(api, path) == few


# Whose tickets a person sees.


def test_a_person_sees_the_own_teams_tickets_and_the_queue(signed_in):
    agent = AgentFactory.create()
    mine = ticket_in_hand(AgentFactory.create(team=agent.team))
    queued = TicketFactory.create()
    others = ticket_in_hand()

    browser = signed_in(agent.user)

    assert set(numbers(browser.get(TICKETS))) == {mine.number, queued.number}
    for path in ("", "events/", "clocks/", "ownership/", "messages/"):
        assert browser.get(f"{TICKETS}{mine.number}/{path}").status_code == 200
        assert browser.get(f"{TICKETS}{others.number}/{path}").status_code == 404
    assert numbers(browser.get(TICKETS, {"q": others.number})) == []


def test_a_person_gets_masked_data_like_everybody(signed_in):
    agent = AgentFactory.create()
    ticket = ticket_in_hand(agent, name="王小明", phone="13800138000")
    told = signed_in(agent.user).get(f"{TICKETS}{ticket.number}/").content.decode()
    assert "王小明" not in told
    assert "13800138" not in told


def test_a_list_tells_no_phone_at_all(api):
    TicketFactory.create(name="王小明", phone="13800138000")
    row = done(api.get(TICKETS))["results"][0]
    assert row["customer"]["name"] == "王**"
    assert "phone" not in row["customer"]


def test_a_status_is_what_it_is_in_the_portal(api):
    ticket = ticket_in_hand()
    assert done(api.get(f"{TICKETS}{ticket.number}/"))["status"] == Status.IN_PROGRESS
