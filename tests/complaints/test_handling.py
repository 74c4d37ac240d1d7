"""Working on a matter. # C9 C10 C12"""

from datetime import timedelta

import pytest

from complaints import closing, handling, ownership, policy
from complaints.choices import Channel, Direction, PromiseOutcome, Status, WaitingFor
from complaints.models import Promise, Ticket
from portal.choices import DeliveryState, MessageChannel, Role
from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import OutboxMessage
from tests.factories import (
    NOW,
    AgentFactory,
    TicketFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def agent():
    return AgentFactory.create()


def test_a_reply_is_kept_with_its_author_and_channel(agent):
    ticket = handling.reply(ticket_in_hand(agent), text=" 您好，请稍等。 ", by=agent.user, at=NOW)
    message = ticket.messages.get()
    assert (message.direction, message.via, message.author, message.text) == (
        Direction.OUTBOUND,
        Channel.CHAT,
        agent.user,
        "您好，请稍等。",
    )


def test_an_empty_reply_is_refused_with_its_field(agent):
    with pytest.raises(MissingInformation) as refusal:
        handling.reply(ticket_in_hand(agent), text="  ", by=agent.user, at=NOW)
    assert "text" in refusal.value.fields


def test_only_the_handler_replies(agent):
    stranger = AgentFactory.create(team=agent.team)
    with pytest.raises(NotAllowed):
        handling.reply(ticket_in_hand(agent), text="您好", by=stranger.user, at=NOW)


def test_a_reply_to_what_changed_since_it_was_read_is_stale(agent):
    ticket = ticket_in_hand(agent)
    handling.note(ticket, text="客户来电", by=agent.user, at=NOW)
    with pytest.raises(Stale):
        handling.reply(ticket, text="您好", by=agent.user, at=NOW, version=ticket.version)


def test_an_answer_by_e_mail_is_owed_to_the_customers_address(agent):
    ticket = ticket_in_hand(agent, channel=Channel.EMAIL, email="wang@example.com")
    handling.reply(ticket, text="您好，已补发。", by=agent.user, at=NOW)
    message = OutboxMessage.objects.get(channel=MessageChannel.EMAIL)
    assert (message.address, message.body, message.state) == (
        "wang@example.com",
        "您好，已补发。",
        DeliveryState.PENDING,
    )


def test_a_chat_answer_goes_out_by_the_chat_itself(agent):
    handling.reply(ticket_in_hand(agent, phone="13800138000"), text="您好", by=agent.user, at=NOW)
    assert not OutboxMessage.objects.exclude(channel=MessageChannel.PORTAL).exists()


def test_a_message_told_twice_is_kept_once(agent):
    ticket = ticket_in_hand(agent)
    for _ in range(2):
        handling.hear(ticket, text="在吗", external_id="m-1", at=NOW)
    assert ticket.messages.count() == 1


def test_a_note_never_reaches_the_customer(agent):
    ticket = handling.note(ticket_in_hand(agent, email="w@example.com"), text="难缠", by=agent.user, at=NOW)
    assert ticket.messages.get().direction == Direction.INTERNAL
    assert not OutboxMessage.objects.exclude(channel=MessageChannel.PORTAL).exists()


def test_a_promise_answered_in_time_is_kept(agent):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + HOUR, by=agent.user, at=NOW)
    handling.reply(ticket, text="查到了", by=agent.user, at=NOW + HOUR)
    assert Promise.objects.get().outcome == PromiseOutcome.KEPT


def test_a_promise_answered_late_is_broken(agent):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + HOUR, by=agent.user, at=NOW)
    handling.reply(ticket, text="查到了", by=agent.user, at=NOW + HOUR + timedelta(seconds=1))
    promise = Promise.objects.get()
    assert promise.outcome == PromiseOutcome.BROKEN
    assert OutboxMessage.objects.filter(key=f"promise:{promise.pk}:{agent.user_id}").exists()


def test_an_overdue_promise_is_broken_and_told_once(agent):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + HOUR, by=agent.user, at=NOW)
    assert [handling.break_overdue_promises(at=NOW + hours * HOUR) for hours in (1, 2, 3)] == [0, 1, 0]
    promise = Promise.objects.get()
    assert OutboxMessage.objects.filter(key=f"promise:{promise.pk}:{agent.user_id}").count() == 1


def test_a_promise_lies_in_the_future(agent):
    with pytest.raises(MissingInformation) as refusal:
        handling.promise(ticket_in_hand(agent), due_at=NOW, by=agent.user, at=NOW)
    assert "due_at" in refusal.value.fields


def test_waiting_needs_a_reason(agent):
    with pytest.raises(MissingInformation):
        handling.wait(ticket_in_hand(agent), for_=WaitingFor.CUSTOMER, reason="", by=agent.user, at=NOW)


def test_a_matter_that_waits_till_a_time_goes_on_by_itself(agent):
    ticket = ticket_in_hand(agent)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", until=NOW + HOUR, by=agent.user, at=NOW)
    assert [handling.wake(at=NOW + hours * HOUR) for hours in (0.5, 1, 2)] == [0, 1, 0]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_until) == (Status.IN_PROGRESS, None)


