"""First responsibility. # C7"""

from datetime import timedelta

import pytest

from complaints import classification, closing, handling, ownership, policy, qualification
from complaints.choices import Act, ClockKind, HandOver, OwnershipKind, Status
from complaints.models import ServiceTarget, Ticket
from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import OutboxMessage
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
    agent_on_duty,
    resolved_ticket,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def policy_edition():
    return standard_policy()


@pytest.fixture
def team():
    return TeamFactory.create()


@pytest.fixture
def agent(team):
    return agent_on_duty(team=team)


@pytest.fixture
def colleague(team):
    return agent_on_duty(team=team)


@pytest.fixture
def supervisor(team):
    return agent_on_duty(team=team, user__roles=[Role.SUPERVISOR])


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def transferred(ticket: Ticket, giver, receiver, *, at=NOW) -> Ticket:
    ownership.transfer(ticket, receiver, reason="专业问题", by=giver.user, at=at)
    return ownership.accept(ticket, by=receiver.user, at=at)


def test_who_claims_is_first_responsible_and_handles(agent):
    ticket = ownership.claim(TicketFactory.create(), by=agent.user, at=NOW)
    assert (ticket.status, ticket.handler, ticket.first_responsible) == (Status.IN_PROGRESS, agent, agent)
    entry = ticket.ownership.get()
    assert (entry.kind, entry.state, entry.accepted_at) == (OwnershipKind.CLAIM, HandOver.HOLDING, NOW)


def test_a_taken_ticket_cannot_be_claimed(agent, colleague):
    ticket = ticket_in_hand(agent)
    with pytest.raises(AlreadyTaken):
        ownership.claim(ticket, by=colleague.user, at=NOW)
    assert fresh(ticket).handler == agent


def test_claiming_what_changed_since_it_was_read_is_stale(agent):
    ticket = TicketFactory.create()
    with pytest.raises(Stale):
        ownership.claim(ticket, by=agent.user, at=NOW, version=7)


def test_without_the_certificate_nobody_may_claim(agent):
    category = CategoryFactory.create(skill=SkillFactory.create())
    with pytest.raises(NotAllowed):
        ownership.claim(TicketFactory.create(category=category), by=agent.user, at=NOW)


def test_a_category_needs_the_skill_of_the_one_above(agent):
    above = CategoryFactory.create(skill=SkillFactory.create())
    below = CategoryFactory.create(parent=above)
    with pytest.raises(NotAllowed):
        ownership.claim(TicketFactory.create(category=below), by=agent.user, at=NOW)


def test_somebody_who_is_no_agent_takes_nothing():
    with pytest.raises(NotAllowed):
        ownership.claim(TicketFactory.create(), by=UserFactory.create(is_superuser=True), at=NOW)


def test_nobody_claims_in_anothers_name(agent, colleague):
    with pytest.raises(NotAllowed):
        ownership.claim(TicketFactory.create(), agent=colleague, by=agent.user, at=NOW)


def test_a_connected_system_claims_for_the_agent_it_names(agent):
    system = UserFactory.create(is_system=True)
    assert ownership.claim(TicketFactory.create(), agent=agent, by=system, at=NOW).handler == agent


def test_an_assigned_matter_is_answered_for_by_whoever_accepts_it(agent, supervisor):
    ticket = ownership.assign(TicketFactory.create(), agent, by=supervisor.user, at=NOW)
    assert (ticket.status, ticket.handler, ticket.first_responsible) == (Status.ASSIGNED, agent, None)
    ticket = ownership.accept(ticket, by=agent.user, at=LATER)
    assert (ticket.status, ticket.first_responsible) == (Status.IN_PROGRESS, agent)


def test_working_on_what_one_was_assigned_accepts_it(agent, supervisor):
    ticket = ownership.assign(TicketFactory.create(), agent, by=supervisor.user, at=NOW)
    ticket = handling.reply(ticket, text="您好", by=agent.user, at=LATER)
    assert (ticket.status, ticket.first_responsible) == (Status.IN_PROGRESS, agent)
    assert ticket.clocks.get(kind=ClockKind.HAND_OVER).stopped_at == LATER


def test_an_agent_may_not_assign(agent, colleague):
    with pytest.raises(NotAllowed):
        ownership.assign(TicketFactory.create(), colleague, by=agent.user, at=NOW)


