"""The end of a matter, and its new beginning. # C5 C7 C12 C18 C19"""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.translation import gettext, override

from complaints import callbacks, classification, closing, handling
from complaints.choices import AttemptResult, CallbackPurpose, CallbackState, Kind, Responsible, Status
from complaints.models import Ticket
from portal.choices import MessageChannel
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    TicketFactory,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def agent():
    return AgentFactory.create()


def called_back(ticket: Ticket, agent) -> Ticket:
    callbacks.log_attempt(
        ticket.callbacks.get(state=CallbackState.DUE),
        result=AttemptResult.REACHED,
        is_satisfied=True,
        by=agent.user,
        at=NOW,
    )
    return Ticket.objects.get(pk=ticket.pk)


def test_all_that_a_complaint_lacks_is_named_at_once(agent):
    with override("en"), pytest.raises(MissingInformation) as refusal:
        closing.resolve(ticket_in_hand(agent, kind=Kind.COMPLAINT), outcome="", by=agent.user, at=NOW)
    assert refusal.value.fields.keys() == {"category", "outcome", "cause", "responsible", "reply"}
    for word in ("category", "outcome", "cause", "responsible party", "an answer to the customer"):
        assert word in refusal.value.message


def test_an_inquiry_needs_a_category_an_outcome_and_an_answer(agent):
    ticket = ticket_in_hand(agent, category=CategoryFactory.create())
    handling.reply(ticket, text="您好，三天内发货。", by=agent.user, at=NOW)
    assert closing.resolve(ticket, outcome="已告知", by=agent.user, at=NOW).status == Status.RESOLVED


def test_a_stranger_may_not_resolve(agent):
    ticket = ticket_in_hand(agent)
    with pytest.raises(NotAllowed):
        closing.resolve(ticket, outcome="好了", by=AgentFactory.create(team=agent.team).user, at=NOW)