def test_a_new_matter_cannot_wait(agent):
    ticket = TicketFactory.create()
    with pytest.raises((WrongState, NotAllowed)):
        handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW)


def test_a_closed_matter_takes_notes_but_no_replies(agent):
    ticket = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    handling.note(ticket, text="客户来电致谢", by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


def test_a_customers_word_does_not_end_the_wait_for_somebody_else(agent):
    until = NOW + HOUR
    ticket = handling.wait(
        ticket_in_hand(agent),
        for_=WaitingFor.THIRD_PARTY,
        reason="等快递",
        until=until,
        by=agent.user,
        at=NOW,
    )
    ticket = handling.hear(ticket, text="怎么样了", at=NOW)
    assert (ticket.status, ticket.waiting_until) == (Status.WAITING_THIRD_PARTY, until)
    assert handling.wake(at=until) == 1


@pytest.mark.parametrize(
    ("hours", "outcome"), [(1, PromiseOutcome.VOID), (3, PromiseOutcome.BROKEN)], ids=["in time", "late"]
)
def test_cancelling_voids_promises_but_heals_none(agent, hours, outcome):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + 2 * HOUR, by=agent.user, at=NOW)
    closing.cancel(ticket, reason="误建", by=agent.user, at=NOW + hours * HOUR)
    assert Promise.objects.get().outcome == outcome


def test_a_stranger_puts_no_words_into_the_customers_mouth(agent):
    with pytest.raises(NotAllowed):
        handling.hear(ticket_in_hand(agent), text="很满意", by=AgentFactory.create().user, at=NOW)


def test_what_the_customer_writes_on_a_cancelled_matter_is_kept(agent):
    ticket = closing.cancel(ticket_in_hand(agent), reason="误建", by=agent.user, at=NOW)
    ticket = handling.hear(ticket, text="不是误建", at=NOW)
    assert ticket.messages.get().text == "不是误建"
    assert (ticket.status, ticket.next_due_at) == (Status.CANCELLED, None)


def test_a_long_reason_to_wait_is_kept_in_the_ledger(agent):
    reason = "等" * 400
    ticket = handling.wait(
        ticket_in_hand(agent), for_=WaitingFor.CUSTOMER, reason=reason, by=agent.user, at=NOW
    )
    assert ticket.events.last().reason == reason


def test_waiting_without_an_end_ends_by_itself_and_is_told(agent):
    ticket = ticket_in_hand(agent)
    handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=agent.user, at=NOW)
    assert handling.wake(at=NOW + policy.WAITS_AT_MOST) == 1
    assert OutboxMessage.objects.filter(key__startswith="woken:", user=agent.user).exists()


@pytest.mark.parametrize("act", ["assigned", "reopened"])
def test_a_matter_can_wait_as_soon_as_somebody_has_it(agent, act):
    if act == "assigned":
        on_duty = agent_on_duty()
        ticket = ownership.assign(TicketFactory.create(), on_duty, by=None, at=NOW)
    else:
        on_duty = agent
        ticket = closing.reopen(resolved_ticket(agent), reason="又坏了", by=agent.user, at=NOW)
    ticket = handling.wait(ticket, for_=WaitingFor.CUSTOMER, reason="等照片", by=on_duty.user, at=NOW)
    assert ticket.status == Status.WAITING_CUSTOMER


def test_what_a_customer_writes_where_nobody_works_any_more_reaches_the_supervisors():
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    handling.hear(TicketFactory.create(settled="退款成功"), text="退款没收到", at=NOW)
    assert OutboxMessage.objects.filter(key__startswith="heard:", user=supervisor.user).exists()


def test_what_somebody_else_says_later_is_never_where_the_customer_is_written_to(agent):
    ticket = ticket_in_hand(agent, channel=Channel.EMAIL, phone="13800138000", email="wang@example.com")
    TicketFactory.create(phone="13800138000", email="thief@example.com")
    handling.reply(ticket, text="您好", by=agent.user, at=NOW)
    assert OutboxMessage.objects.get(channel=MessageChannel.EMAIL).address == "wang@example.com"


def test_a_customer_known_by_mail_only_is_not_texted_at_a_number_that_somebody_adds(agent):
    ticket = resolved_ticket(agent, email="wang@example.com")
    TicketFactory.create(email="wang@example.com", phone="13666666666")
    closing.close(ticket, by=agent.user, at=NOW)
    assert OutboxMessage.objects.get(key__startswith="survey:").address == "wang@example.com"


def test_who_gave_nothing_with_a_matter_is_written_to_at_what_he_was_first_known_by(agent):
    TicketFactory.create(account="小王", phone="13800138000")
    TicketFactory.create(account="小王", phone="13666666666")
    closing.close(resolved_ticket(agent, account="小王"), by=agent.user, at=NOW)
    assert OutboxMessage.objects.get(key__startswith="survey:").address == "+8613800138000"
