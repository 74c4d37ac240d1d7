"""Callbacks. # C18"""

from datetime import datetime, timedelta

import pytest

from complaints import callbacks, closing
from complaints.calling_hours import next_call_time
from complaints.choices import (
    Act,
    AttemptResult,
    CallbackPurpose,
    CallbackState,
    ClockKind,
    ClockOutcome,
    Kind,
    Status,
)
from complaints.models import Callback, Ticket
from portal.choices import MessageChannel, Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import OutboxMessage
from tests.factories import (
    NOW,
    SHANGHAI,
    AgentFactory,
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


@pytest.fixture
def after_complaint(agent) -> Callback:
    return resolved_ticket(agent, kind=Kind.COMPLAINT, phone="13800138000").callbacks.get()


def log(callback: Callback, agent, result=AttemptResult.NO_ANSWER, *, at=NOW, **more) -> Callback:
    return callbacks.log_attempt(callback, result=result, by=agent.user, at=at, **more)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (8, datetime(2026, 3, 11, 9, tzinfo=SHANGHAI)),
        (9, datetime(2026, 3, 11, 9, tzinfo=SHANGHAI)),
        (20, datetime(2026, 3, 11, 20, tzinfo=SHANGHAI)),
        (21, datetime(2026, 3, 12, 9, tzinfo=SHANGHAI)),
    ],
)
def test_customers_are_called_between_nine_and_nine(hour, expected):
    assert next_call_time(datetime(2026, 3, 11, hour, tzinfo=SHANGHAI), SHANGHAI) == expected


def test_unanswered_calls_are_tried_after_2_24_and_72_hours_and_then_written(agent, after_complaint):
    at, waits = NOW, []
    for _ in range(3):
        callback = log(after_complaint, agent, at=at)
        assert callback.state == CallbackState.DUE
        waits.append(callback.next_attempt_at - at)
        at = callback.next_attempt_at
    assert waits == [2 * HOUR, 24 * HOUR, 72 * HOUR]

    callback = log(after_complaint, agent, at=at)
    assert (callback.state, callback.done_at) == (CallbackState.NOT_REACHED, at)
    message = OutboxMessage.objects.get(channel=MessageChannel.SMS)
    assert message.key == f"callback-given-up:{callback.pk}"


def test_a_retry_keeps_within_calling_hours(agent, after_complaint):
    callback = log(after_complaint, agent, at=NOW.replace(hour=20))
    assert callback.next_attempt_at == datetime(2026, 3, 12, 9, tzinfo=SHANGHAI)


def test_the_customers_own_wish_decides_the_next_attempt(agent, after_complaint):
    callback = log(after_complaint, agent, next_at=NOW + 5 * HOUR)
    assert callback.next_attempt_at == NOW + 5 * HOUR


def test_a_later_attempt_does_not_move_what_was_owed(agent, after_complaint):
    assert log(after_complaint, agent).due_at == after_complaint.due_at


