"""What lies on an agent's desk. # C26"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import callbacks, closing, desk, handling, ownership
from complaints.choices import AttemptResult, CallbackPurpose, Channel, Kind, OwnershipKind
from complaints.desk import Desk, Ending, Lacks, Urgency
from complaints.models import Callback, Ticket
from staffing.models import Agent
from tests.factories import (
    NOW,
    SHANGHAI,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TicketFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def agent() -> Agent:
    return agent_on_duty(user__name="陈静")


@pytest.fixture
def colleague() -> Agent:
    return agent_on_duty(user__name="王磊")


def read(agent: Agent, at: datetime = NOW) -> Desk:
    return desk.read(agent, at=at)


def owe_call(agent: Agent, due_at: datetime, *, at: datetime = NOW, **told) -> Callback:
    ticket = ticket_in_hand(agent, at=at, **told)
    return callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=due_at,
        by=agent.user,
        at=at,
    )


def offer(ticket: Ticket, giver: Agent, receiver: Agent, reason: str = "懂这个产品") -> Ticket:
    return ownership.transfer(ticket, receiver, reason=reason, by=giver.user, at=NOW)


# The queue


def test_the_queue_stands_in_due_order_and_what_has_no_date_comes_last(agent):
    undated = ticket_in_hand(agent)
    Ticket.objects.filter(pk=undated.pk).update(next_due_at=None)
    later = ticket_in_hand(agent, channel=Channel.EMAIL)
    sooner = ticket_in_hand(agent, channel=Channel.CHAT)
    assert [matter.ticket_id for matter in read(agent).queue] == [sooner.pk, later.pk, undated.pk]


def test_only_what_is_open_and_in_ones_own_hands_is_in_the_queue(agent, colleague):
    mine = ticket_in_hand(agent)
    ticket_in_hand(colleague)
    TicketFactory.create()
    resolved_ticket(agent)
    assert [matter.ticket_id for matter in read(agent).queue] == [mine.pk]


@pytest.mark.parametrize(
    ("away", "urgency"),
    [
        (timedelta(0), Urgency.LATE),
        (timedelta(seconds=1), Urgency.SOON),
        (HOUR, Urgency.SOON),
        (HOUR + timedelta(seconds=1), Urgency.LATER),
    ],
)
def test_a_matter_is_late_from_the_due_instant_and_soon_in_the_hour_before(away, urgency):
    assert desk.urgency(NOW + away, at=NOW) == urgency


def test_without_a_due_time_nothing_is_urgent():
    assert desk.urgency(None, at=NOW) == Urgency.NONE


def test_the_handler_reads_the_customers_name_in_full(agent):
    ticket_in_hand(agent, name="王小明", phone="13800138000")
    assert read(agent).queue[0].customer == "王小明"


def test_a_customer_without_a_name_is_still_somebody(agent):
    ticket = ticket_in_hand(agent, phone="13800138000")
    assert read(agent).queue[0].customer == f"#{ticket.customer_id}"


def test_a_line_tells_who_spoke_last_and_a_note_is_nobodys_word(agent):
    ticket = ticket_in_hand(agent)
    assert read(agent).queue[0].last_direction == ""
    handling.reply(ticket, text="正在核实", by=agent.user, at=NOW)
    assert not read(agent).queue[0].is_unanswered
    handling.hear(ticket, text="还没好吗", at=NOW + MINUTE)
    handling.note(ticket, text="已催仓库", by=agent.user, at=NOW + 2 * MINUTE)
    assert read(agent).queue[0].is_unanswered


def test_a_queue_that_is_too_long_is_cut_and_says_so(agent, monkeypatch):
    monkeypatch.setattr(desk, "ROWS_AT_MOST", 2)
    for _number in range(3):
        ticket_in_hand(agent)
    lying = read(agent)
    assert (len(lying.queue), lying.counters.in_hand, lying.beyond) == (2, 3, 1)


# What waits for an answer


def test_a_transfer_waits_for_the_answer_of_its_receiver_with_giver_and_reason(agent, colleague):
    ticket = offer(ticket_in_hand(colleague, name="王小明"), colleague, agent)
    [waiting] = read(agent).offers
    assert (waiting.matter.ticket_id, waiting.giver, waiting.reason) == (ticket.pk, "王磊", "懂这个产品")
    assert waiting.kind == OwnershipKind.TRANSFER
    assert waiting.version == ticket.version
    assert waiting.respond_by == NOW + 30 * MINUTE
    assert waiting.matter.customer == "王**"  # Not yet his to know.
    assert read(agent).queue == ()
    assert read(colleague).offers == ()


def test_an_assignment_waits_for_an_answer_and_lies_in_the_queue(agent):
    ticket = ownership.assign(TicketFactory.create(), agent, by=None, at=NOW)
    lying = read(agent)
    assert [waiting.matter.ticket_id for waiting in lying.offers] == [ticket.pk]
    assert [waiting.kind for waiting in lying.offers] == [OwnershipKind.ASSIGN]
    assert [matter.ticket_id for matter in lying.queue] == [ticket.pk]


def test_an_answered_transfer_waits_no_more(agent, colleague):
    accepted = offer(ticket_in_hand(colleague), colleague, agent)
    declined = offer(ticket_in_hand(colleague), colleague, agent)
    ownership.accept(accepted, by=agent.user, at=NOW)
    ownership.decline(declined, reason="手上太满", by=agent.user, at=NOW)
    lying = read(agent)
    assert lying.offers == ()
    assert [matter.ticket_id for matter in lying.queue] == [accepted.pk]


def test_one_sees_what_one_answers_for_while_another_handles_it(agent, colleague):
    ticket = offer(ticket_in_hand(agent, name="王小明"), agent, colleague)
    assert read(agent).answered_for == ()
    ownership.accept(ticket, by=colleague.user, at=NOW)
    [matter] = read(agent).answered_for
    assert (matter.ticket_id, matter.handler, matter.customer) == (ticket.pk, "王磊", "王**")
    assert read(colleague).answered_for == ()


# What is resolved and waits for its end


def ending(agent: Agent, at: datetime = NOW) -> Ending:
    [only] = read(agent, at).endings
    return only


def test_what_is_resolved_lies_on_the_desk_of_whoever_answers_for_it_until_it_is_closed(agent, colleague):
    ticket = offer(ticket_in_hand(agent, category=CategoryFactory.create()), agent, colleague)
    ticket = ownership.accept(ticket, by=colleague.user, at=NOW)
    handling.reply(ticket, text="您好", by=colleague.user, at=NOW)
    assert read(agent).endings == ()
    ticket = closing.resolve(ticket, outcome="已补发", by=colleague.user, at=NOW)
    assert ending(agent, NOW + HOUR).matter.ticket_id == ticket.pk
    assert ending(agent, NOW + HOUR).resolved_for == HOUR
    assert (ending(agent).lacks, ending(agent).version) == (Lacks.CLOSING, ticket.version)
    assert read(colleague).endings == ()
    closing.close(ticket, by=agent.user, at=NOW)
    assert read(agent).endings == ()


def test_where_nobody_answers_for_it_the_handler_sees_it_and_a_supervisor_must_close_it(agent):
    ticket = resolved_ticket(agent)
    assert ending(agent).may_close
    Ticket.objects.filter(pk=ticket.pk).update(first_responsible=None)
    assert ending(agent).matter.ticket_id == ticket.pk
    assert not ending(agent).may_close


def test_the_longest_resolved_comes_first_and_before_it_where_the_customer_wrote_again(agent):
    old = resolved_ticket(agent, at=NOW - 2 * HOUR)
    older = resolved_ticket(agent, at=NOW - 3 * HOUR)
    fresh = resolved_ticket(agent, at=NOW - HOUR)
    handling.hear(fresh, text="还是漏水", at=NOW)
    handling.note(fresh, text="已知悉", by=agent.user, at=NOW + MINUTE)
    endings = read(agent, NOW + HOUR).endings
    assert [one.matter.ticket_id for one in endings] == [fresh.pk, older.pk, old.pk]
    assert [(one.lacks, one.said) for one in endings] == [
        (Lacks.ANSWER, "还是漏水"),
        (Lacks.CLOSING, ""),
        (Lacks.CLOSING, ""),
    ]


def test_what_the_customer_said_before_it_was_resolved_or_was_answered_asks_for_nothing(agent):
    ticket = resolved_ticket(agent)
    handling.hear(ticket, text="好的", at=NOW)  # In the same instant: before.
    assert ending(agent).lacks == Lacks.CLOSING
    handling.hear(ticket, text="还是漏水", at=NOW + MINUTE)
    assert ending(agent).lacks == Lacks.ANSWER
    handling.reply(ticket, text="马上补发", by=agent.user, at=NOW + 2 * MINUTE)
    assert ending(agent).lacks == Lacks.CLOSING


def test_a_complaint_lacks_its_call_and_the_call_answers_what_the_customer_wrote(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    assert ending(agent).lacks == Lacks.CALL
    handling.hear(ticket, text="什么时候回电", at=NOW + MINUTE)
    assert ending(agent).lacks == Lacks.ANSWER
    callbacks.log_attempt(
        ticket.callbacks.get(),
        result=AttemptResult.REACHED,
        is_satisfied=True,
        by=agent.user,
        at=NOW + 2 * MINUTE,
    )
    assert ending(agent).lacks == Lacks.CLOSING


def test_of_what_waits_for_its_end_the_desk_shows_a_page_at_most(agent, monkeypatch):
    monkeypatch.setattr(desk, "ROWS_AT_MOST", 2)
    for _number in range(3):
        resolved_ticket(agent)
    assert len(read(agent).endings) == 2


# Promises


def test_promises_lie_on_the_desk_until_they_are_kept(agent):  # C9
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + 2 * HOUR, by=agent.user, at=NOW)
    handling.promise(ticket_in_hand(agent), due_at=NOW + HOUR, by=agent.user, at=NOW)
    promises = read(agent).promises
    assert [promise.due_at for promise in promises] == [NOW + HOUR, NOW + 2 * HOUR]
    assert [promise.urgency for promise in promises] == [Urgency.SOON, Urgency.LATER]
    handling.reply(ticket, text="已补发", by=agent.user, at=NOW)
    assert len(read(agent).promises) == 1


def test_a_promise_lies_before_who_gave_it_and_before_who_has_the_matter_now(agent, colleague):
    ticket = ticket_in_hand(agent)
    handling.promise(ticket, due_at=NOW + HOUR, by=agent.user, at=NOW)
    assert [promise.promised_by for promise in read(agent).promises] == [""]
    ownership.accept(offer(ticket, agent, colleague), by=colleague.user, at=NOW)
    for reader, promised_by in ((agent, ""), (colleague, "陈静")):
        [promise] = read(reader).promises
        assert (promise.ticket_id, promise.promised_by) == (ticket.pk, promised_by)
    assert read(agent_on_duty()).promises == ()
    handling.reply(ticket, text="已补发", by=colleague.user, at=NOW)
    assert read(colleague).promises == ()


def test_kept_promises_count_from_monday_on(agent):
    monday = datetime(2026, 3, 9, 0, 0, tzinfo=SHANGHAI)
    for settled_at in (monday - timedelta(seconds=1), monday, NOW):
        made_at = settled_at - HOUR
        ticket = ticket_in_hand(agent, at=made_at)
        handling.promise(ticket, due_at=settled_at + HOUR, by=agent.user, at=made_at)
        handling.reply(ticket, text="已补发", by=agent.user, at=settled_at)
    late = ticket_in_hand(agent, at=NOW - 2 * HOUR)
    handling.promise(late, due_at=NOW - HOUR, by=agent.user, at=NOW - 2 * HOUR)
    handling.reply(late, text="抱歉", by=agent.user, at=NOW)
    assert read(agent).counters.promises_kept == 2


# Callbacks  # C18


def test_the_calls_of_today_lie_on_the_desk_in_their_order(agent, colleague):
    evening = owe_call(agent, NOW + 8 * HOUR)
    noon = owe_call(agent, NOW + 2 * HOUR)
    owe_call(agent, NOW + DAY)
    owe_call(colleague, NOW + HOUR)
    calls = read(agent).calls
    assert [call.callback_id for call in calls] == [noon.pk, evening.pk]
    assert [call.is_callable for call in calls] == [False, False]


def test_a_call_of_yesterday_is_still_owed_and_late(agent):
    owe_call(agent, NOW - DAY + HOUR, at=NOW - DAY)
    [call] = read(agent).calls
    assert (call.urgency, call.is_callable) == (Urgency.LATE, True)


def test_midnight_ends_the_day_of_calls(agent):
    midnight = NOW.replace(hour=0, minute=0) + DAY
    last, first = owe_call(agent, NOW + HOUR), owe_call(agent, NOW + HOUR)
    Callback.objects.filter(pk=last.pk).update(next_attempt_at=midnight - timedelta(seconds=1))
    Callback.objects.filter(pk=first.pk).update(next_attempt_at=midnight)
    assert [call.callback_id for call in read(agent).calls] == [last.pk]
    assert [call.callback_id for call in read(agent, midnight).calls] == [last.pk, first.pk]


def test_an_unanswered_call_comes_back_at_its_next_attempt(agent):
    callback = owe_call(agent, NOW + MINUTE)
    callbacks.log_attempt(callback, result=AttemptResult.NO_ANSWER, by=agent.user, at=NOW)
    [call] = read(agent).calls
    assert (call.attempts, call.is_callable) == (1, False)
    assert call.next_attempt_at == NOW + 2 * HOUR
    assert read(agent, NOW + 2 * HOUR).calls[0].is_callable


def test_a_call_that_was_made_is_off_the_desk(agent):
    callback = owe_call(agent, NOW + MINUTE)
    callbacks.log_attempt(callback, result=AttemptResult.REACHED, by=agent.user, at=NOW)
    assert read(agent).calls == ()


@pytest.mark.parametrize(
    ("phone", "dialled", "written"),
    [
        ("13800138000", "+8613800138000", "138 0013 8000"),
        ("+1 202-555-0143", "+12025550143", "+1 202-555-0143"),
    ],
)
def test_the_caller_reads_number_and_name_in_full(agent, phone, dialled, written):
    owe_call(agent, NOW + HOUR, phone=phone, email="a@example.com", name="王小明")
    [call] = read(agent).calls
    assert call.customer == "王小明"
    assert [(number.dialled, number.written) for number in call.phones] == [(dialled, written)]


def test_a_complaints_callback_is_called_from_the_desk_too(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT, phone="13800138000")
    [call] = read(agent).calls
    assert (call.purpose, call.number) == (CallbackPurpose.AFTER_COMPLAINT, ticket.number)
    assert call.is_callable


# Counters and all


def test_the_counters_tell_what_is_late_and_what_is_due_within_the_hour(agent):
    for minutes in (-5, 0, 30, 60, 61):
        ticket = ticket_in_hand(agent)
        Ticket.objects.filter(pk=ticket.pk).update(next_due_at=NOW + minutes * MINUTE)
    counters = read(agent).counters
    assert (counters.in_hand, counters.late, counters.due_soon) == (5, 2, 2)


def test_what_waits_for_anybody_is_counted_up_to_a_bound(agent, monkeypatch):
    for _number in range(3):
        TicketFactory.create()
    ticket_in_hand(agent)
    assert (read(agent).waiting, read(agent).is_waiting_cut) == (3, False)
    monkeypatch.setattr(desk, "WAITING_COUNTED", 2)
    assert (read(agent).waiting, read(agent).is_waiting_cut) == (2, True)


def test_what_one_is_not_certified_for_is_not_counted_as_waiting(agent):
    TicketFactory.create(category=CategoryFactory.create(skill=SkillFactory.create()))
    assert read(agent).waiting == 0


def test_the_shift_that_runs_is_on_the_desk(agent):
    standing = read(agent).standing
    assert standing.current is not None
    assert standing.signed_in_at == NOW - HOUR


def test_an_empty_desk_is_empty():
    lying = read(AgentFactory.create())
    assert (lying.queue, lying.offers, lying.endings, lying.promises, lying.calls, lying.answered_for) == (
        (),
        (),
        (),
        (),
        (),
        (),
    )
    assert (lying.standing.current, lying.waiting, lying.beyond) == (None, 0, 0)


def fill(agent: Agent, colleague: Agent, number: int) -> None:
    for each in range(number):
        owe_call(agent, NOW + HOUR, phone=f"1380013800{each}")
        handling.promise(ticket_in_hand(agent), due_at=NOW + HOUR, by=agent.user, at=NOW)
        offer(ticket_in_hand(colleague), colleague, agent)
        passed_on = offer(ticket_in_hand(agent), agent, colleague)
        ownership.accept(passed_on, by=colleague.user, at=NOW)
        handling.hear(resolved_ticket(agent, kind=Kind.COMPLAINT), text="还没好", at=NOW + MINUTE)


def test_reading_a_full_desk_costs_as_many_queries_as_a_nearly_empty_one(agent, colleague):
    fill(agent, colleague, 1)
    with CaptureQueriesContext(connection) as few:
        read(Agent.objects.select_related("user", "team__department").get(pk=agent.pk))
    fill(agent, colleague, 5)
    with CaptureQueriesContext(connection) as many:
        read(Agent.objects.select_related("user", "team__department").get(pk=agent.pk))
    assert len(few) == len(many)
    assert len(many) <= 17