def test_nothing_is_assigned_to_somebody_absent(supervisor, team):
    with pytest.raises(NotAllowed):
        ownership.assign(TicketFactory.create(), AgentFactory.create(team=team), by=supervisor.user, at=NOW)


def test_a_supervisor_of_another_team_may_not_assign(agent):
    ticket = ticket_in_hand(agent)
    stranger = agent_on_duty(user__roles=[Role.SUPERVISOR])
    with pytest.raises(NotAllowed):
        ownership.assign(ticket, stranger, by=stranger.user, at=NOW)


def test_a_declined_assignment_waits_in_the_queue_again(agent, supervisor):
    ticket = ownership.assign(TicketFactory.create(), agent, by=supervisor.user, at=NOW)
    ticket = ownership.decline(ticket, reason="正在通话", by=agent.user, at=LATER)
    assert (ticket.status, ticket.handler) == (Status.NEW, None)
    assert agent.pk in qualification.refusers(ticket, at=LATER)


def test_a_transfer_waits_for_acceptance(agent, colleague):
    ticket = ticket_in_hand(agent)
    ticket = ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    assert ticket.handler == agent
    ticket = ownership.accept(ticket, by=colleague.user, at=LATER)
    assert (ticket.handler, ticket.first_responsible) == (colleague, agent)
    held = ticket.ownership.values_list("receiver", "state", "ended_at")
    assert list(held) == [(agent.pk, HandOver.ENDED, LATER), (colleague.pk, HandOver.HOLDING, None)]


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_transfer_needs_a_reason(agent, colleague, reason):
    with pytest.raises(MissingInformation) as refusal:
        ownership.transfer(ticket_in_hand(agent), colleague, reason=reason, by=agent.user, at=NOW)
    assert "reason" in refusal.value.fields


def test_a_second_transfer_waits_for_the_first(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent)
    ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        ownership.transfer(ticket, supervisor, reason="专业问题", by=agent.user, at=NOW)


def test_nobody_else_accepts_what_was_offered_to_one(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent)
    ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    with pytest.raises(WrongState):
        ownership.accept(ticket, by=supervisor.user, at=NOW)


def test_a_declined_transfer_stays_with_its_giver(agent, colleague):
    ticket = ticket_in_hand(agent)
    ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    ticket = ownership.decline(ticket, reason="下班了", by=colleague.user, at=LATER)
    assert (ticket.handler, ticket.status) == (agent, Status.IN_PROGRESS)
    assert OutboxMessage.objects.filter(key__startswith="declined:", user=agent.user).exists()


def test_a_silent_receiver_lets_it_return(agent, colleague):
    ticket = ticket_in_hand(agent)
    ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    respond_by = ticket.ownership.pending().get().respond_by

    assert ownership.return_silent(at=respond_by - timedelta(seconds=1)) == 0
    assert ownership.return_silent(at=respond_by) == 1
    assert ownership.return_silent(at=respond_by) == 0
    assert fresh(ticket).handler == agent
    with pytest.raises(WrongState):
        ownership.accept(ticket, by=colleague.user, at=respond_by)


def test_a_silent_assignee_lets_it_return_to_the_queue(agent, supervisor):
    ticket = ownership.assign(TicketFactory.create(), agent, by=supervisor.user, at=NOW)
    ownership.return_silent(at=NOW + timedelta(hours=1))
    assert (fresh(ticket).status, fresh(ticket).handler) == (Status.NEW, None)


def test_the_third_passing_on_needs_a_supervisor(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent)
    transferred(ticket, agent, colleague)
    transferred(ticket, colleague, agent)
    with pytest.raises(NotAllowed):
        ownership.transfer(ticket, colleague, reason="专业问题", by=agent.user, at=NOW)
    ownership.transfer(ticket, colleague, reason="主管决定", by=supervisor.user, at=NOW)


def test_a_stranger_may_not_pass_a_matter_on(agent, colleague):
    with pytest.raises(NotAllowed):
        ownership.transfer(ticket_in_hand(agent), colleague, reason="专业问题", by=colleague.user, at=NOW)


def test_the_first_responsible_agent_may_call_his_matter_back(agent, colleague):
    ticket = ticket_in_hand(agent)
    transferred(ticket, agent, colleague)
    ticket = ownership.take_over(ticket, reason="客户找我", by=agent.user, at=LATER)
    assert (ticket.handler, ticket.first_responsible) == (agent, agent)


def test_a_colleague_may_not_take_over(agent, colleague):
    with pytest.raises(NotAllowed):
        ownership.take_over(ticket_in_hand(agent), reason="我来", by=colleague.user, at=NOW)