def test_a_call_that_reached_the_customer_is_an_answer(agent):
    ticket = ticket_in_hand(agent)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    log(callback, agent, AttemptResult.REACHED, at=NOW + timedelta(minutes=4))
    assert ticket.clocks.get(kind=ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.MET
    assert ticket.events.last().act == Act.CALL_BACK


def test_an_unanswered_call_is_no_answer(agent):
    ticket = ticket_in_hand(agent)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    log(callback, agent)
    assert ticket.clocks.get(kind=ClockKind.FIRST_RESPONSE).outcome == ClockOutcome.RUNNING


def test_after_a_complaint_one_says_whether_the_customer_was_satisfied(agent, after_complaint):
    with pytest.raises(MissingInformation) as refusal:
        log(after_complaint, agent, AttemptResult.REACHED)
    assert "satisfied" in refusal.value.fields


def test_a_customer_not_satisfied_after_a_complaint_opens_it_again(agent, after_complaint):
    log(after_complaint, agent, AttemptResult.REACHED, is_satisfied=False, note="还是坏的")
    ticket = Ticket.objects.get(pk=after_complaint.ticket_id)
    assert (ticket.status, ticket.cycle, ticket.handler) == (Status.REOPENED, 2, agent)


@pytest.mark.parametrize("result", [AttemptResult.REFUSED, AttemptResult.WRONG_NUMBER])
def test_a_call_refused_or_to_a_wrong_number_is_not_tried_again(agent, after_complaint, result):
    callback = log(after_complaint, agent, result)
    assert callback.state in (CallbackState.REFUSED, CallbackState.NOT_REACHED)
    ticket = Ticket.objects.get(pk=callback.ticket_id)
    assert closing.close(ticket, by=agent.user, at=NOW).status == Status.CLOSED


def test_a_finished_callback_takes_no_more_attempts(agent, after_complaint):
    log(after_complaint, agent, AttemptResult.REACHED, is_satisfied=True)
    with pytest.raises(WrongState):
        log(after_complaint, agent)


def test_attempts_are_numbered(agent, after_complaint):
    for hours in (0, 2):
        log(after_complaint, agent, at=NOW + hours * HOUR)
    assert list(after_complaint.attempts.values_list("number", flat=True)) == [1, 2]


def test_a_stranger_may_not_log_another_teams_call(after_complaint):
    with pytest.raises(NotAllowed):
        log(after_complaint, AgentFactory.create())


def test_an_overdue_call_is_told_once(agent, after_complaint):
    late = after_complaint.due_at + timedelta(seconds=1)
    told = [callbacks.tell_overdue(at=at) for at in (after_complaint.due_at, late, late + HOUR)]
    assert told == [0, 1, 0]
    assert OutboxMessage.objects.filter(key=f"callback-overdue:{after_complaint.pk}:{agent.user_id}").exists()


def test_the_call_after_a_complaint_is_never_scheduled_by_hand(agent):
    ticket = ticket_in_hand(agent)
    with pytest.raises(MissingInformation):
        callbacks.schedule(
            customer=ticket.customer,
            ticket=ticket,
            purpose=CallbackPurpose.AFTER_COMPLAINT,
            due_at=NOW + HOUR,
            by=agent.user,
            at=NOW,
        )


def test_a_callback_about_another_customers_ticket_is_refused(agent):
    mine, other = ticket_in_hand(agent), ticket_in_hand(agent)
    with pytest.raises(MissingInformation) as refusal:
        callbacks.schedule(
            customer=mine.customer,
            ticket=other,
            purpose=CallbackPurpose.ANSWER,
            due_at=NOW + HOUR,
            by=agent.user,
            at=NOW,
        )
    assert "ticket" in refusal.value.fields


def test_a_call_that_reached_him_goes_on_with_a_reopened_matter(agent):
    ticket = closing.reopen(resolved_ticket(agent), reason="又坏了", by=agent.user, at=NOW)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    callbacks.log_attempt(callback, result=AttemptResult.NO_ANSWER, by=agent.user, at=NOW)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.REOPENED
    callbacks.log_attempt(callback, result=AttemptResult.REACHED, by=agent.user, at=NOW + HOUR)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.IN_PROGRESS


def test_nobody_is_unsatisfied_who_was_not_reached(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    callbacks.log_attempt(
        ticket.callbacks.get(), result=AttemptResult.NO_ANSWER, is_satisfied=False, by=agent.user, at=NOW
    )
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_a_call_about_a_cancelled_matter_can_be_written_down(agent):
    ticket = closing.cancel(ticket_in_hand(agent), reason="误建", by=agent.user, at=NOW)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.CORRECTION,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    done = callbacks.log_attempt(callback, result=AttemptResult.REACHED, by=agent.user, at=NOW + HOUR)
    assert done.state == CallbackState.REACHED
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CANCELLED


def test_a_call_that_is_nobodys_is_told_to_the_supervisors(agent):
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    Callback.objects.create(
        customer=ticket_in_hand(agent).customer,
        purpose=CallbackPurpose.PROACTIVE,
        due_at=NOW,
        next_attempt_at=NOW,
        created_at=NOW,
    )
    assert callbacks.tell_overdue(at=NOW + HOUR) == 1
    assert OutboxMessage.objects.get(key__startswith="callback-overdue:").user == supervisor.user


def test_a_call_about_no_ticket_is_seen_in_the_team_of_its_agent(agent):
    ticket = ticket_in_hand(agent)
    callback = callbacks.schedule(
        customer=ticket.customer, purpose=CallbackPurpose.PROACTIVE, due_at=NOW + HOUR, by=agent.user, at=NOW
    )
    colleague, stranger = AgentFactory.create(team=agent.team), AgentFactory.create()
    assert Callback.objects.visible_to(colleague.user).filter(pk=callback.pk).exists()
    assert not Callback.objects.visible_to(stranger.user).filter(pk=callback.pk).exists()


def test_calls_tried_before_their_time_are_kept_and_do_not_count(agent, after_complaint):
    for minutes in range(4):
        callback = log(after_complaint, agent, at=NOW + timedelta(minutes=minutes))
    assert (callback.state, callback.next_attempt_at) == (CallbackState.DUE, NOW + 2 * HOUR)
    assert list(callback.attempts.values_list("counts", flat=True)) == [True, False, False, False]


def test_calls_at_night_do_not_count(agent, after_complaint):
    callback = log(after_complaint, agent, at=NOW)
    night = datetime(2026, 3, 11, 23, tzinfo=SHANGHAI)
    assert log(callback, agent, at=night).next_attempt_at == callback.next_attempt_at


def test_a_call_owed_at_night_is_owed_when_the_hours_begin(agent):
    ticket = ticket_in_hand(agent)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=datetime(2026, 3, 11, 22, 30, tzinfo=SHANGHAI),
        by=agent.user,
        at=NOW,
    )
    morning = datetime(2026, 3, 12, 9, tzinfo=SHANGHAI)
    assert (callback.due_at, callback.next_attempt_at) == (morning, morning)


def test_who_was_reached_and_wants_another_call_is_owed_it(agent):
    ticket = ticket_in_hand(agent)
    callback = callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.KEY_ACCOUNT,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )
    next_at = NOW + timedelta(days=30)
    log(callback, agent, AttemptResult.REACHED, at=NOW + HOUR, next_at=next_at)
    owed = Callback.objects.due().get()
    assert (owed.purpose, owed.agent, owed.due_at) == (CallbackPurpose.KEY_ACCOUNT, agent, next_at)


def test_a_wrong_number_is_not_written_to_but_the_e_mail_is(agent):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT, phone="13800138000", email="wang@example.com")
    log(ticket.callbacks.get(), agent, AttemptResult.WRONG_NUMBER)
    message = OutboxMessage.objects.get(key__startswith="callback-given-up:")
    assert (message.channel, message.address) == (MessageChannel.EMAIL, "wang@example.com")
