"""The desk as a page, and what is done from it. # C26"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import callbacks, handling, ownership
from complaints.choices import AttemptResult, CallbackPurpose, HandOver, Kind, Status
from complaints.models import Callback, CallbackAttempt, Ticket, TicketEvent
from portal.choices import Role
from staffing.models import Agent, Attendance, Certificate
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    DutyFactory,
    SkillFactory,
    TicketFactory,
    UserFactory,
    agent_on_duty,
    resolved_ticket,
    ticket_in_hand,
)

pytestmark = [pytest.mark.django_db, AT_WORK]
DESK = "/admin/desk/"
BOARD = "/admin/desk/board/"
CLAIM = "/admin/desk/claim/"
HOUR = timedelta(hours=1)


@pytest.fixture
def agent(fixed_hour) -> Agent:  # noqa: ARG001
    return agent_on_duty(user__name="陈静", user__language="en")


@pytest.fixture
def colleague() -> Agent:
    return agent_on_duty(user__name="王磊")


@pytest.fixture(autouse=True)
def signed_in(client, agent):
    client.force_login(agent.user)


def page(client, path: str = DESK) -> str:
    return client.get(path).content.decode()


def owe_call(agent: Agent, **told) -> Callback:
    ticket = ticket_in_hand(agent, **told)
    return callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW + HOUR,
        by=agent.user,
        at=NOW,
    )


def log_url(callback: Callback, result: AttemptResult) -> str:
    """Where the button of a result leads, as the desk shows it."""
    return reverse("admin:complaints_callback_attempt", args=[callback.pk]) + f"?result={result}"


# Who has a desk


def test_whoever_signs_in_is_led_to_the_desk(client):
    assert client.get("/", follow=True).redirect_chain == [(DESK, 302)]


@pytest.mark.parametrize("path", [DESK, BOARD, CLAIM])
def test_the_desk_is_for_people_who_are_signed_in(client, path):
    client.logout()
    response = client.post(path) if path == CLAIM else client.get(path)
    assert response.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.TRAINER, Role.AUDITOR])
def test_who_is_no_agent_is_led_to_the_home_page(client, role):
    client.force_login(UserFactory.create(roles=[role]))
    TicketFactory.create()
    for response in (client.get(DESK), client.get(BOARD), client.post(CLAIM)):
        assert response.headers["Location"] == "/admin/"
    assert not Ticket.objects.exclude(handler=None).exists()


# The page


def test_everything_an_agent_has_to_do_stands_on_one_page(client, agent, colleague):
    mine = ticket_in_hand(agent, subject="杯子碎了", name="王小明")
    offered = ticket_in_hand(colleague, subject="想换尺码")
    ownership.transfer(offered, agent, reason="懂尺码", by=colleague.user, at=NOW)
    call = owe_call(agent, phone="13800138000")
    shown = page(client)
    assert mine.number in shown
    assert "王小明" in shown
    assert "懂尺码" in shown
    assert "tel:+8613800138000" in shown
    assert "138 0013 8000" in shown
    for result in AttemptResult:
        assert log_url(call, result) in shown


def test_an_empty_desk_says_what_to_do(client):
    assert "New matters come by themselves while you are signed in." in page(client)
    TicketFactory.create()
    assert "Press N or “Claim next” to take the soonest due matter." in page(client)


def test_a_fresh_board_is_what_the_page_shows_and_nothing_around_it(client, agent):
    ticket_in_hand(agent, subject="杯子碎了")
    board = page(client, BOARD)
    assert "<html" not in board
    assert without_tokens(board).strip() in without_tokens(page(client))


def without_tokens(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_what_customers_write_is_text_and_never_markup(client, agent):
    ticket_in_hand(agent, subject="<script>alert(1)</script>", name="<img src=x>")
    shown = page(client)
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_looking_at_the_desk_does_nothing(client, agent):
    ownership.assign(TicketFactory.create(), agent, by=None, at=NOW)
    before = TicketEvent.objects.count()
    client.get(DESK)
    client.get(BOARD)
    assert TicketEvent.objects.count() == before
    assert client.post(DESK).status_code == 405


def test_the_page_is_not_kept_by_a_browser(client):
    assert "no-store" in client.get(BOARD).headers["Cache-Control"]


def test_the_page_costs_a_fixed_number_of_queries(client, agent):
    owe_call(agent, phone="13800138000")
    with CaptureQueriesContext(connection) as few:
        client.get(DESK)
    for number in range(8):
        owe_call(agent, phone=f"1390013800{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(DESK)
    assert len(few) == len(many)
    assert len(many) <= 38


# Claim next


def test_claim_next_takes_the_soonest_due_matter_and_opens_it(client, agent):
    TicketFactory.create(channel="email")
    urgent = TicketFactory.create(channel="chat")
    response = client.post(CLAIM)
    assert response.headers["Location"] == f"/admin/complaints/ticket/{urgent.pk}/change/"
    urgent.refresh_from_db()
    assert (urgent.handler, urgent.status) == (agent, Status.IN_PROGRESS)
    assert Ticket.objects.filter(handler=None).count() == 1


def test_claim_next_passes_over_what_one_holds_no_certificate_for(client, agent):
    skill = SkillFactory.create()
    TicketFactory.create(category=CategoryFactory.create(skill=skill))
    response = client.post(CLAIM, follow=True)
    assert response.redirect_chain == [(DESK, 302)]
    assert "Nothing waits that you hold a certificate for." in response.content.decode()
    Certificate.objects.create(
        agent=agent, skill=skill, valid_from=NOW.date(), valid_until=NOW.date() + timedelta(days=1)
    )
    client.post(CLAIM)
    assert Ticket.objects.get().handler == agent


def test_nothing_is_claimed_by_a_link(client):
    TicketFactory.create()
    assert client.get(CLAIM).status_code == 405
    assert Ticket.objects.get().handler is None


# Hand-overs are answered in place


@pytest.fixture
def offered(agent, colleague) -> Ticket:
    return ownership.transfer(ticket_in_hand(colleague), agent, reason="懂尺码", by=colleague.user, at=NOW)


def test_a_transfer_is_accepted_from_the_desk(client, agent, offered):  # C7
    accept = f"/admin/complaints/ticket/{offered.pk}/act/accept/"
    assert f'hx-post="{accept}"' in page(client)
    response = client.post(accept, {"version": offered.version}, headers=FRAGMENT)
    assert response.headers["HX-Refresh"] == "true"
    offered.refresh_from_db()
    assert offered.handler == agent


def test_a_transfer_is_declined_from_the_desk_with_a_reason(client, offered, colleague):  # C7
    decline = f"/admin/complaints/ticket/{offered.pk}/act/decline/"
    assert f'hx-get="{decline}"' in page(client)
    told = {"version": offered.version, "reason": "手上太满"}
    assert client.post(decline, told, headers=FRAGMENT).headers["HX-Refresh"] == "true"
    assert offered.ownership.filter(state=HandOver.DECLINED).exists()
    offered.refresh_from_db()
    assert offered.handler == colleague


# What is resolved is confirmed in place


def test_a_matter_is_closed_from_the_desk(client, agent):
    assert "To confirm and close" not in page(client)
    ticket = resolved_ticket(agent)
    close = f"/admin/complaints/ticket/{ticket.pk}/act/close/"
    shown = page(client)
    assert "To confirm and close" in shown
    assert f'hx-post="{close}"' in shown
    response = client.post(close, {"version": ticket.version}, headers=FRAGMENT)
    assert response.headers["HX-Refresh"] == "true"
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED
    assert "To confirm and close" not in page(client)


def test_a_customer_who_wrote_again_is_answered_or_his_matter_reopened(client, agent):
    ticket = resolved_ticket(agent)
    handling.hear(ticket, text="<b>还是漏水</b>", at=NOW + timedelta(seconds=1))
    shown = page(client)
    assert "The customer wrote again" in shown
    assert "&lt;b&gt;还是漏水" in shown
    assert f'href="/admin/complaints/ticket/{ticket.pk}/change/#say"' in shown
    assert f'hx-get="/admin/complaints/ticket/{ticket.pk}/act/reopen/"' in shown
    assert "/act/close/" not in shown


def test_a_complaint_that_still_owes_its_call_is_not_offered_for_closing(client, agent):
    resolved_ticket(agent, kind=Kind.COMPLAINT)
    shown = page(client)
    assert "The callback is still owed" in shown
    assert "/act/close/" not in shown


# A call is logged in at most three interactions  # C18


def test_no_answer_is_one_click_and_a_confirmation(client, agent):
    callback = owe_call(agent)
    url = log_url(callback, AttemptResult.NO_ANSWER)
    asked = page(client, url)
    assert re.search(r'value="no_answer"[^>]* checked', asked)
    response = client.post(
        url, {"result": "no_answer", "satisfied": "", "note": "", "next_at": ""}, headers=FRAGMENT
    )
    assert response.headers["HX-Refresh"] == "true"
    attempt = callback.attempts.get()
    assert (attempt.result, attempt.next_at) == (AttemptResult.NO_ANSWER, NOW + 2 * HOUR)


def test_a_customer_who_was_reached_was_satisfied_or_not(client, agent):
    callback = resolved_ticket(agent, kind=Kind.COMPLAINT, phone="13800138000").callbacks.get()
    url = log_url(callback, AttemptResult.REACHED)
    given = {"result": "reached", "note": "同意补发", "next_at": ""}
    refused = client.post(url, given | {"satisfied": ""}, headers=FRAGMENT)
    assert "HX-Refresh" not in refused.headers
    assert "同意补发" in refused.content.decode()
    assert not CallbackAttempt.objects.exists()
    assert client.post(url, given | {"satisfied": "yes"}, headers=FRAGMENT).headers["HX-Refresh"] == "true"
    assert (callback.attempts.get().is_satisfied, callback.attempts.get().note) == (True, "同意补发")


def test_a_colleagues_calls_are_not_on_the_desk(client, colleague):
    owe_call(colleague, phone="13800138000", name="王小明")
    shown = page(client)
    assert "13800138000" not in shown
    assert "王小明" not in shown


# Attendance  # S6


def test_one_signs_in_and_out_on_the_desk_and_stays_there(client):
    late = AgentFactory.create(user__language="en")
    DutyFactory.create(agent=late)  # Since nine o'clock: an hour and a half ago.
    client.force_login(late.user)
    assert "Not signed in: no new matters reach you" in page(client)
    sign_in, sign_out = (reverse(f"admin:staffing_attendance_sign_{way}_myself") for way in ("in", "out"))
    assert f'action="{sign_in}"' in page(client)
    assert client.post(sign_in, {"next": DESK}).headers["Location"] == DESK
    assert "1 h 30 min late" in page(client)
    assert client.post(sign_out, {"next": DESK}).headers["Location"] == DESK
    assert Attendance.objects.get(agent=late).signed_out_at == NOW