def test_a_supervisor_takes_over_and_first_responsibility_stays(agent, supervisor):
    ticket = ownership.take_over(ticket_in_hand(agent), reason="重大投诉", by=supervisor.user, at=LATER)
    assert (ticket.handler, ticket.first_responsible) == (supervisor, agent)


def test_the_first_responsible_agent_is_told_of_every_step_of_another(agent, colleague):
    ticket = ticket_in_hand(agent)
    transferred(ticket, agent, colleague)
    handling.reply(ticket, text="您好", by=colleague.user, at=LATER)
    event = ticket.events.get(act=Act.REPLY)
    assert OutboxMessage.objects.filter(key=f"step:{event.pk}:{agent.user_id}").exists()


def test_a_reopened_matter_goes_back_to_the_first_responsible_agent(agent, colleague):
    ticket = resolved_ticket(agent)
    ticket = closing.reopen(ticket, reason="又坏了", by=agent.user, at=LATER)
    transferred(ticket, agent, colleague, at=LATER)
    ticket = handling.reply(ticket, text="您好", by=colleague.user, at=LATER)
    ticket = closing.resolve(ticket, outcome="换新", by=colleague.user, at=LATER)
    ticket = closing.reopen(ticket, reason="还是坏的", by=colleague.user, at=LATER)
    assert (ticket.handler, ticket.first_responsible) == (agent, agent)


def test_the_first_responsible_agent_never_changes_whoever_handles(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent)
    transferred(ticket, agent, colleague)
    ownership.take_over(ticket, reason="重大投诉", by=supervisor.user, at=NOW)
    ownership.assign(ticket, colleague, by=supervisor.user, at=NOW)
    assert fresh(ticket).first_responsible == agent


def test_every_step_adds_one_row_and_one_to_the_version(agent, colleague):
    ticket = ticket_in_hand(agent)
    transferred(ticket, agent, colleague)
    ticket = fresh(ticket)
    assert list(ticket.events.values_list("sequence", flat=True)) == list(range(1, ticket.version + 1))


def assigned(agent, *, by=None, at=NOW) -> Ticket:
    return ownership.assign(TicketFactory.create(received_at=at), agent, by=by, at=at)


def test_whoever_first_answers_what_another_was_assigned_has_taken_it(agent, supervisor):
    ticket = handling.reply(assigned(agent), text="您好", by=supervisor.user, at=NOW)
    assert (ticket.handler, ticket.first_responsible) == (supervisor, supervisor)
    assert [entry.kind for entry in ticket.ownership.all()] == [OwnershipKind.ASSIGN, OwnershipKind.TAKE_OVER]
    assert OutboxMessage.objects.filter(key__startswith="taken-from:", user=agent.user).exists()
    assert ownership.return_silent(at=NOW + timedelta(hours=1)) == 0


def test_what_a_connected_system_relays_are_the_words_of_the_agent_who_was_assigned(agent):
    platform = UserFactory.create(is_system=True)
    ticket = handling.reply(assigned(agent), text="亲，在的", by=platform, at=NOW)
    assert (ticket.handler, ticket.first_responsible) == (agent, agent)
    assert ownership.return_silent(at=NOW + timedelta(hours=1)) == 0


def test_whoever_was_silent_is_asked_again_after_a_shift(agent):
    ticket = assigned(agent)
    ownership.return_silent(at=NOW + timedelta(hours=1))
    assert agent.pk in qualification.refusers(ticket, at=NOW + timedelta(hours=2))
    assert agent.pk not in qualification.refusers(ticket, at=NOW + timedelta(hours=9))


def test_without_a_limit_of_the_policy_silence_returns_by_the_default(agent):
    ServiceTarget.objects.filter(clock=ClockKind.HAND_OVER).delete()
    ticket = assigned(agent)
    assert ownership.return_silent(at=NOW + policy.HAND_OVER_WITHIN) == 1
    assert fresh(ticket).handler is None


def test_an_assignment_at_night_is_answered_at_night():
    night = NOW.replace(hour=16, minute=30)  # Half past midnight in Shanghai.
    ticket = assigned(agent_on_duty(at=night), at=night)
    assert ticket.ownership.get().respond_by == night + policy.HAND_OVER_WITHIN


