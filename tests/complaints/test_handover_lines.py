"""What of tickets is open when a shift is handed over: all of it, and nothing of a customer. # S10"""

from datetime import timedelta

import pytest

from complaints import callbacks, closing, handling, ownership
from complaints.choices import AttemptResult, CallbackPurpose, Kind, Severity
from staffing import handover, handover_sources
from staffing.models import Agent
from tests.factories import (
    NOW,
    AgentFactory,
    SkillFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def agent() -> Agent:
    standard_policy()
    return agent_on_duty(SkillFactory.create())


def lines(agent: Agent) -> list[tuple[str, str]]:
    return [(line.source, line.reference) for line in handover.open_lines(agent, None, at=NOW)]


def test_nothing_open_is_missing(agent):
    in_hand = ticket_in_hand(agent, phone="13900000001")
    handling.promise(in_hand, due_at=NOW + 30 * HOUR, by=agent.user, at=NOW)
    mate = agent_on_duty(team=agent.team)
    offered = ticket_in_hand(mate, phone="13900000002")
    ownership.transfer(offered, agent, reason="懂", by=mate.user, at=NOW)
    resolved = resolved_ticket(agent, phone="13900000003")
    soon = call(in_hand, agent, NOW + HOUR)
    call(in_hand, agent, NOW + timedelta(days=3))
    assert lines(agent) == [
        ("in_hand", in_hand.number),
        ("offered", offered.number),
        ("promise", in_hand.number),
        ("callback", soon.ticket.number),
        ("to_close", resolved.number),
    ]


def call(ticket, agent: Agent, due_at):
    return callbacks.schedule(
        customer=ticket.customer, ticket=ticket, purpose=CallbackPurpose.ANSWER, agent=agent,
        due_at=due_at, by=agent.user, at=NOW,
    )  # fmt: skip


def test_what_others_promised_on_a_matter_in_hand_is_listed(agent):
    giver = agent_on_duty(team=agent.team)
    ticket = ticket_in_hand(giver)
    handling.promise(ticket, due_at=NOW + HOUR, by=giver.user, at=NOW)
    ownership.transfer(ticket, agent, reason="懂", by=giver.user, at=NOW)
    ownership.accept(ticket, by=agent.user, at=NOW)
    assert ("promise", ticket.number) in lines(agent)
    assert ("in_hand", ticket.number) not in lines(giver)


def test_a_line_tells_number_kind_and_due_time_and_nothing_of_the_customer(agent):
    ticket = ticket_in_hand(
        agent, subject="欧阳明月 13912340001 要退款", description="住址", name="欧阳明月",
        phone="13912340001",
        kind=Kind.COMPLAINT, severity=Severity.HIGH,
    )  # fmt: skip
    made = handover.write(agent, by=agent.user, at=NOW)
    line = made.lines.get()
    assert (line.reference, line.kind, line.is_grave, line.due_at) == (
        ticket.number, "complaint", True, ticket.next_due_at,
    )  # fmt: skip
    parts = ("reference", "title", "link", "kind", "severity")
    stored = " ".join(str(getattr(line, part)) for part in parts)
    assert not any(word in stored for word in ("欧阳", "1391234", "退款", "住址"))


def test_a_line_is_done_when_its_matter_is(agent):
    ticket = ticket_in_hand(agent)
    owed = call(ticket, agent, NOW + HOUR)
    resolved = resolved_ticket(agent, phone="13900000003")
    made = handover.write(agent, by=agent.user, at=NOW)
    assert [told.is_done for told in handover_sources.tell_written(made.lines.all())] == [False] * 3
    callbacks.log_attempt(owed, result=AttemptResult.REFUSED, by=agent.user, at=NOW)
    closing.close(resolved, by=agent.user, at=NOW)
    done = {told.line.source for told in handover_sources.tell_written(made.lines.all()) if told.is_done}
    assert done == {"callback", "to_close"}


def test_whose_hands_are_empty_hands_over_nothing():
    assert lines(AgentFactory.create()) == []
