"""S11: what the planned duties of real people break, and the account of their hours."""

from collections.abc import Sequence
from datetime import date, time, timedelta

import pytest

from staffing import calendars, rule_checks
from staffing.choices import RequestState, RuleCode, Severity
from staffing.models import Agent, DutyAssignment, ShiftType, StaffRequest
from staffing.rule_checks import Proposed
from tests.factories import (
    NOW,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    LabourRuleFactory,
    RestrictionFactory,
    ShiftTypeFactory,
    SkillFactory,
)
from tests.request_factories import leave_asked

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def march(day: int) -> date:
    return date(2026, 3, day)


@pytest.fixture
def day() -> ShiftType:
    return ShiftTypeFactory.create()


@pytest.fixture
def night() -> ShiftType:
    return ShiftTypeFactory.create(is_night=True)


@pytest.fixture
def late() -> ShiftType:
    return ShiftTypeFactory.create(code="L", name="晚班", starts=time(14), ends=time(22), break_minutes=0)


def put(agent: Agent, shift_type: ShiftType, *days: int, **terms) -> list[DutyAssignment]:
    return [DutyFactory.create(agent=agent, shift_type=shift_type, on=march(n), **terms) for n in days]


def found(agents: Sequence[Agent], period=MARCH, **terms) -> list[tuple[Agent, RuleCode, date]]:
    by_key = {agent.pk: agent for agent in agents}
    told = rule_checks.breaches_of(agents, *period, **terms)
    return [(by_key[each.worker], each.code, each.on) for each in told]


def codes(agent: Agent, **terms) -> set[RuleCode]:
    return {code for _agent, code, _on in found([agent], **terms)}


def test_each_agent_is_checked_by_the_own_duties(
    agent: Agent, stranger: Agent, night: ShiftType, late: ShiftType
) -> None:
    put(agent, night, 2)
    put(agent, late, 3)
    put(stranger, night, 4)
    assert found([agent, stranger]) == [(agent, RuleCode.REST_BETWEEN, march(3))]


def test_drafts_are_planned_and_cancelled_duties_are_not(
    agent: Agent, night: ShiftType, late: ShiftType
) -> None:
    put(agent, night, 2)
    put(agent, late, 3, is_cancelled=True)
    assert codes(agent) == set()
    put(agent, late, 3, is_draft=True)
    assert codes(agent) == {RuleCode.REST_BETWEEN}


def test_a_proposed_shift_is_checked_as_if_it_stood_and_nothing_is_written(
    agent: Agent, night: ShiftType, late: ShiftType
) -> None:
    put(agent, night, 2)
    assert codes(agent, extra=[Proposed(agent, late, march(3))]) == {RuleCode.REST_BETWEEN}
    assert DutyAssignment.objects.count() == 1


def test_a_duty_that_is_to_fall_away_breaks_nothing(agent: Agent, night: ShiftType, late: ShiftType) -> None:
    (before,) = put(agent, night, 2)
    put(agent, late, 3)
    assert codes(agent, without=[before.pk]) == set()


def test_what_assigning_would_break_is_told_without_what_is_broken_already(
    agent: Agent, day: ShiftType, night: ShiftType, late: ShiftType
) -> None:
    put(agent, night, 2)
    put(agent, late, 3)
    assert rule_checks.breaches_of_assigning(agent, day, march(5)) == []
    told = rule_checks.breaches_of_assigning(agent, day, march(3))
    assert {each.code for each in told} >= {RuleCode.OVERLAP}


def test_duties_around_the_period_are_taken_into_account(agent: Agent, day: ShiftType) -> None:
    put(agent, day, *range(3, 15))
    assert found([agent], (march(12), march(13))) == [
        (agent, RuleCode.DAYS_IN_A_ROW, march(12)),
        (agent, RuleCode.WEEK_HOURS, march(13)),
    ]


def test_a_recorded_rule_is_obeyed(agent: Agent, night: ShiftType, late: ShiftType) -> None:
    put(agent, night, 2)
    put(agent, late, 3)
    LabourRuleFactory.create(limit=8, team=agent.team)
    assert codes(agent) == set()


def test_the_protected_are_known(agent: Agent, night: ShiftType) -> None:
    put(agent, night, 2)
    RestrictionFactory.create(agent=agent)
    assert codes(agent) == {RuleCode.PROTECTED_NIGHT}