def test_every_resolved_complaint_owes_a_callback_by_who_answers_for_it(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    callback = ticket.callbacks.get()
    assert (callback.purpose, callback.agent, callback.state) == (
        CallbackPurpose.AFTER_COMPLAINT,
        agent,
        CallbackState.DUE,
    )


def test_a_complaint_cannot_be_closed_before_it_was_called_back(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    with pytest.raises(MissingInformation) as refusal:
        closing.close(ticket, by=agent.user, at=NOW)
    assert refusal.value.fields.keys() == {"callback"}
    assert closing.close(called_back(ticket, agent), by=agent.user, at=NOW).status == Status.CLOSED


def test_the_first_responsible_agent_confirms_the_end(agent):
    ticket = resolved_ticket(agent)
    with pytest.raises(NotAllowed):
        closing.close(ticket, by=AgentFactory.create(team=agent.team).user, at=NOW)
    assert closing.close(ticket, by=agent.user, at=NOW).closed_at == NOW


def test_closing_asks_the_customer_once_a_cycle(agent):
    ticket = closing.close(resolved_ticket(agent, phone="13800138000"), by=agent.user, at=NOW)
    invitation = ticket.surveys.get()
    message = OutboxMessage.objects.get(channel=MessageChannel.SMS)
    assert message.key == f"survey:{invitation.pk}"
    assert "/s/" in message.body
    assert invitation.token_digest not in message.body


def test_a_closed_matter_cannot_be_closed_again(agent):
    ticket = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        closing.close(ticket, by=agent.user, at=NOW)


def test_a_settled_inquiry_closes_by_itself_after_a_day(agent):
    ticket = resolved_ticket(agent)
    assert [closing.close_settled(at=NOW + part * DAY) for part in (0.9, 1, 2)] == [0, 1, 0]
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


def test_a_complaint_closes_by_itself_when_its_customer_said_that_he_is_satisfied(agent):
    ticket = called_back(resolved_ticket(agent, kind=Kind.COMPLAINT), agent)
    assert closing.close_settled(at=NOW + DAY) == 1
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


def test_a_complaint_whose_customer_was_not_reached_is_closed_by_a_person_only(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    callbacks.log_attempt(ticket.callbacks.get(), result=AttemptResult.REFUSED, by=agent.user, at=NOW)
    assert closing.close_settled(at=NOW + 9 * DAY) == 0


def test_nothing_is_closed_over_what_the_customer_has_said_since(agent):
    ticket = resolved_ticket(agent)
    handling.hear(ticket, text="没解决，又坏了", at=NOW + DAY / 2)
    assert closing.close_settled(at=NOW + 9 * DAY) == 0
    handling.reply(ticket, text="您好，已为您换新。", by=agent.user, at=NOW + DAY)
    assert closing.close_settled(at=NOW + 9 * DAY) == 1


def test_nobody_closes_his_way_out_of_a_promise(agent):
    ticket = resolved_ticket(agent)
    closing.reopen(ticket, reason="又坏了", by=agent.user, at=NOW)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    handling.promise(ticket, due_at=NOW + DAY, by=agent.user, at=NOW)
    closing.resolve(ticket, outcome="已补发", by=agent.user, at=NOW)
    assert closing.close_settled(at=NOW + DAY) == 0, "it waits for what was promised"
    closing.close(ticket, by=agent.user, at=NOW)
    assert handling.break_overdue_promises(at=NOW + 2 * DAY) == 1


def test_a_matter_with_a_call_owed_does_not_close_by_itself(agent):
    ticket = resolved_ticket(agent)
    callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.PROACTIVE,
        due_at=NOW + 2 * DAY,
        by=agent.user,
        at=NOW,
    )
    assert closing.close_settled(at=NOW + DAY) == 0


def test_reopening_needs_a_reason_and_begins_a_new_cycle(agent):
    ticket = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    with pytest.raises(MissingInformation):
        closing.reopen(ticket, reason=" ", by=agent.user, at=NOW)
    ticket = closing.reopen(ticket, reason="又坏了", by=agent.user, at=NOW)
    assert (ticket.status, ticket.cycle, ticket.closed_at, ticket.resolved_at) == (
        Status.REOPENED,
        2,
        None,
        None,
    )


def test_a_reopened_complaint_is_answered_called_and_asked_anew(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    ticket = closing.close(called_back(ticket, agent), by=agent.user, at=NOW)
    ticket = closing.reopen(ticket, reason="又坏了", by=agent.user, at=NOW)
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    ticket = closing.resolve(ticket, outcome="换新", by=agent.user, at=NOW)
    assert ticket.callbacks.get(state=CallbackState.DUE).cycle == 2
    ticket = closing.close(called_back(ticket, agent), by=agent.user, at=NOW)
    assert ticket.surveys.count() == 2


def test_a_matter_that_arrived_settled_waits_in_the_queue_when_reopened(agent):
    ticket = TicketFactory.create(settled="退款成功", kind=Kind.COMPLAINT)
    ticket = closing.reopen(ticket, reason="客户没收到款", by=agent.user, at=NOW)
    assert (ticket.status, ticket.handler) == (Status.NEW, None)
    assert ticket.next_due_at is not None


def test_cancelling_ends_all_that_is_owed(agent):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + DAY, by=agent.user, at=NOW)
    ticket = closing.cancel(ticket, reason="重复", by=agent.user, at=NOW)
    assert (ticket.status, ticket.next_due_at) == (Status.CANCELLED, None)
    assert not ticket.promises.open().exists()
    assert not ticket.clocks.running().exists()


def test_what_nobody_handles_only_a_supervisor_cancels(agent):
    with pytest.raises(NotAllowed):
        closing.cancel(TicketFactory.create(), reason="重复", by=agent.user, at=NOW)


def test_the_responsible_party_given_before_need_not_be_given_again(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    assert (ticket.cause, ticket.responsible) == ("仓库漏发", Responsible.WAREHOUSE)


def test_a_resolved_matter_keeps_its_kind_till_it_is_reopened(agent):
    ticket = resolved_ticket(agent)
    with pytest.raises(WrongState):
        classification.classify(ticket, kind=Kind.COMPLAINT, by=agent.user, at=NOW)
    ticket = closing.reopen(ticket, reason="其实是投诉", by=agent.user, at=NOW)
    assert classification.classify(ticket, kind=Kind.COMPLAINT, by=agent.user, at=NOW).kind == Kind.COMPLAINT


def test_the_customer_is_written_to_in_the_departments_language(agent):
    with override("en"):
        closing.close(resolved_ticket(agent, phone="13800138000"), by=agent.user, at=NOW)
    with override(settings.LANGUAGE_CODE):
        subject = gettext("How did we do?")
    assert OutboxMessage.objects.get(channel=MessageChannel.SMS).subject == subject != "How did we do?"
