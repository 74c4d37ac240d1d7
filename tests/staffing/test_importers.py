from datetime import date
from decimal import Decimal

import pytest

from portal.choices import Role
from portal.models import AuditEntry, User
from portal.transfers.importers import Outcome, Record, Result
from staffing.choices import Employment
from staffing.importers import (
    AgentImporter,
    CertificateImporter,
    DutyImporter,
    ShiftTypeImporter,
    SkillImporter,
    StaffingImporter,
    TeamImporter,
)
from staffing.models import Agent, Certificate, DutyAssignment, ShiftType, Skill, Team
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    DepartmentFactory,
    DutyFactory,
    PositionFactory,
    ShiftTypeFactory,
    SkillFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def records(*rows: dict[str, str]) -> list[Record]:
    return [Record(number, "template", row) for number, row in enumerate(rows, start=2)]


def take(importer: StaffingImporter, by: User, *rows: dict[str, str]) -> list[Outcome]:
    return list(importer.apply_chunk(records(*rows), by=by, at=NOW))


def fields(outcome: Outcome) -> set[str]:
    assert outcome.result == Result.REJECTED
    return {problem.field for problem in outcome.problems}


NEW_AGENT = {
    "staff_no": "CS9001",
    "account": "wanglei",
    "team": "售后一组",
    "position": "客服专员",
    "employment": "Temporary",
    "joined_on": "2026/3/1",
    "max_open_tickets": "20",
}


# The rows below stand for X6.


def test_a_new_staff_number_hires_the_account(supervisor: User) -> None:
    UserFactory.create(username="wanglei")
    PositionFactory.create()
    (outcome,) = take(AgentImporter(), supervisor, NEW_AGENT)
    assert outcome == Outcome(Result.CREATED)
    agent = Agent.objects.get(staff_no="CS9001")
    assert (agent.employment, agent.joined_on) == (Employment.TEMPORARY, date(2026, 3, 1))
    assert (agent.position.name, agent.max_open_tickets) == ("客服专员", 20)
    assert AuditEntry.objects.of(agent).get().actor == supervisor


def test_the_same_table_again_changes_nothing(supervisor: User) -> None:
    UserFactory.create(username="wanglei")
    PositionFactory.create()
    take(AgentImporter(), supervisor, NEW_AGENT)
    assert take(AgentImporter(), supervisor, NEW_AGENT) == [Outcome(Result.UNCHANGED)]
    assert take(AgentImporter(), supervisor, NEW_AGENT | {"max_open_tickets": "25"}) == [
        Outcome(Result.UPDATED)
    ]
    assert take(AgentImporter(), supervisor, NEW_AGENT | {"weekly_hours": "37.5"}) == [
        Outcome(Result.UPDATED)
    ]
    assert AuditEntry.objects.count() == 3
    assert Agent.objects.get(staff_no="CS9001").weekly_hours == Decimal("37.5")


def test_a_look_beforehand_says_the_same_and_writes_nothing(supervisor: User) -> None:
    UserFactory.create(username="wanglei")
    PositionFactory.create()
    rows = records(NEW_AGENT, NEW_AGENT | {"staff_no": "CS9002", "account": "nobody"})
    outcomes = AgentImporter().check_chunk(rows, by=supervisor, at=NOW)
    assert [outcome.result for outcome in outcomes] == [Result.CREATED, Result.REJECTED]
    assert not Agent.objects.filter(staff_no="CS9001").exists()
    assert not AuditEntry.objects.exists()


def test_a_bad_row_costs_only_itself_and_names_its_cell(supervisor: User) -> None:
    UserFactory.create(username="wanglei")
    PositionFactory.create()
    bad = [
        {"joined_on": "soon"},
        {"joined_on": "2026-02-31"},
        {"max_open_tickets": "many"},
        {"weekly_hours": "48"},
        {"weekly_hours": "half"},
        {"employment": "slave"},
        {"position": "国王"},
        {"account": "nobody"},
    ]
    outcomes = take(
        AgentImporter(),
        supervisor,
        *[NEW_AGENT | {"staff_no": f"CS{number}"} | change for number, change in enumerate(bad)],
        NEW_AGENT,
    )
    assert [fields(outcome) for outcome in outcomes[:-1]] == [set(change) for change in bad]
    assert outcomes[-1].result == Result.CREATED