def test_approved_leave_forbids_the_shift_and_asked_leave_does_not(agent: Agent, day: ShiftType) -> None:
    put(agent, day, 12, 13)
    asked = leave_asked(agent, first_on=march(13), last_on=march(14))
    assert codes(agent) == set()
    StaffRequest.objects.filter(pk=asked.pk).update(state=RequestState.APPROVED)
    (breach,) = rule_checks.breaches_of([agent], *MARCH)
    assert (breach.code, breach.on, breach.severity) == (RuleCode.ON_LEAVE, march(13), Severity.BLOCK)


def test_a_shift_that_no_certificate_permits_is_told_and_its_neighbour_not(
    agent: Agent, day: ShiftType
) -> None:
    refunds = ShiftTypeFactory.create(
        code="R", starts=time(19), ends=time(20), break_minutes=0, skill=SkillFactory.create(name="退款")
    )
    CertificateFactory.create(agent=agent)
    put(agent, day, 2)
    put(agent, refunds, 2)
    told = [each for each in rule_checks.breaches_of([agent], *MARCH) if each.code == RuleCode.NO_CERTIFICATE]
    assert [(each.note, each.shifts[0].label) for each in told] == [("退款", refunds.name)]
    proposed = [Proposed(agent, refunds, march(4)), Proposed(agent, day, march(4))]
    more = rule_checks.breaches_of([agent], march(4), march(4), extra=proposed)
    assert [each.code for each in more if each.code == RuleCode.NO_CERTIFICATE] == [RuleCode.NO_CERTIFICATE]


def test_a_duty_before_joining_is_told(day: ShiftType) -> None:
    new = AgentFactory.create(joined_on=march(10))
    put(new, day, 9, 10)
    assert found([new]) == [(new, RuleCode.NOT_EMPLOYED, march(9))]


def test_a_year_that_nobody_has_announced_is_told(agent: Agent, day: ShiftType) -> None:
    calendars.seed_standard_calendars(by=None, at=NOW)
    DutyFactory.create(agent=agent, shift_type=day, on=date(2027, 3, 1))
    assert codes(agent) == set()
    march_2027 = (date(2027, 3, 1), date(2027, 3, 31))
    assert found([agent], march_2027) == [(agent, RuleCode.UNKNOWN_YEAR, date(2027, 3, 1))]


def test_sixty_people_and_a_month_ask_no_more_than_one(
    django_assert_max_num_queries, day: ShiftType, night: ShiftType
) -> None:
    calendars.seed_standard_calendars(by=None, at=NOW)
    for person in AgentFactory.create_batch(12):
        put(person, day, 2, 3, 4, 5, 6)
        CertificateFactory.create(agent=person)
    agents = list(Agent.objects.select_related("user", "team__department"))
    with django_assert_max_num_queries(8):
        rule_checks.breaches_of(agents, *MARCH, extra=[Proposed(agents[0], night, march(9))])
    with django_assert_max_num_queries(8):
        rule_checks.ledger_of(agents, *MARCH)


# The account


def test_the_account_counts_published_duties_with_their_breaks(agent: Agent, day: ShiftType) -> None:
    put(agent, day, 2, 3, 4, 5, 6, 7)
    put(agent, day, 8, is_draft=True)
    (account,) = rule_checks.ledger_of([agent], *MARCH)
    told = account.ledger
    assert (told.paid_minutes, told.rest_day_minutes, told.weekends) == (48 * 60, 8 * 60, 1)
    assert told.standard_minutes == 22 * 8 * 60
    assert [breach.code for breach in account.breaches] == [RuleCode.WEEK_HOURS]
    (planned,) = rule_checks.ledger_of([agent], *MARCH, with_drafts=True)
    assert planned.ledger.worked_days == 7
    assert {breach.code for breach in planned.breaches} >= {RuleCode.REST_DAY, RuleCode.DAYS_IN_A_ROW}


def test_the_accounts_come_in_the_order_of_the_people(agent: Agent, stranger: Agent) -> None:
    told = rule_checks.ledger_of([stranger, agent], *MARCH)
    assert [account.agent for account in told] == [stranger, agent]
