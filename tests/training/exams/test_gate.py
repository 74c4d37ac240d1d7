"""No pass, no duty: what a certificate opens, and what its end closes again. # T4 S1 C6"""

from datetime import datetime, timedelta

import pytest

from complaints import assignment, desk, qualification
from complaints.models import Ticket
from portal.errors import NotAllowed, WrongState
from staffing import duty, lapses
from staffing.models import Agent, Skill
from tests.exam_factories import exam_for_skill, sat
from tests.factories import (
    NOW,
    TODAY,
    CategoryFactory,
    ShiftTypeFactory,
    TicketFactory,
    agent_on_duty,
    standard_policy,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ticket_for(skill: Skill, at: datetime = NOW) -> Ticket:
    category = CategoryFactory.create(skill=skill)
    return TicketFactory.create(category=category, received_at=at)


def test_a_matter_that_asks_for_the_skill_goes_only_to_who_has_passed():
    standard_policy()
    agent = agent_on_duty()
    exam = exam_for_skill(valid_days=10)
    ticket = ticket_for(exam.skill)
    assert agent not in assignment.qualified(ticket, at=NOW)
    with pytest.raises(NotAllowed):
        qualification.require(ticket, agent, at=NOW)
    sat(exam, agent)
    assert agent in assignment.qualified(ticket, at=NOW)
    qualification.require(ticket, agent, at=NOW)
    lapsed = NOW + 10 * DAY
    with pytest.raises(NotAllowed):
        qualification.require(ticket, agent, at=lapsed)


def test_the_desk_offers_it_only_to_who_has_passed():
    standard_policy()
    agent = agent_on_duty()
    exam = exam_for_skill()
    ticket_for(exam.skill)
    assert assignment.claimable(agent, at=NOW).count() == 0
    assert desk.read(agent, at=NOW).waiting == 0
    sat(exam, agent)
    assert assignment.claimable(agent, at=NOW).count() == 1
    assert desk.read(agent, at=NOW).waiting == 1


def test_a_shift_that_asks_for_the_skill_takes_only_who_has_passed(agent: Agent):
    exam = exam_for_skill(valid_days=10)
    shift = ShiftTypeFactory.create(skill=exam.skill)
    with pytest.raises(WrongState):
        duty.assign(agent, shift, on=TODAY + DAY, by=None, at=NOW)
    sat(exam, agent)
    assert duty.assign(agent, shift, on=TODAY + DAY, by=None, at=NOW).on == TODAY + DAY
    with pytest.raises(WrongState):
        duty.assign(agent, shift, on=TODAY + 10 * DAY, by=None, at=NOW)


def test_the_end_of_a_certificate_closes_what_it_had_opened(agent: Agent):
    exam = exam_for_skill(valid_days=10)
    shift = ShiftTypeFactory.create(skill=exam.skill)
    sat(exam, agent)
    last = duty.assign(agent, shift, on=TODAY + 9 * DAY, by=None, at=NOW)
    assert lapses.take_off_lapsed(NOW + 5 * DAY) == 0
    last.refresh_from_db()
    assert last.state == "published"
    with pytest.raises(WrongState):
        duty.assign(agent, shift, on=TODAY + 12 * DAY, by=None, at=NOW + 11 * DAY)
    sat(exam, agent, at=NOW + 11 * DAY)
    duty.assign(agent, shift, on=TODAY + 12 * DAY, by=None, at=NOW + 11 * DAY)
