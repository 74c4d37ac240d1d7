"""Work of somebody who is not there. # C7"""

from datetime import timedelta

import pytest

from complaints import absence, assignment, callbacks, classification, closing, handling, ownership
from complaints.choices import CallbackPurpose, Kind, OwnershipKind, Status
from complaints.models import Callback, Ticket
from portal.choices import Role
from portal.errors import NotAllowed
from portal.models import OutboxMessage
from staffing import people
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TeamFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
HOUR, LATER = timedelta(hours=1), NOW + timedelta(minutes=10)
DAYS_AFTER = NOW + timedelta(days=2)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def agent(team):
    return AgentFactory.create(team=team)


@pytest.fixture
def colleague(team):
    return agent_on_duty(team=team)


@pytest.fixture
def supervisor(team):
    return agent_on_duty(team=team, user__roles=[Role.SUPERVISOR])


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def owed_call(ticket: Ticket, agent) -> Callback:
    return callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + 3 * HOUR,
        by=agent.user,
        at=NOW,
    )


def test_covering_an_absence_hands_over_all_open_matters(agent, colleague, supervisor):
    tickets = [ticket_in_hand(agent) for _ in range(2)]
    absence.cover(agent, colleague, reason="病假", by=supervisor.user, at=LATER)
    for ticket in tickets:
        assert (fresh(ticket).handler, fresh(ticket).first_responsible) == (colleague, agent)
        assert ticket.ownership.holding().get().kind == OwnershipKind.LEAVE_COVER


def test_an_absence_is_covered_wholly_or_not_at_all(agent, colleague, supervisor):
    easy, hard = ticket_in_hand(agent), ticket_in_hand(agent)
    needs_skill = CategoryFactory.create(skill=SkillFactory.create())
    classification.classify(hard, category=needs_skill, by=agent.user, at=NOW)
    with pytest.raises(NotAllowed):
        absence.cover(agent, colleague, reason="病假", by=supervisor.user, at=LATER)
    assert fresh(easy).handler == agent


def test_the_calls_owed_go_with_the_matters(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent)
    call, elsewhere = owed_call(ticket, agent), owed_call(resolved_ticket(agent), agent)
    absence.cover(agent, colleague, reason="病假", by=supervisor.user, at=LATER)
    assert Callback.objects.get(pk=call.pk).agent == colleague
    assert Callback.objects.get(pk=elsewhere.pk).agent == agent


def test_what_the_cover_does_not_take_waits_in_the_queue_and_not_with_the_absent(
    agent, colleague, supervisor
):
    ticket = ticket_in_hand(agent)
    absence.cover(agent, colleague, reason="病假", by=supervisor.user, at=LATER)
    ownership.return_silent(at=LATER + HOUR)
    assert (fresh(ticket).status, fresh(ticket).handler) == (Status.NEW, None)
    assert fresh(ticket).first_responsible == agent


def test_the_matters_of_one_who_has_left_wait_in_the_queue(agent, supervisor):
    ticket = ticket_in_hand(agent)
    people.leave(agent, on=TODAY, by=None, at=NOW)
    assert absence.release_leavers(at=NOW) == 0, "he works to the end of his last day"
    assert [absence.release_leavers(at=DAYS_AFTER) for _ in range(2)] == [1, 0]
    assert (fresh(ticket).status, fresh(ticket).handler) == (Status.NEW, None)
    assert OutboxMessage.objects.filter(key__startswith="left-behind:", user=supervisor.user).exists()


def test_a_matter_released_while_it_was_offered_waits_for_no_answer(agent, colleague):
    ticket = ownership.transfer(ticket_in_hand(agent), colleague, reason="离职", by=agent.user, at=NOW)
    people.leave(agent, on=TODAY, by=None, at=NOW)
    absence.release_leavers(at=DAYS_AFTER)
    assert not ticket.ownership.unanswered().exists()
    assert assignment.dispatch(ticket, at=LATER) == colleague


def test_whoever_takes_a_released_matter_owes_its_calls(agent, colleague):
    ticket = ticket_in_hand(agent)
    call = owed_call(ticket, agent)
    people.leave(agent, on=TODAY, by=None, at=NOW)
    absence.release_leavers(at=DAYS_AFTER)
    assert Callback.objects.get(pk=call.pk).agent is None
    ownership.claim(ticket, by=colleague.user, at=DAYS_AFTER)
    assert Callback.objects.get(pk=call.pk).agent == colleague


def test_what_a_reopened_matter_owes_is_owed_by_somebody_who_is_here(agent, colleague, supervisor):
    ticket = resolved_ticket(agent, kind=Kind.COMPLAINT)
    people.leave(agent, on=TODAY, by=None, at=NOW)
    closing.reopen(ticket, reason="又坏了", by=supervisor.user, at=DAYS_AFTER)
    ownership.claim(ticket, by=colleague.user, at=DAYS_AFTER)
    handling.reply(ticket, text="您好", by=colleague.user, at=DAYS_AFTER)
    closing.resolve(ticket, outcome="已补发", by=colleague.user, at=DAYS_AFTER)
    assert ticket.callbacks.get(cycle=2).agent == colleague
