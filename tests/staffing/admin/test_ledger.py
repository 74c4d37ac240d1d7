"""The ledger of hours: whose lines whom, in figures and as a file."""

import csv
import io
from datetime import date, time

import pytest
import time_machine
from django.urls import reverse
from python_calamine import CalamineWorkbook

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.models import Agent
from tests.factories import NOW, AgentFactory, DutyFactory, RestrictionFactory, ShiftTypeFactory, UserFactory

pytestmark = pytest.mark.django_db

LEDGER, EXPORT = "admin:staffing_labourrule_ledger", "admin:staffing_labourrule_ledger_export"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def worked(agent: Agent) -> Agent:
    """Six day shifts in one week of March: 48 hours, of which eight on the sixth day."""
    for day in range(2, 8):
        DutyFactory.create(agent=agent, on=date(2026, 3, day))
    return agent


def lines(client, **query: object) -> dict[str, list[str]]:
    page = client.get(reverse(LEDGER), query)
    assert page.status_code == 200
    return {line.agent.user.name: list(line.cells) for line in page.context["lines"]}


def sentences(client, name: str) -> list[str]:
    page = client.get(reverse(LEDGER))
    return [
        each.code for line in page.context["lines"] if line.agent.user.name == name for each in line.breaches
    ]


# S11


@pytest.mark.usefixtures("worked")
def test_a_supervisor_sees_the_hours_of_the_team_this_month(client, supervisor: User) -> None:
    client.force_login(supervisor)
    told = lines(client)
    assert told.keys() == {"主管", "组员"}
    assert told["组员"] == ["176", "48", "–", "8", "–", "–", "1", "–", "25", "15", "6"]
    assert told["主管"][1] == "–"


@pytest.mark.usefixtures("worked")
def test_another_month_is_asked_for_by_its_name(client, supervisor: User) -> None:
    client.force_login(supervisor)
    assert lines(client, month="2026-02")["组员"][1] == "–"
    assert lines(client, month="99")["组员"][1] == "48"


def test_a_supervisor_never_sees_another_team(client, supervisor: User, stranger: Agent) -> None:
    client.force_login(supervisor)
    assert "外组" not in lines(client, team=stranger.team_id)


def test_an_agent_sees_the_own_line_alone(client, worked: Agent) -> None:
    AgentFactory.create(team=worked.team)
    client.force_login(worked.user)
    assert lines(client, team=worked.team_id).keys() == {"组员"}
    page = client.get(reverse(LEDGER)).content.decode()
    assert reverse(EXPORT) not in page


def test_whoever_is_no_agent_is_told_so(client) -> None:
    client.force_login(UserFactory.create(roles=[Role.HANDLER]))
    assert lines(client) == {}


def test_whoever_has_left_before_the_month_has_no_line(client, supervisor: User, agent: Agent) -> None:
    AgentFactory.create(team=agent.team, user__name="走了", left_on=date(2026, 2, 28))
    AgentFactory.create(team=agent.team, user__name="将来", joined_on=date(2026, 4, 1))
    client.force_login(supervisor)
    assert lines(client).keys() == {"主管", "组员"}


def test_who_is_protected_is_told_only_to_those_who_plan_and_to_oneself(
    client, supervisor: User, agent: Agent
) -> None:
    RestrictionFactory.create(agent=agent)
    DutyFactory.create(agent=agent, shift_type=ShiftTypeFactory.create(is_night=True))
    for reader, codes in (
        (supervisor, ["protected_night"]),
        (agent.user, ["protected_night"]),
        (UserFactory.create(roles=[Role.DIRECTOR]), []),
    ):
        client.force_login(reader)
        assert sentences(client, "组员") == codes


def test_the_excel_file_holds_numbers_and_the_breaches_in_words(
    client, supervisor: User, worked: Agent
) -> None:
    client.force_login(supervisor)
    answer = client.post(reverse(EXPORT), {"team": worked.team_id, "month": "2026-03", "as": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="hours-2026-03.xlsx"'
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    (row,) = [row for row in sheet if row[1] == "组员"]
    assert row[3:8] == [176, 48, 0, 8, 0]
    assert "48" in str(row[-1])
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.changes) == (supervisor, {"month": [None, "2026-03"], "rows": [None, 2]})


def test_a_name_that_looks_like_a_formula_is_made_harmless(client, supervisor: User, agent: Agent) -> None:
    agent.user.name = "=1+1"
    agent.user.save()
    client.force_login(supervisor)
    answer = client.post(reverse(EXPORT), {"team": agent.team_id, "as": "csv"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Type"] == "text/csv"
    assert [row[1] for row in rows[1:] if "1+1" in row[1]] == ["'=1+1"]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR])
def test_who_may_not_export_gets_no_file(client, agent: Agent, role: Role) -> None:
    client.force_login(AgentFactory.create(team=agent.team, user__roles=[role]).user)
    assert client.post(reverse(EXPORT), {"team": agent.team_id}).status_code == 403
    assert not AuditEntry.objects.filter(action="export").exists()


def test_nothing_is_taken_away_by_looking(client, supervisor: User) -> None:
    client.force_login(supervisor)
    assert client.get(reverse(EXPORT)).status_code == 405


def test_a_stranger_to_duty_gets_no_ledger(client) -> None:
    client.force_login(UserFactory.create(roles=[Role.FULFILMENT]))
    assert client.get(reverse(LEDGER)).status_code == 403


def test_sixty_people_ask_no_more_than_one(
    client, supervisor: User, agent: Agent, django_assert_max_num_queries
) -> None:
    kind = ShiftTypeFactory.create(code="X", starts=time(8), ends=time(16))
    for person in AgentFactory.create_batch(12, team=agent.team):
        DutyFactory.create(agent=person, shift_type=kind)
    client.force_login(supervisor)
    client.get(reverse(LEDGER))
    with django_assert_max_num_queries(20):
        assert len(lines(client)) == 14
