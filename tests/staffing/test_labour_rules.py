"""S11: the recorded rules of working time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from portal.errors import NotAllowed
from portal.models import AuditEntry, User
from staffing import labour_rules
from staffing.choices import RuleCode, Severity
from staffing.labour.facts import Worker
from staffing.labour.rules import REGULATED
from staffing.models import Agent, LabourRule
from tests.factories import NOW, SHANGHAI, TODAY, LabourRuleFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def limit(agent: Agent | None = None) -> int:
    """Of the rest between shifts, as read for an agent."""
    worker = Worker(
        key=agent.pk if agent else 0,
        name="",
        zone=SHANGHAI,
        team=agent.team_id if agent else None,
        employment=agent.employment if agent else "",
    )
    return int(labour_rules.book(TODAY, TODAY).rule(RuleCode.REST_BETWEEN, worker, TODAY).limit)


def test_the_standard_rules_are_recorded_once_and_leave_what_is_there() -> None:
    LabourRuleFactory.create(limit=12)
    made = labour_rules.seed_standard_rules(by=None, at=NOW)
    assert {row.code for row in made} == set(REGULATED) - {RuleCode.REST_BETWEEN}
    assert labour_rules.seed_standard_rules(by=None, at=NOW) == []
    assert limit() == 12
    assert AuditEntry.objects.filter(object_type="staffing.labourrule").count() == len(made)


def test_only_an_administrator_records_rules(supervisor: User, administrator: User) -> None:
    with pytest.raises(NotAllowed):
        labour_rules.seed_standard_rules(by=supervisor, at=NOW)
    assert labour_rules.seed_standard_rules(by=administrator, at=NOW)


def test_without_any_record_the_standard_holds() -> None:
    assert limit() == 11


def test_a_rule_is_read_with_its_scope_and_its_days(agent: Agent, stranger: Agent) -> None:
    LabourRuleFactory.create(limit=10, team=agent.team)
    LabourRuleFactory.create(limit=9, agent=agent, valid_until=TODAY - DAY)
    assert (limit(agent), limit(stranger)) == (10, 11)
    LabourRuleFactory.create(limit=8, agent=agent, valid_from=TODAY)
    LabourRuleFactory.create(limit=7, employment=agent.employment, valid_from=TODAY + DAY)
    assert (limit(agent), limit(stranger)) == (8, 11)


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("limit", {"code": RuleCode.STATUTORY_WORK, "limit": 1}),
        ("limit", {"code": RuleCode.REST_DAY, "limit": Decimal("0.5")}),
        ("limit", {"limit": -1}),
        ("valid_until", {"valid_from": TODAY, "valid_until": TODAY - DAY}),
        ("code", {"code": RuleCode.OVERLAP, "limit": 0}),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(field: str, facts: dict) -> None:
    terms = {"code": RuleCode.REST_BETWEEN, "limit": Decimal(11), "severity": Severity.WARN}
    with pytest.raises(ValidationError) as refusal:
        LabourRule(**{**terms, **facts}).full_clean()
    assert field in refusal.value.message_dict


def test_no_rule_allows_two_shifts_at_once() -> None:
    LabourRuleFactory.create(code=RuleCode.OVERLAP, limit=0, severity=Severity.WARN)
    worker = Worker(key=1, name="", zone=SHANGHAI)
    assert labour_rules.book(TODAY, TODAY).rule(RuleCode.OVERLAP, worker, TODAY).severity == Severity.BLOCK