def test_a_supervisor_brings_in_and_changes_nobody_of_another_team(supervisor: User, stranger: Agent) -> None:
    UserFactory.create(username="wanglei")
    PositionFactory.create()
    other_team = NEW_AGENT | {"team": stranger.team.name}
    taken_over = NEW_AGENT | {"staff_no": stranger.staff_no, "account": stranger.user.username}
    outcomes = take(AgentImporter(), supervisor, other_team, taken_over)
    assert fields(outcomes[0]) == {"team"}
    assert outcomes[1].result == Result.REJECTED
    stranger.refresh_from_db()
    assert stranger.team.name == "热线一组"


def test_a_connected_system_cannot_be_brought_in_as_an_agent(supervisor: User) -> None:
    UserFactory.create(username="wanglei", is_system=True)
    PositionFactory.create()
    assert take(AgentImporter(), supervisor, NEW_AGENT)[0].result == Result.REJECTED


# Certificates


def test_certificates_are_given_by_the_step(trainer: User, agent: Agent) -> None:
    SkillFactory.create(code="refund")
    row = {"staff_no": agent.staff_no, "skill": "refund", "valid_from": "2026-03-01 00:00:00"}
    row |= {"valid_until": "2027-02-28"}
    assert take(CertificateImporter(), trainer, row, row) == [
        Outcome(Result.CREATED),
        Outcome(Result.UNCHANGED),
    ]
    assert Certificate.objects.get().valid_until == date(2027, 2, 28)


def test_a_supervisor_brings_in_no_certificate(supervisor: User, agent: Agent) -> None:
    SkillFactory.create(code="refund")
    row = {"staff_no": agent.staff_no, "skill": "refund", "valid_from": "2026-03-01"}
    row |= {"valid_until": "2027-02-28"}
    assert take(CertificateImporter(), supervisor, row)[0].result == Result.REJECTED
    assert not Certificate.objects.exists()


# Duties


def test_duties_are_assigned_by_the_step(supervisor: User, agent: Agent) -> None:
    ShiftTypeFactory.create(is_night=True)
    row = {"on": "2026-03-12", "staff_no": agent.staff_no, "shift": "N", "note": "顶班"}
    clash = row | {"on": "2026-03-12", "shift": "D"}
    ShiftTypeFactory.create(code="D", ends=ShiftTypeFactory.create().ends)
    assert take(DutyImporter(), supervisor, row, row) == [Outcome(Result.CREATED), Outcome(Result.UNCHANGED)]
    assert take(DutyImporter(), supervisor, clash)[0].result == Result.CREATED
    assert DutyAssignment.objects.count() == 2


def test_a_clash_is_refused_in_the_words_of_the_step(supervisor: User, agent: Agent) -> None:
    DutyFactory.create(agent=agent)
    ShiftTypeFactory.create(code="L")
    row = {"on": TODAY.isoformat(), "staff_no": agent.staff_no, "shift": "L"}
    (outcome,) = take(DutyImporter(), supervisor, row)
    assert "白班" in str(outcome.problems[0].message)


def test_foreign_agents_are_unknown_to_a_supervisor(supervisor: User, stranger: Agent) -> None:
    ShiftTypeFactory.create()
    row = {"on": "2026-03-12", "staff_no": stranger.staff_no, "shift": "D"}
    assert fields(take(DutyImporter(), supervisor, row)[0]) == {"staff_no"}


# What an administrator sets up