def test_a_matter_never_goes_back_to_one_who_has_not_taken_it(agent, colleague, supervisor):
    ticket = ownership.assign(assigned(agent), colleague, by=supervisor.user, at=NOW)
    ownership.decline(ticket, reason="忙", by=colleague.user, at=LATER)
    ticket = fresh(ticket)
    assert (ticket.status, ticket.handler, ticket.first_responsible) == (Status.NEW, None, None)


def test_a_matter_goes_back_to_nobody_who_has_left(agent, colleague, supervisor):
    ticket = ownership.assign(ticket_in_hand(agent), colleague, by=supervisor.user, at=NOW)
    type(agent).objects.filter(pk=agent.pk).update(left_on=NOW.date() - timedelta(days=1))
    ownership.return_silent(at=NOW + timedelta(hours=1))
    ticket = fresh(ticket)
    assert (ticket.status, ticket.handler, ticket.first_responsible) == (Status.NEW, None, agent)


def test_an_order_overtakes_a_transfer_that_waits(agent, colleague, supervisor):
    ticket = ownership.transfer(ticket_in_hand(agent), colleague, reason="忙", by=agent.user, at=NOW)
    ownership.assign(ticket, supervisor, by=supervisor.user, at=LATER)
    assert not ticket.ownership.pending().exists()
    with pytest.raises(WrongState):
        ownership.accept(ticket, by=colleague.user, at=LATER)
    assert colleague.pk not in qualification.refusers(ticket, at=LATER), "nobody refused it"


def test_whoever_passes_on_what_he_was_assigned_has_taken_it(agent, colleague):
    ticket = ownership.transfer(assigned(agent), colleague, reason="更熟悉", by=agent.user, at=NOW)
    assert (ticket.status, ticket.first_responsible) == (Status.IN_PROGRESS, agent)
    assert ownership.return_silent(at=NOW + timedelta(hours=1)) == 1
    assert fresh(ticket).handler == agent


def test_nothing_is_passed_on_while_an_assignment_waits(agent, colleague, supervisor):
    with pytest.raises(WrongState):
        ownership.transfer(assigned(agent), colleague, reason="忙", by=supervisor.user, at=NOW)


def test_a_matter_resolved_by_another_waits_for_nobody(agent, colleague, supervisor):
    ticket = ticket_in_hand(agent, category=CategoryFactory.create())
    ticket = ownership.assign(ticket, colleague, by=supervisor.user, at=NOW)
    ticket = handling.reply(ticket, text="已处理", by=agent.user, at=NOW)
    closing.resolve(ticket, outcome="已处理", by=agent.user, at=NOW)
    other = assigned(colleague)
    assert ownership.return_silent(at=NOW + timedelta(hours=1)) == 1
    assert fresh(ticket).status == Status.RESOLVED
    assert fresh(other).status == Status.NEW


def test_nobody_accepts_what_he_is_no_longer_certified_for(agent, colleague):
    ticket = ownership.transfer(ticket_in_hand(agent), colleague, reason="忙", by=agent.user, at=NOW)
    needs_skill = CategoryFactory.create(skill=SkillFactory.create())
    classification.classify(ticket, category=needs_skill, by=agent.user, at=NOW)
    with pytest.raises(NotAllowed):
        ownership.accept(ticket, by=colleague.user, at=LATER)


def test_a_promise_accepts_what_one_was_assigned(agent):
    ticket = assigned(agent)
    handling.promise(ticket, due_at=NOW + timedelta(hours=5), by=agent.user, at=LATER)
    assert ownership.return_silent(at=NOW + timedelta(hours=1)) == 0
    assert (fresh(ticket).status, fresh(ticket).first_responsible) == (Status.IN_PROGRESS, agent)


def test_a_reopened_matter_whose_people_have_left_waits_in_the_queue(agent):
    ticket = closing.close(resolved_ticket(agent), by=agent.user, at=NOW)
    type(agent).objects.filter(pk=agent.pk).update(left_on=NOW.date())
    ticket = closing.reopen(ticket, reason="又坏了", by=None, at=NOW + timedelta(days=2))
    assert (ticket.status, ticket.handler, ticket.first_responsible) == (Status.NEW, None, agent)


def test_a_reason_is_no_longer_than_the_ledger_holds(agent, colleague):
    with pytest.raises(MissingInformation) as refusal:
        ownership.transfer(ticket_in_hand(agent), colleague, reason="忙" * 501, by=agent.user, at=NOW)
    assert refusal.value.fields.keys() == {"reason"}
