"""Automatic assignment. # C6 C7"""

from datetime import timedelta

import pytest

from complaints import assignment, ownership
from complaints.choices import Act, Status
from complaints.models import Ticket
from portal.choices import Role
from portal.models import OutboxMessage
from staffing.models import Attendance
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    CertificateFactory,
    DutyFactory,
    SkillFactory,
    TicketFactory,
    agent_on_duty,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def skill():
    return SkillFactory.create()


@pytest.fixture
def category(skill):
    return CategoryFactory.create(skill=skill)


def waiting(category, **told) -> Ticket:
    return TicketFactory.create(category=category, **told)


def test_a_certified_agent_on_duty_and_signed_in_receives_it(skill, category):
    agent = agent_on_duty(skill)
    ticket = waiting(category)
    assert assignment.dispatch(ticket, at=NOW) == agent
    ticket.refresh_from_db()
    assert (ticket.status, ticket.handler, ticket.team) == (Status.ASSIGNED, agent, agent.team)


def test_nobody_receives_one_without_a_valid_certificate(skill, category):
    agent_on_duty()
    expired = agent_on_duty()
    CertificateFactory.create(agent=expired, skill=skill, is_expired=True)
    revoked = agent_on_duty()
    CertificateFactory.create(agent=revoked, skill=skill, is_revoked=True)
    assert assignment.dispatch(waiting(category), at=NOW) is None


def test_nobody_receives_one_who_is_rostered_but_has_not_signed_in(skill, category):
    absent = AgentFactory.create()
    CertificateFactory.create(agent=absent, skill=skill)
    DutyFactory.create(agent=absent)
    assert assignment.dispatch(waiting(category), at=NOW) is None


def test_nobody_receives_one_who_has_signed_out(skill, category):
    agent = agent_on_duty(skill)
    Attendance.objects.filter(agent=agent).update(signed_out_at=NOW)
    assert assignment.dispatch(waiting(category), at=NOW) is None


def test_nobody_receives_one_who_has_left(skill, category):
    agent_on_duty(skill, has_left=True)
    assert assignment.dispatch(waiting(category), at=NOW) is None


def test_what_nobody_can_take_is_parked_once_and_the_supervisors_are_told(category):
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR]).user
    ticket = waiting(category)
    assignment.dispatch(ticket, at=NOW)
    assignment.dispatch(ticket, at=NOW + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.parked_at) == (Status.NEW, NOW)
    assert ticket.events.filter(act=Act.PARK).count() == 1
    assert OutboxMessage.objects.filter(user=supervisor, key__startswith="parked:").count() == 1


def test_a_parked_matter_goes_out_as_soon_as_somebody_can_take_it(skill, category):
    ticket = waiting(category)
    assignment.dispatch(ticket, at=NOW)
    agent = agent_on_duty(skill)
    assert assignment.dispatch_waiting(at=NOW + timedelta(minutes=1)) == 1
    ticket.refresh_from_db()
    assert (ticket.handler, ticket.parked_at) == (agent, None)


def test_the_least_loaded_receives_the_next(skill, category):
    busy, free = agent_on_duty(skill), agent_on_duty(skill)
    ticket_in_hand(busy)
    assert assignment.dispatch(waiting(category), at=NOW) == free


def test_load_is_the_share_of_what_one_can_carry(skill, category):
    small = agent_on_duty(skill, max_open_tickets=2)
    large = agent_on_duty(skill, max_open_tickets=10)
    ticket_in_hand(small)
    for _ in range(2):
        ticket_in_hand(large)
    assert assignment.dispatch(waiting(category), at=NOW) == large


def test_nobody_receives_more_than_he_can_carry(skill, category):
    agent = agent_on_duty(skill, max_open_tickets=1)
    ticket_in_hand(agent)
    assert assignment.dispatch(waiting(category), at=NOW) is None


def test_matters_are_spread_evenly(skill, category):
    agents = [agent_on_duty(skill) for _ in range(4)]
    for _ in range(20):
        waiting(category)
    assert assignment.dispatch_waiting(at=NOW) == 20
    assert {Ticket.objects.in_hand_of(agent).count() for agent in agents} == {5}


