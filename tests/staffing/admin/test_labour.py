"""S11: rules of working time and work restrictions: the lists, the forms, the dialogs."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.choices import RestrictionKind, RuleCode, Severity
from staffing.labour.rules import REGULATED
from staffing.models import Agent, LabourRule, WorkRestriction
from tests.factories import NOW, TODAY, AgentFactory, LabourRuleFactory, RestrictionFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(table: str, page: str, *args: object) -> str:
    return reverse(f"admin:staffing_{table}_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


# Rules of working time


def test_an_administrator_records_the_standard_rules_by_one_click(client, administrator: User) -> None:
    client.force_login(administrator)
    assert dialog(client, url("labourrule", "record_standard"))["HX-Refresh"] == "true"
    assert LabourRule.objects.count() == len(REGULATED)
    page = client.get(url("labourrule", "changelist")).content.decode()
    assert "劳动法 第41条" in page


def test_a_rule_is_changed_by_the_form_and_the_change_is_kept(client, administrator: User) -> None:
    rule = LabourRuleFactory.create()
    client.force_login(administrator)
    given = {"code": rule.code, "limit": "10", "severity": Severity.WARN, "article": rule.article}
    assert client.post(url("labourrule", "change", rule.pk), given).status_code == 302
    rule.refresh_from_db()
    assert (int(rule.limit), rule.severity) == (10, "warn")
    assert AuditEntry.objects.of(rule).get().actor == administrator


def test_what_no_rule_can_allow_is_not_offered(client, administrator: User) -> None:
    client.force_login(administrator)
    given = {"code": RuleCode.OVERLAP, "limit": "0", "severity": Severity.WARN}
    assert client.post(url("labourrule", "add"), given).status_code == 200
    assert not LabourRule.objects.exists()


def test_a_supervisor_looks_at_rules_and_changes_none(client, supervisor: User) -> None:
    rule = LabourRuleFactory.create()
    client.force_login(supervisor)
    assert client.get(url("labourrule", "change", rule.pk)).status_code == 200
    given = {"code": rule.code, "limit": "1", "severity": Severity.WARN}
    assert client.post(url("labourrule", "change", rule.pk), given).status_code == 403
    assert dialog(client, url("labourrule", "record_standard")).status_code == 403


# Who is protected


def test_a_supervisor_protects_by_the_form_and_sets_the_last_day(
    client, supervisor: User, agent: Agent
) -> None:
    client.force_login(supervisor)
    given = {"agent": agent.pk, "kind": RestrictionKind.NO_NIGHTS, "first_on": "2026-03-12"}
    assert client.post(url("workrestriction", "add"), given).status_code == 302
    made = WorkRestriction.objects.get()
    assert AuditEntry.objects.of(made).count() == 1
    dialog(client, url("workrestriction", "set_last_day", made.pk), last_on="2026-03-31")
    made.refresh_from_db()
    assert made.last_on == TODAY + 20 * DAY


def test_a_second_protection_is_refused_on_the_form(client, supervisor: User, agent: Agent) -> None:
    RestrictionFactory.create(agent=agent)
    client.force_login(supervisor)
    given = {"agent": agent.pk, "kind": RestrictionKind.NO_NIGHTS, "first_on": "2026-03-12"}
    response = client.post(url("workrestriction", "add"), given)
    assert "first_on" in response.context["adminform"].form.errors
    assert WorkRestriction.objects.count() == 1


def test_another_teams_agent_cannot_be_protected(client, supervisor: User, stranger: Agent) -> None:
    client.force_login(supervisor)
    given = {"agent": stranger.pk, "kind": RestrictionKind.NO_NIGHTS, "first_on": "2026-03-12"}
    assert client.post(url("workrestriction", "add"), given).status_code == 200
    assert not WorkRestriction.objects.exists()


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECTOR, Role.TRAINER, Role.AUDITOR])
def test_nobody_who_does_not_plan_opens_the_list(client, agent: Agent, role: Role) -> None:
    client.force_login(AgentFactory.create(team=agent.team, user__roles=[role]).user)
    assert client.get(url("workrestriction", "changelist")).status_code == 403
