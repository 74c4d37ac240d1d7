"""Whatever instant or day a person types, the form answers: it is one that can be meant, or it is refused."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.choices import CallbackPurpose
from complaints.models import Callback, Ticket
from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Attendance, Calendar, Certificate, DutyAssignment, ShiftType
from tests.factories import (
    NOW,
    AgentFactory,
    ShiftTypeFactory,
    SkillFactory,
    UserFactory,
    agent_on_duty,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db

NEVER_MEANT = ("0001-01-01T00:00", "1700-01-01T00:00", "8999-12-31T23:59", "9999-12-31T23:59")
DAYS_NEVER_MEANT = ("0001-01-01", "1700-01-01", "9999-12-31")


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def agent() -> Agent:
    standard_policy()
    return agent_on_duty(user__roles=[Role.HANDLER, Role.SUPERVISOR])


@pytest.fixture
def browser(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent.user)
    return client


@pytest.fixture
def ticket(agent: Agent) -> Ticket:
    return ticket_in_hand(agent)


def post(browser: Client, page: str, *args: object, **typed: Any) -> str:
    answer = browser.post(reverse(f"admin:{page}", args=args), typed, headers={"HX-Request": "true"})
    assert answer.status_code < 500
    assert answer.headers.get("HX-Refresh") != "true"
    return answer.content.decode()


def act(browser: Client, ticket: Ticket, name: str, **typed: Any) -> str:
    return post(browser, "complaints_ticket_act", ticket.pk, name, version=ticket.version, **typed)


@pytest.mark.parametrize("moment", NEVER_MEANT)
def test_no_promise_is_made_for_it(browser, ticket, moment):
    act(browser, ticket, "promise", due_at=moment)
    assert not ticket.promises.exists()


@pytest.mark.parametrize("moment", NEVER_MEANT)
def test_no_ticket_waits_until_it(browser, ticket, moment):
    act(browser, ticket, "wait", for_="customer", reason="等", until=moment)
    assert Ticket.objects.get(pk=ticket.pk).waiting_until is None


@pytest.mark.parametrize("moment", NEVER_MEANT)
def test_no_call_is_owed_or_tried_again_at_it(browser, ticket, agent, moment):
    act(browser, ticket, "callback", purpose=CallbackPurpose.ANSWER, due_at=moment)
    assert not Callback.objects.exists()
    call = Callback.objects.create(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        agent=agent,
        due_at=NOW,
        next_attempt_at=NOW,
        created_at=NOW,
    )
    post(browser, "complaints_callback_attempt", call.pk, result="no_answer", next_at=moment)
    assert not call.attempts.exists()


@pytest.mark.parametrize("moment", NEVER_MEANT)
def test_no_matter_is_taken_in_with_it(browser, agent, moment):  # noqa: ARG001 - the standard policy
    told = {"channel": "hotline", "kind": "inquiry", "severity": "normal", "subject": "x", "phone": ""}
    post(browser, "complaints_ticket_add", occurred_at=moment, **told)
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("moment", NEVER_MEANT)
def test_no_attendance_is_corrected_to_it(browser, agent, moment):
    there = Attendance.objects.get(agent=agent)
    typed = {"signed_in_at": moment, "signed_out_at": moment, "reason": "x"}
    post(browser, "staffing_attendance_correct", there.pk, **typed)
    assert Attendance.objects.get().signed_in_at == there.signed_in_at


@pytest.fixture
def root() -> User:
    return UserFactory.create(is_superuser=True)


@pytest.mark.parametrize("day", DAYS_NEVER_MEANT)
def test_nobody_is_put_on_a_shift_on_such_a_day(client, root, day):
    client.force_login(root)
    typed = {"agent": AgentFactory.create().pk, "shift_type": ShiftTypeFactory.create().pk, "on": day}
    post(client, "staffing_dutyassignment_assign", **typed)
    post(client, "staffing_dutyassignment_add", **typed)
    assert not DutyAssignment.objects.exists()
    assert ShiftType.objects.exists()


@pytest.mark.parametrize("day", DAYS_NEVER_MEANT)
def test_no_certificate_begins_or_ends_on_such_a_day(client, root, day):
    client.force_login(root)
    typed = {"skill": SkillFactory.create().pk, "valid_from": day, "valid_until": day}
    post(client, "staffing_agent_certify", AgentFactory.create().pk, **typed)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("day", DAYS_NEVER_MEANT)
def test_no_calendar_changes_on_such_a_day(client, root, agent, day):  # noqa: ARG001 - the calendars
    client.force_login(root)
    calendar = Calendar.objects.earliest("pk")
    post(client, "staffing_calendar_set_day", calendar.pk, on=day, kind="holiday", reason="x")
    assert not calendar.days.filter(on=day).exists()


@pytest.mark.parametrize("day", [*DAYS_NEVER_MEANT, "x", "2026-02-30"])
def test_such_a_week_is_this_week(client, root, day):
    client.force_login(root)
    page = client.get(reverse("admin:staffing_dutyassignment_week"), {"on": day})
    assert page.context["before"] <= NOW.date() - timedelta(days=2)
    assert page.context["after"] > NOW.date()