def test_the_soonest_due_goes_out_first(skill, category):
    standard_policy()
    agent = agent_on_duty(skill, max_open_tickets=1)
    waiting(category, channel="email")
    urgent = waiting(category, channel="chat")
    assignment.dispatch_waiting(at=NOW)
    assert Ticket.objects.in_hand_of(agent).get() == urgent


def test_a_customers_next_contact_goes_to_whoever_answers_for_his_open_matter(skill, category):
    first, idle = agent_on_duty(skill), agent_on_duty(skill)
    ticket_in_hand(first, phone="13800138000")
    assert assignment.dispatch(waiting(category, phone="13800138000"), at=NOW) == first
    assert assignment.dispatch(waiting(category, phone="13900139000"), at=NOW) == idle


def test_who_declined_a_matter_is_not_offered_it_again(skill, category):
    first = agent_on_duty(skill)
    ticket = waiting(category)
    assignment.dispatch(ticket, at=NOW)
    ownership.decline(ticket, reason="正在通话", by=first.user, at=NOW)
    assert assignment.dispatch(ticket, at=NOW) is None


def test_a_matter_taken_meanwhile_is_left_alone(skill, category):
    agent_on_duty(skill)
    ticket = ticket_in_hand(agent_on_duty(skill), category=category)
    version = ticket.version
    assert assignment.dispatch(ticket, at=NOW) is None
    ticket.refresh_from_db()
    assert ticket.version == version


def test_claim_next_takes_the_soonest_due_one_is_certified_for(skill, category):
    standard_policy()
    agent = agent_on_duty(skill)
    foreign = CategoryFactory.create(skill=SkillFactory.create())
    waiting(foreign, channel="chat")
    mine = waiting(category, channel="email")
    assert assignment.claim_next(by=agent.user, at=NOW) == mine
    assert assignment.claim_next(by=agent.user, at=NOW) is None


def test_what_nobody_can_take_holds_up_nothing_behind_it(category):
    agent = agent_on_duty()
    for _ in range(3):
        waiting(category)
    behind = TicketFactory.create(received_at=NOW + timedelta(minutes=1))
    for _ in range(2):
        assignment.dispatch_waiting(at=NOW + timedelta(minutes=2), limit=3)
    assert Ticket.objects.get(pk=behind.pk).handler == agent


def test_what_all_who_are_free_have_refused_holds_up_nothing_behind_it(skill, category):
    agent = agent_on_duty(skill)
    for _ in range(2):
        ownership.decline(
            ownership.assign(waiting(category), agent, by=None, at=NOW), reason="忙", by=agent.user, at=NOW
        )
    assignment.dispatch_waiting(at=NOW)
    behind = waiting(category, received_at=NOW + timedelta(minutes=1))
    assert assignment.dispatch_waiting(at=NOW + timedelta(minutes=2), limit=2) == 1
    assert Ticket.objects.get(pk=behind.pk).handler == agent


def test_claiming_next_passes_over_what_one_is_not_certified_for(category):
    agent = agent_on_duty()
    for _ in range(21):
        waiting(category)
    mine = TicketFactory.create(received_at=NOW + timedelta(minutes=1))
    assert assignment.claim_next(by=agent.user, at=NOW + timedelta(minutes=2)) == mine


def test_claiming_next_reaches_what_needs_the_skill_of_the_category_above(skill, category):
    agent = agent_on_duty(skill)
    below = waiting(CategoryFactory.create(parent=category))
    assert assignment.claim_next(by=agent.user, at=NOW) == below


def test_two_untaken_matters_of_one_customer_go_to_one_agent():
    agent_on_duty(), agent_on_duty()
    first, second = (TicketFactory.create(phone="13800138000", subject=text) for text in ("没发货", "还没发"))
    assert assignment.dispatch(first, at=NOW) == assignment.dispatch(second, at=NOW)
