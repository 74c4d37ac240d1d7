"""Signing in and out: for oneself by a button, for others by a dialog with a reason."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from portal.models import AuditEntry, User
from staffing.models import Agent, Attendance
from tests.factories import NOW, AgentFactory, AttendanceFactory, DutyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def url(page: str, *args: object) -> str:
    return reverse(f"admin:staffing_attendance_{page}", args=args)


def dialog(client, address: str, **given: object):
    return client.post(address, {"_form_submitted": "on", **given})


# S6


def test_an_agent_signs_in_and_out_with_a_button(client, agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    client.force_login(agent.user)
    assert client.get(url("sign_in_myself")).status_code == 405
    response = client.post(url("sign_in_myself"), {"next": "/admin/"})
    assert (response.status_code, response.url) == (302, "/admin/")
    stay = Attendance.objects.get()
    assert (stay.duty, stay.late_by) == (duty, timedelta(minutes=90))
    client.post(url("sign_out_myself"))
    stay.refresh_from_db()
    assert stay.signed_out_at == NOW


def test_signing_in_twice_says_so(client, agent: Agent) -> None:
    client.force_login(agent.user)
    client.post(url("sign_in_myself"))
    text = client.post(url("sign_in_myself"), follow=True).content.decode()
    assert "组员" in text
    assert Attendance.objects.count() == 1


@pytest.mark.parametrize("wanted", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_the_button_leads_nowhere_else(client, agent: Agent, wanted: str) -> None:
    client.force_login(agent.user)
    assert client.post(url("sign_in_myself"), {"next": wanted}).url == url("on_duty")


def test_who_is_no_agent_has_no_button(client, administrator: User) -> None:
    client.force_login(administrator)
    assert client.post(url("sign_in_myself")).status_code == 403
    assert "sign-in-myself" not in client.get(url("on_duty")).content.decode()


def test_a_supervisor_signs_somebody_in_and_out_with_a_reason(client, supervisor: User, agent: Agent) -> None:
    client.force_login(supervisor)
    dialog(client, url("sign_in"), agent=agent.pk, reason="")
    assert not Attendance.objects.exists()
    dialog(client, url("sign_in"), agent=agent.pk, reason="打卡机故障")
    stay = Attendance.objects.get()
    assert AuditEntry.objects.of(stay).get().reason == "打卡机故障"
    dialog(client, url("sign_out", stay.pk), reason="忘记签退")
    stay.refresh_from_db()
    assert stay.signed_out_at == NOW


def test_a_supervisor_corrects_an_attendance(client, supervisor: User, agent: Agent) -> None:
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    client.force_login(supervisor)
    given = {"signed_in_at": "2026-03-11T09:00", "signed_out_at": "2026-03-11T10:00", "reason": "提前离岗"}
    assert dialog(client, url("correct", stay.pk), **given)["HX-Refresh"] == "true"
    stay.refresh_from_db()
    assert stay.signed_out_at == NOW - timedelta(minutes=30)


def test_foreign_attendance_is_out_of_reach(client, supervisor: User, stranger: Agent) -> None:
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=stranger))
    client.force_login(supervisor)
    given = {"signed_in_at": "2026-03-11T09:00", "signed_out_at": "2026-03-11T10:00", "reason": "x"}
    assert dialog(client, url("correct", stay.pk), **given).status_code == 404
    assert dialog(client, url("sign_out", stay.pk), reason="x").status_code == 404
    assert dialog(client, url("sign_in"), agent=stranger.pk, reason="x").context["form"].errors["agent"]
    stay.refresh_from_db()
    assert stay.signed_out_at is None


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECTOR, Role.TRAINER, Role.AUDITOR])
def test_only_supervisors_and_administrators_record_for_others(client, agent: Agent, role: Role) -> None:
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    client.force_login(AgentFactory.create(team=agent.team, user__roles=[role]).user)
    assert dialog(client, url("sign_in"), agent=agent.pk, reason="x").status_code == 403
    assert dialog(client, url("sign_out", stay.pk), reason="x").status_code == 403
    assert dialog(client, url("correct", stay.pk), reason="x").status_code == 403


def test_attendance_is_neither_added_nor_edited_by_form(client, administrator: User) -> None:
    stay = AttendanceFactory.create()
    client.force_login(administrator)
    assert client.get(url("add")).status_code == 403
    assert client.post(url("change", stay.pk), {"signed_in_at": "2020-01-01"}).status_code == 403


def test_the_page_of_who_is_on_duty_refreshes_itself_and_shows_the_own_team(
    client, supervisor: User, agent: Agent, stranger: Agent
) -> None:
    late = DutyFactory.create(agent=agent)
    AttendanceFactory.create(duty=late, late_by=timedelta(minutes=20))
    DutyFactory.create(agent=stranger)
    client.force_login(supervisor)
    response = client.get(url("on_duty"))
    text = response.content.decode()
    assert 'hx-trigger="every 30s"' in text
    assert "组员" in text
    assert "外组" not in text
    (count,) = response.context["counts"]
    assert (count.planned, count.present, count.late) == (1, 1, 1)


def test_the_list_tells_late_forgotten_and_recorded_by_another(
    client, administrator: User, supervisor: User, agent: Agent
) -> None:
    AttendanceFactory.create(
        duty=DutyFactory.create(agent=agent),
        late_by=timedelta(minutes=20),
        signed_out_at=NOW,
        recorded_by=supervisor,
    )
    client.force_login(administrator)
    response = client.get(url("changelist"), {"punctuality": "late"})
    text = response.content.decode()
    assert response.context["cl"].result_count == 1
    assert "20" in text
    assert "主管" in text
    assert client.get(url("changelist"), {"punctuality": "forgotten"}).context["cl"].result_count == 0
