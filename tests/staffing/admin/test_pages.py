"""Every page of staffing opens for the roles that may see it, shows their rows only, in constant queries."""

import pytest
from django.urls import reverse

from portal.choices import Role
from portal.models import User
from staffing.models import Agent
from tests.factories import (
    AgentFactory,
    AttendanceFactory,
    CertificateFactory,
    DutyFactory,
    ShiftTypeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LISTS = ("agent", "certificate", "dutyassignment", "attendance")
REFERENCE = ("department", "team", "position", "skill", "shifttype")


def url(table: str, page: str = "changelist", *args: object) -> str:
    return reverse(f"admin:staffing_{table}_{page}", args=args)


@pytest.fixture
def rows(agent: Agent, stranger: Agent) -> dict[str, dict[str, int]]:
    """For each list the key of a row of the supervisor's team, and of one of another."""
    made: dict[str, dict[str, int]] = {"agent": {"own": agent.pk, "foreign": stranger.pk}}
    for whose, person in (("own", agent), ("foreign", stranger)):
        duty = DutyFactory.create(agent=person)
        made.setdefault("dutyassignment", {})[whose] = duty.pk
        made.setdefault("certificate", {})[whose] = CertificateFactory.create(agent=person).pk
        made.setdefault("attendance", {})[whose] = AttendanceFactory.create(duty=duty).pk
    return made


def pages(rows: dict[str, dict[str, int]], agent: Agent) -> list[str]:
    return [
        *(url(table) for table in (*LISTS, *REFERENCE)),
        *(url(table, "change", rows[table]["own"]) for table in LISTS),
        url("team", "change", agent.team_id),
        url("department", "change", agent.team.department_id),
        url("position", "change", agent.position_id),
        url("dutyassignment", "week"),
        url("attendance", "on_duty"),
    ]


# X1


@pytest.mark.parametrize(
    "role",
    [Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR],
)
def test_every_page_opens_for_who_looks_after_people(client, rows, agent: Agent, role: Role) -> None:
    user = AgentFactory.create(team=agent.team, user__roles=[role]).user
    client.force_login(user)
    for page in pages(rows, agent):
        assert client.get(page).status_code == 200, page


@pytest.mark.usefixtures("rows")
def test_a_handler_sees_the_team_and_its_shifts_but_no_lateness(client, agent: Agent) -> None:
    client.force_login(agent.user)
    for table in ("agent", "dutyassignment", "team", "skill", "shifttype"):
        assert client.get(url(table)).status_code == 200
    assert client.get(url("dutyassignment", "week")).status_code == 200
    assert client.get(url("attendance", "on_duty")).status_code == 200
    for table in ("attendance", "certificate", "department"):
        assert client.get(url(table)).status_code == 403


def test_a_handler_reads_no_history_of_a_colleague(client, rows, agent: Agent) -> None:
    client.force_login(AgentFactory.create(team=agent.team, user__roles=[Role.HANDLER]).user)
    for table in ("agent", "dutyassignment"):
        history = url(table, "history", rows[table]["own"])
        assert client.get(history).status_code == 403
        assert history not in client.get(url(table, "change", rows[table]["own"])).content.decode()


def test_everybody_reads_the_own_history(client, rows, agent: Agent) -> None:
    client.force_login(agent.user)
    for table in ("agent", "dutyassignment"):
        history = url(table, "history", rows[table]["own"])
        assert client.get(history).status_code == 200
        assert history in client.get(url(table, "change", rows[table]["own"])).content.decode()


def test_a_trainer_reads_the_history_of_certificates_and_not_of_people(client, rows, trainer: User) -> None:
    client.force_login(trainer)
    assert client.get(url("certificate", "history", rows["certificate"]["own"])).status_code == 200
    assert client.get(url("agent", "history", rows["agent"]["own"])).status_code == 403


@pytest.mark.usefixtures("rows")
def test_a_fulfilment_contact_sees_nothing_of_staffing(client) -> None:
    client.force_login(UserFactory.create(roles=[Role.FULFILMENT]))
    for table in (*LISTS, *REFERENCE):
        assert client.get(url(table)).status_code == 403
    assert client.get(url("dutyassignment", "week")).status_code == 403
    assert client.get(url("attendance", "on_duty")).status_code == 403


@pytest.mark.parametrize("table", LISTS)
def test_a_supervisor_lists_and_opens_the_own_team_only(client, rows, supervisor: User, table: str) -> None:
    client.force_login(supervisor)
    text = client.get(url(table)).content.decode()
    assert "组员" in text
    assert "外组" not in text
    assert client.get(url(table, "change", rows[table]["own"])).status_code == 200
    foreign = client.get(url(table, "change", rows[table]["foreign"]))
    assert (foreign.status_code, foreign.url) == (302, reverse("admin:index"))
    assert (
        "外组" not in client.get(url(table, "history", rows[table]["foreign"]), follow=True).content.decode()
    )


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("table", LISTS)
def test_a_filter_of_another_team_shows_nothing_of_it(
    client, supervisor: User, stranger: Agent, table: str
) -> None:
    client.force_login(supervisor)
    path = "team__id__exact" if table == "agent" else "agent__team__id__exact"
    text = client.get(url(table), {path: stranger.team_id}).content.decode()
    assert "外组" not in text
    assert "热线一组" not in text


@pytest.mark.usefixtures("rows")
def test_a_supervisor_completes_names_of_the_own_team_only(client, supervisor: User) -> None:
    client.force_login(supervisor)
    asked = {"app_label": "staffing", "model_name": "dutyassignment", "field_name": "agent"}
    found = client.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert {row["text"] for row in found} == {"主管", "组员"}


@pytest.mark.parametrize("table", LISTS)
def test_a_list_takes_the_same_queries_for_more_rows(
    client, administrator: User, table: str, django_assert_max_num_queries
) -> None:
    for agent in AgentFactory.create_batch(12):
        CertificateFactory.create(agent=agent)
        AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    client.force_login(administrator)
    client.get(url(table))
    with django_assert_max_num_queries(16):
        client.get(url(table))


def test_nothing_of_staffing_can_be_deleted(client, rows, administrator: User) -> None:
    client.force_login(administrator)
    ShiftTypeFactory.create()
    for table in LISTS:
        assert client.post(url(table, "delete", rows[table]["own"]), {"post": "yes"}).status_code == 403
