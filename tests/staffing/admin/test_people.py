"""Hiring, moving, certifying, leaving through the admin's forms and dialogs."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.models import AuditEntry, User
from staffing import people
from staffing.models import Agent, Certificate, Skill, Team
from tests.factories import (
    NOW,
    TODAY,
    AgentFactory,
    CertificateFactory,
    DutyFactory,
    SkillFactory,
    TeamFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

NO_INLINES = {
    "certificates-TOTAL_FORMS": 0,
    "certificates-INITIAL_FORMS": 0,
    "certificates-MIN_NUM_FORMS": 0,
    "certificates-MAX_NUM_FORMS": 0,
}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(table: str, page: str, *args: object) -> str:
    return reverse(f"admin:staffing_{table}_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


def form_of(agent: Agent, **changes: object) -> dict[str, object]:
    facts = {
        "staff_no": agent.staff_no,
        "team": agent.team_id,
        "position": agent.position_id,
        "employment": agent.employment,
        "max_open_tickets": agent.max_open_tickets,
    }
    return facts | NO_INLINES | changes


# S1


def test_a_supervisor_hires_an_account_into_the_own_team(client, supervisor: User, team: Team) -> None:
    account = UserFactory.create(name="新人")
    client.force_login(supervisor)
    facts = {"user": account.pk, "staff_no": "CS9", "team": team.pk, "joined_on": "2026-03-11"}
    given = facts | {"employment": "temporary", "max_open_tickets": 20} | NO_INLINES
    assert client.post(url("agent", "add"), given).status_code == 302
    agent = Agent.objects.get(user=account)
    assert (agent.team, agent.employment, agent.max_open_tickets) == (team, "temporary", 20)
    assert AuditEntry.objects.of(agent).get().actor == supervisor


def test_a_supervisor_can_choose_no_foreign_team(client, supervisor: User, stranger: Agent) -> None:
    client.force_login(supervisor)
    facts = {"user": UserFactory.create().pk, "staff_no": "CS9", "team": stranger.team_id}
    given = facts | {"joined_on": "2026-03-11", "employment": "temporary", "max_open_tickets": 20}
    assert client.post(url("agent", "add"), given | NO_INLINES).status_code == 200
    assert not Agent.objects.filter(staff_no="CS9").exists()


def test_a_refusal_of_the_step_comes_back_on_the_form_with_what_was_typed(
    client, supervisor: User, team: Team
) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    led = TeamFactory.create(leader=supervisor.agent)
    client.force_login(supervisor)
    changed = form_of(gone, team=led.pk, max_open_tickets=21)
    response = client.post(url("agent", "change", gone.pk), changed)
    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors()
    assert 'value="21"' in response.content.decode()
    gone.refresh_from_db()
    assert (gone.team, gone.max_open_tickets) == (team, 30)


def test_a_staff_number_in_use_is_told_at_its_field(
    client, supervisor: User, agent: Agent, team: Team
) -> None:
    client.force_login(supervisor)
    facts = {"user": UserFactory.create().pk, "staff_no": agent.staff_no, "team": team.pk}
    given = facts | {"joined_on": "2026-03-11", "employment": "temporary", "max_open_tickets": 21}
    response = client.post(url("agent", "add"), given | NO_INLINES)
    assert response.context["adminform"].form.errors["staff_no"]


def test_the_form_moves_and_amends_by_the_steps(client, supervisor: User, agent: Agent) -> None:
    led = TeamFactory.create(leader=supervisor.agent)
    client.force_login(supervisor)
    changed = form_of(agent, team=led.pk, max_open_tickets=12)
    assert client.post(url("agent", "change", agent.pk), changed).status_code == 302
    agent.refresh_from_db()
    assert (agent.team, agent.max_open_tickets) == (led, 12)
    assert [entry.changes for entry in AuditEntry.objects.of(agent).order_by("pk")] == [
        {"team": ["售后一组", led.name]},
        {"max_open_tickets": [30, 12]},
    ]


def test_forged_fields_change_nothing(client, supervisor: User, agent: Agent, stranger: Agent) -> None:
    client.force_login(supervisor)
    forged = form_of(agent, user=supervisor.pk, joined_on="2020-01-01", left_on="2026-01-01", id=stranger.pk)
    client.post(url("agent", "change", agent.pk), forged)
    before = (agent.user, agent.joined_on, agent.left_on)
    agent.refresh_from_db()
    assert (agent.user, agent.joined_on, agent.left_on) == before


def test_a_certificate_that_was_renewed_does_not_expire_soon(
    client, administrator: User, agent: Agent
) -> None:
    client.force_login(administrator)
    first = CertificateFactory.create(agent=agent, valid_until=TODAY + timedelta(days=9))

    def state() -> str:
        shown = client.get(reverse("admin:staffing_certificate_changelist")).context["cl"]
        row = next(row for row in shown.result_list if row.pk == first.pk)
        return shown.model_admin.state(row)[0]

    assert state() == "expiring"
    people.renew(first, by=None, at=NOW)
    assert state() == "valid"
    assert client.get(reverse("admin:staffing_agent_change", args=[agent.pk])).status_code == 200


def test_forged_certificate_rows_below_an_agent_make_none(client, administrator: User, agent: Agent) -> None:
    client.force_login(administrator)
    forged = form_of(agent) | {
        "certificates-TOTAL_FORMS": 1,
        "certificates-MAX_NUM_FORMS": 1000,
        "certificates-0-skill": SkillFactory.create().pk,
        "certificates-0-valid_from": "2026-03-11",
        "certificates-0-valid_until": "2027-03-10",
        "certificates-0-agent": agent.pk,
    }
    client.post(url("agent", "change", agent.pk), forged)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize(
    "posted",
    [
        {"certificates-TOTAL_FORMS": 1},
        {"certificates-TOTAL_FORMS": 1, "certificates-0-valid_until": "soon"},
        {"certificates-TOTAL_FORMS": 1, "certificates-INITIAL_FORMS": 1, "certificates-0-id": "abc"},
        {"certificates-TOTAL_FORMS": "many", "certificates-INITIAL_FORMS": 7},
    ],
)
def test_whatever_is_posted_of_certificates_a_form_drawn_again_shows_those_there_are(
    client, supervisor: User, agent: Agent, posted: dict[str, object]
) -> None:
    certificate = CertificateFactory.create(agent=agent)
    client.force_login(supervisor)
    answer = client.post(url("agent", "change", agent.pk), form_of(agent, staff_no="", **posted))
    assert list(answer.context["adminform"].form.errors) == ["staff_no"]
    (certificates,) = answer.context["inline_admin_formsets"]
    assert [row.form.instance for row in certificates] == [certificate]
    assert client.post(url("agent", "change", agent.pk), form_of(agent, **posted)).status_code == 302
    assert list(Certificate.objects.all()) == [certificate]


def test_a_foreign_agent_cannot_be_changed_or_acted_on(client, supervisor: User, stranger: Agent) -> None:
    client.force_login(supervisor)
    client.post(url("agent", "change", stranger.pk), form_of(stranger, max_open_tickets=1))
    for act, given in {
        "leave": {"on": "2026-03-11"},
        "sign_in": {"reason": "打卡机故障"},
        "sign_out": {"reason": "打卡机故障"},
        "rejoin": {"team": supervisor.agent.team_id, "on": "2026-03-11"},
    }.items():
        assert dialog(client, url("agent", act, stranger.pk), **given).status_code == 404
    stranger.refresh_from_db()
    assert (stranger.max_open_tickets, stranger.left_on) == (30, None)
    assert not AuditEntry.objects.of(stranger).exists()


def test_leaving_is_a_dialog_that_changes_nothing_until_it_is_sent(
    client, supervisor: User, agent: Agent
) -> None:
    later = DutyFactory.create(agent=agent, on=TODAY + timedelta(days=1))
    client.force_login(supervisor)
    assert client.get(url("agent", "leave", agent.pk)).status_code == 200
    agent.refresh_from_db()
    assert agent.left_on is None
    assert dialog(client, url("agent", "leave", agent.pk), on="2026-03-11", reason="辞职").status_code == 200
    agent.refresh_from_db()
    later.refresh_from_db()
    assert agent.left_on == TODAY
    assert later.state == "cancelled"


def test_a_refusal_stays_in_the_dialog(client, supervisor: User, agent: Agent) -> None:
    client.force_login(supervisor)
    response = dialog(client, url("agent", "leave", agent.pk), on="2020-01-01")
    assert response.status_code == 200
    assert "HX-Refresh" not in response
    assert response.context["form"].errors["on"]


def test_the_page_offers_what_fits(client, supervisor: User, agent: Agent, team: Team) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    client.force_login(supervisor)
    here = client.get(url("agent", "change", agent.pk)).content.decode()
    away = client.get(url("agent", "change", gone.pk)).content.decode()
    assert url("agent", "leave", agent.pk) in here
    assert url("agent", "rejoin", agent.pk) not in here
    assert url("agent", "rejoin", gone.pk) in away
    assert url("agent", "leave", gone.pk) not in away
    assert url("agent", "certify", agent.pk) not in here  # Which is for trainers.


def test_somebody_comes_back(client, supervisor: User, team: Team) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    client.force_login(supervisor)
    dialog(client, url("agent", "rejoin", gone.pk), team=team.pk, on="2026-03-11")
    gone.refresh_from_db()
    assert (gone.joined_on, gone.left_on) == (TODAY, None)


# Certificates


def test_a_trainer_certifies_from_the_agents_page(client, trainer: User, agent: Agent) -> None:
    skill = SkillFactory.create()
    client.force_login(trainer)
    given = {"skill": skill.pk, "valid_from": "2026-03-11", "valid_until": "2027-03-10"}
    assert dialog(client, url("agent", "certify", agent.pk), **given)["HX-Refresh"] == "true"
    assert Certificate.objects.get().valid_until == date(2027, 3, 10)


def test_a_trainer_certifies_by_the_form(client, trainer: User, agent: Agent) -> None:
    skill = SkillFactory.create()
    client.force_login(trainer)
    given = {"agent": agent.pk, "skill": skill.pk, "valid_from": "2026-03-11", "valid_until": "2027-03-10"}
    assert client.post(url("certificate", "add"), given).status_code == 302
    assert Agent.objects.certified(skill.pk, TODAY).get() == agent
    assert AuditEntry.objects.of(Certificate.objects.get()).get().actor == trainer


def test_a_supervisor_certifies_renews_and_revokes_nothing(client, supervisor: User, agent: Agent) -> None:
    certificate = CertificateFactory.create(agent=agent)
    client.force_login(supervisor)
    given = {"skill": certificate.skill_id, "valid_from": "2027-01-01", "valid_until": "2027-12-31"}
    assert dialog(client, url("agent", "certify", agent.pk), **given).status_code == 403
    assert client.get(url("certificate", "add")).status_code == 403
    assert dialog(client, url("certificate", "renew", certificate.pk)).status_code == 403
    assert dialog(client, url("certificate", "revoke", certificate.pk), reason="x").status_code == 403
    assert Certificate.objects.valid(TODAY).count() == 1


def test_a_certificate_is_revoked_with_a_reason(client, trainer: User) -> None:
    certificate = CertificateFactory.create()
    client.force_login(trainer)
    dialog(client, url("certificate", "revoke", certificate.pk), reason="")
    assert Certificate.objects.valid(TODAY).exists()
    dialog(client, url("certificate", "revoke", certificate.pk), reason="抽检不合格")
    assert not Certificate.objects.valid(TODAY).exists()


def test_a_certificate_given_is_never_edited(client, administrator: User) -> None:
    certificate = CertificateFactory.create()
    client.force_login(administrator)
    page = url("certificate", "change", certificate.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"valid_until": "2030-01-01"}).status_code == 403


def test_chosen_certificates_are_renewed_and_each_refusal_is_told(client, trainer: User) -> None:
    good, revoked = CertificateFactory.create(), CertificateFactory.create(is_revoked=True)
    client.force_login(trainer)
    chosen = {"action": "renew_chosen", "_selected_action": [good.pk, revoked.pk]}
    text = client.post(url("certificate", "changelist"), chosen, follow=True).content.decode()
    assert Certificate.objects.filter(cycle=2).get().agent == good.agent
    assert revoked.agent.user.name in text


@pytest.mark.parametrize(
    ("state", "shown"), [("valid", 2), ("expiring", 1), ("expired", 1), ("revoked", 1), ("", 4)]
)
def test_certificates_are_filtered_by_state(client, trainer: User, state: str, shown: int) -> None:
    CertificateFactory.create()
    CertificateFactory.create(valid_until=TODAY + timedelta(days=10))
    CertificateFactory.create(is_expired=True)
    CertificateFactory.create(is_revoked=True)
    client.force_login(trainer)
    response = client.get(url("certificate", "changelist"), {"state": state})
    assert response.context["cl"].result_count == shown


# Reference tables


def test_an_administrator_adds_a_skill_and_it_is_recorded(client, administrator: User) -> None:
    client.force_login(administrator)
    facts = {"code": "refund", "name": "退款处理", "description": ""}
    client.post(url("skill", "add"), facts | NO_INLINES)
    assert AuditEntry.objects.of(Skill.objects.get(code="refund")).get().action == "add"


def test_the_members_below_a_team_are_those_one_may_see(client, administrator: User, agent: Agent) -> None:
    client.force_login(administrator)
    text = client.get(url("team", "change", agent.team_id)).content.decode()
    assert "组员" in text
