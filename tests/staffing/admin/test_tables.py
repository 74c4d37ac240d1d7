"""Taking tables away: within one's rights and sight, in the reader's words, and logged."""

import csv
import io

import pytest
from django.urls import reverse

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.models import Agent
from tests.factories import AgentFactory, AttendanceFactory, CertificateFactory, DutyFactory, UserFactory

pytestmark = pytest.mark.django_db

EXCEL, CSV = "0", "1"
TABLES = ("team", "skill", "agent", "certificate", "shifttype", "dutyassignment", "attendance")


def url(table: str, page: str) -> str:
    return reverse(f"admin:staffing_{table}_{page}")


def export(client, table: str, file_format: str = CSV, query: str = ""):
    return client.post(f"{url(table, 'export')}{query}", {"resource": "0", "format": file_format})


def rows_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.fixture
def both(agent: Agent, stranger: Agent) -> None:
    for person in (agent, stranger):
        CertificateFactory.create(agent=person)
        AttendanceFactory.create(duty=DutyFactory.create(agent=person))


# X1, X6


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("table", ["agent", "certificate", "dutyassignment", "attendance"])
def test_a_supervisor_takes_away_the_own_team_only(client, supervisor: User, table: str) -> None:
    client.force_login(supervisor)
    text = export(client, table).content.decode()
    assert "组员" in text
    assert "外组" not in text


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", [Role.HANDLER, Role.INSPECTOR, Role.AUDITOR])
def test_who_may_not_export_gets_no_file_and_no_button(client, agent: Agent, role: Role, table: str) -> None:
    client.force_login(AgentFactory.create(team=agent.team, user__roles=[role]).user)
    assert export(client, table).status_code == 403
    assert client.get(url(table, "export")).status_code == 403
    assert url(table, "export") not in client.get(url(table, "changelist")).content.decode()


@pytest.mark.usefixtures("both")
def test_the_filter_of_the_list_holds_for_the_file(client, administrator: User, agent: Agent) -> None:
    client.force_login(administrator)
    query = f"?team__id__exact={agent.team_id}"
    assert [row[1] for row in rows_of(export(client, "agent", query=query))[1:]] == ["组员"]


@pytest.mark.usefixtures("both")
def test_a_file_cannot_be_filtered_by_what_the_list_does_not_offer(client, administrator: User) -> None:
    client.force_login(administrator)
    response = export(client, "agent", query="?user__password__startswith=m")
    assert response.status_code in {302, 400}


def test_the_headers_are_in_the_readers_words_and_the_export_is_logged(
    client, administrator: User, agent: Agent
) -> None:
    client.force_login(administrator)
    header, row = rows_of(export(client, "agent"))
    assert len(header) == len(row) == 10
    assert [row[0], row[1], row[3], row[7]] == [agent.staff_no, "组员", "售后一组", "2025-01-06"]
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.object_type) == (administrator, "staffing.agent")
    assert entry.changes == {"rows": [None, 1]}


def test_a_name_cannot_become_a_formula(client, administrator: User) -> None:
    AgentFactory.create(user__name='=HYPERLINK("http://x")')
    client.force_login(administrator)
    _header, row = rows_of(export(client, "agent"))
    assert not row[1].startswith("=")


def test_excel_gets_a_workbook(client, administrator: User, agent: Agent) -> None:
    client.force_login(administrator)
    response = export(client, "agent", EXCEL)
    assert response.content.startswith(b"PK")
    assert response["Content-Disposition"].endswith('.xlsx"')
    assert agent.pk


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.SUPERVISOR, {"agents", "duties"}),
        (Role.TRAINER, {"skills", "certificates"}),
        (Role.HANDLER, set()),
        (Role.DIRECTOR, set()),
        (Role.ADMINISTRATOR, {"teams", "skills", "agents", "certificates", "shift_types", "duties"}),
    ],
)
def test_the_button_to_import_is_there_for_who_may(client, role: Role, kinds: set[str]) -> None:
    user = UserFactory.create(roles=[role])
    client.force_login(user)
    shown = set()
    for table in ("team", "skill", "agent", "certificate", "shifttype", "dutyassignment"):
        text = client.get(url(table, "changelist")).content.decode()
        shown |= {
            kind
            for kind in ("teams", "skills", "agents", "certificates", "shift_types", "duties")
            if reverse("admin:portal_transferjob_upload", args=[kind]) in text
        }
    assert shown == kinds


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        (Role.SUPERVISOR, "duties", 200),
        (Role.SUPERVISOR, "certificates", 403),
        (Role.TRAINER, "certificates", 200),
        (Role.TRAINER, "agents", 403),
        (Role.HANDLER, "duties", 403),
        (Role.DIRECTOR, "agents", 403),
    ],
)
def test_the_page_to_import_is_open_for_who_may_only(client, role: Role, kind: str, status: int) -> None:
    client.force_login(UserFactory.create(roles=[role]))
    page = reverse("admin:portal_transferjob_upload", args=[kind])
    assert client.get(page).status_code == status
    template = client.get(reverse("admin:portal_transferjob_template", args=[kind]))
    assert template.status_code == status
