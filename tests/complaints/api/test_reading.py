"""Ledger, clocks, hand-overs and conversation of one ticket. # C7 C8 C10 X5"""

from datetime import timedelta

import pytest

from complaints import handling, ownership
from complaints.choices import Direction, WaitingFor
from tests.complaints.api.conftest import done, refused
from tests.factories import NOW, AgentFactory, TicketFactory, standard_policy, ticket_in_hand

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def read(api, ticket, what: str, **query):
    return done(api.get(f"/api/v1/tickets/{ticket.number}/{what}/", query))


@pytest.fixture
def agent():
    return AgentFactory.create(staff_no="CS-1", user__name="李雷")


def test_the_ledger_tells_every_act_in_order_and_who_did_it(api, agent):
    ticket = ticket_in_hand(agent, at=NOW - HOUR)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW)

    told = read(api, ticket, "events")

    assert told["next"] is None
    assert [(row["sequence"], row["act"], row["by"]) for row in told["results"]] == [
        (1, "receive", None),
        (2, "claim", "CS-1"),
        (3, "wait", "CS-1"),
    ]
    last = told["results"][-1]
    assert (last["from_status"], last["to_status"], last["reason"]) == (
        "in_progress",
        "waiting_customer",
        "等照片",
    )
    assert last["at"] == "2026-03-11T10:30:00+08:00"


def test_a_long_ledger_comes_in_pages(api, agent):
    ticket = ticket_in_hand(agent)
    for _ in range(4):
        handling.note(ticket, text="记一笔", by=agent.user, at=NOW)

    first = read(api, ticket, "events", limit="4")
    rest = done(api.get(first["next"]))

    assert [row["sequence"] for row in first["results"] + rest["results"]] == [1, 2, 3, 4, 5, 6]


def test_a_clock_tells_start_target_due_and_by_how_much_it_was_missed(api, agent):
    standard_policy()
    ticket = ticket_in_hand(agent, at=NOW - timedelta(minutes=10))
    handling.reply(ticket, text="您好", by=agent.user, at=NOW - timedelta(minutes=3))

    clock = next(row for row in read(api, ticket, "clocks")["results"] if row["kind"] == "first_response")

    assert (clock["target_seconds"], clock["calendar"]) == (300, "chat")
    assert clock["started_at"] == "2026-03-11T10:20:00+08:00"
    assert clock["due_at"] == "2026-03-11T10:25:00+08:00"
    assert clock["stopped_at"] == "2026-03-11T10:27:00+08:00"
    assert (clock["outcome"], clock["used_seconds"], clock["left_seconds"]) == ("missed", 420, -120)


def test_a_paused_clock_tells_since_when_and_has_no_due_time(api, agent):
    standard_policy()
    ticket = ticket_in_hand(agent, at=NOW - 2 * HOUR)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW - HOUR)

    clock = next(row for row in read(api, ticket, "clocks")["results"] if row["kind"] == "resolution")

    assert (clock["outcome"], clock["due_at"], clock["paused_seconds"]) == ("running", None, 3600)
    assert clock["left_seconds"] == 47 * 3600


def test_the_hand_overs_tell_who_had_it_and_how_long(api, agent):
    ticket = ticket_in_hand(agent, at=NOW - 3 * HOUR)
    other = AgentFactory.create(staff_no="CS-2")
    ownership.transfer(ticket, other, reason="对方更熟悉", by=agent.user, at=NOW - 2 * HOUR)
    ownership.accept(ticket, by=other.user, at=NOW - HOUR)

    told = read(api, ticket, "ownership")

    assert (told["first_responsible"], told["handler"]) == ("CS-1", "CS-2")
    assert told["handlers"] == [
        {"agent": "CS-1", "held_seconds": 7200},
        {"agent": "CS-2", "held_seconds": 3600},
    ]
    claim, transfer = told["hand_overs"]
    assert (claim["kind"], claim["state"], claim["giver"]) == ("claim", "ended", None)
    assert (transfer["kind"], transfer["giver"], transfer["receiver"], transfer["reason"]) == (
        "transfer", "CS-1", "CS-2", "对方更熟悉",
    )  # fmt: skip
    assert transfer["accepted_at"] == "2026-03-11T09:30:00+08:00"


def test_a_ticket_in_the_queue_is_nobodys(api):
    assert read(api, TicketFactory.create(), "ownership") == {
        "first_responsible": None, "handler": None, "handlers": [], "hand_overs": [],
    }  # fmt: skip


def test_the_conversation_tells_what_is_for_the_customer_and_what_is_not(api, agent):
    ticket = ticket_in_hand(agent)
    handling.hear(ticket, text="在吗", at=NOW, external_id="m-1")
    handling.note(ticket, text="老客户", by=agent.user, at=NOW)
    handling.reply(ticket, text="在的", by=agent.user, at=NOW)

    told = [
        (row["direction"], row["text"], row["author"]) for row in read(api, ticket, "messages")["results"]
    ]

    assert told == [("in", "在吗", None), ("internal", "老客户", "CS-1"), ("out", "在的", "CS-1")]
    only_out = read(api, ticket, "messages", direction=Direction.OUTBOUND)
    assert [row["text"] for row in only_out["results"]] == ["在的"]


@pytest.mark.parametrize("what", ["events", "clocks", "messages"])
def test_only_declared_parameters_are_taken_here_too(api, what):
    ticket = TicketFactory.create()
    refused(api.get(f"/api/v1/tickets/{ticket.number}/{what}/", {"status": "new"}), 400)