def test_teams_skills_and_shift_types_are_added_and_changed_by_their_keys(administrator: User) -> None:
    DepartmentFactory.create()
    leader = AgentFactory.create()
    team = {"name": "售前二组", "kind": "Pre-sale", "department": "客户服务部", "leader": leader.staff_no}
    skill = {"code": "refund", "name": "退款处理", "description": ""}
    shift = {"code": "N", "name": "夜班", "starts": "22:00", "ends": "06:00:00", "break_minutes": "30"}
    shift |= {"colour": "#123456"}
    for importer, row, change in (
        (TeamImporter(), team, {"leader": ""}),
        (SkillImporter(), skill, {"name": "退款"}),
        (ShiftTypeImporter(), shift, {"ends": "7:00"}),
    ):
        results = [outcome.result for outcome in take(importer, administrator, row, row, row | change)]
        assert results == [Result.CREATED, Result.UNCHANGED, Result.UPDATED]
    assert Team.objects.get(name="售前二组").leader is None
    assert Skill.objects.get(code="refund").name == "退款"
    assert ShiftType.objects.get(code="N").hours == "22:00–07:00 +1"
    assert AuditEntry.objects.filter(actor=administrator).count() == 6


def test_a_shift_type_gets_the_usual_colour_and_odd_colours_and_breaks_are_refused(
    administrator: User,
) -> None:
    shift = {"code": "N", "name": "夜班", "starts": "22:00", "ends": "06:00"}
    odd = shift | {"code": "O", "colour": 'red"><script>'}
    idle = shift | {"code": "I", "break_minutes": "480"}
    outcomes = take(ShiftTypeImporter(), administrator, shift, odd, idle)
    assert ShiftType.objects.get().colour == "#3b82f6"
    assert fields(outcomes[1]) == {"colour"}
    assert fields(outcomes[2]) == {"break_minutes"}


def test_a_shift_type_keeps_its_skill_until_another_is_named(administrator: User) -> None:  # S1
    refunds = SkillFactory.create(code="refund")
    shift = {"code": "N", "name": "夜班", "starts": "22:00", "ends": "06:00"}
    take(ShiftTypeImporter(), administrator, shift | {"skill": "refund"}, shift, shift | {"skill": "none"})
    assert ShiftType.objects.get().skill == refunds


def test_a_duty_that_no_certificate_permits_is_refused(supervisor: User, agent: Agent) -> None:  # S1
    refunds = ShiftTypeFactory.create(code="R", skill=SkillFactory.create(name="退款"))
    row = {"on": "2026-03-16", "staff_no": agent.staff_no, "shift": refunds.code}
    (outcome,) = take(DutyImporter(), supervisor, row)
    assert outcome.result == Result.REJECTED
    assert not DutyAssignment.objects.exists()


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TRAINER, Role.DIRECTOR])
def test_only_an_administrator_sets_up_teams_and_shift_types(role: Role) -> None:
    DepartmentFactory.create()
    user = UserFactory.create(roles=[role])
    team = {"name": "售前二组", "kind": "pre_sale", "department": "客户服务部"}
    shift = {"code": "N", "name": "夜班", "starts": "22:00", "ends": "06:00"}
    assert take(TeamImporter(), user, team)[0].result == Result.REJECTED
    assert take(ShiftTypeImporter(), user, shift)[0].result == Result.REJECTED
    assert not Team.objects.exists()
    assert not ShiftType.objects.exists()


def test_the_exported_headers_are_those_that_are_taken_in() -> None:
    from staffing import resources  # noqa: PLC0415

    pairs = [
        (AgentImporter, resources.AgentResource),
        (CertificateImporter, resources.CertificateResource),
        (DutyImporter, resources.DutyResource),
        (TeamImporter, resources.TeamResource),
        (SkillImporter, resources.SkillResource),
        (ShiftTypeImporter, resources.ShiftTypeResource),
    ]
    for importer, resource in pairs:
        exported = set(resource().get_export_headers())
        assert {str(column.header) for column in importer.columns} <= exported
