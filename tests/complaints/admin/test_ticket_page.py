"""The page of one ticket: what it shows to whom, and at what cost. C1 C4 C7 C8 X1 X2"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from complaints import handling, ownership
from complaints.choices import Kind
from complaints.models import Ticket
from portal.choices import AuditAction, Role
from portal.models import AuditEntry
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, page
from tests.factories import NOW, TicketFactory, UserFactory, resolved_ticket, ticket_in_hand

pytestmark = AT_WORK

PHONE = "13812345678"
READABLE = "138 1234 5678"
MASKED = "138****5678"
DIGITS = re.compile(r"138[\s-]?1234[\s-]?5678")
QUERIES_AT_MOST = 30


@pytest.mark.parametrize("role", [Role.DIRECTOR, Role.INSPECTOR, Role.SUPERVISOR])
def test_who_may_see_a_ticket_opens_its_page(signed_in, role):
    ticket = TicketFactory.create(phone=PHONE, name="王芳")
    response = signed_in(UserFactory.create(roles=[role])).get(page(ticket))
    assert response.status_code == 200
    assert ticket.subject in response.content.decode()


@pytest.mark.parametrize("role", [Role.TRAINER, Role.FULFILMENT, Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_has_nothing_to_do_with_tickets_opens_none(signed_in, role):
    ticket = TicketFactory.create()
    assert signed_in(UserFactory.create(roles=[role])).get(page(ticket)).status_code in (403, 404)


def read(client, ticket: Ticket, part: str) -> Any:
    """A part of the page, in the sources' own language."""
    shown = client.get(page(ticket)).context["page"]
    with translation.override("en"):
        return getattr(shown, part)()


def paths_to(ticket: Ticket) -> list[str]:
    acts = ("claim", "say", "transfer", "resolve", "cancel", "classify")
    return [
        page(ticket),
        reverse("admin:complaints_ticket_history", args=[ticket.pk]),
        *(reverse("admin:complaints_ticket_act", args=[ticket.pk, name]) for name in acts),
        *(reverse("admin:complaints_callback_attempt", args=[call.pk]) for call in ticket.callbacks.all()),
        *(reverse("admin:complaints_callback_change", args=[call.pk]) for call in ticket.callbacks.all()),
        *(reverse("admin:complaints_surveyinvitation_answer", args=[s.pk]) for s in ticket.surveys.all()),
        reverse("admin:complaints_customer_change", args=[ticket.customer_id]),
        reverse("admin:complaints_customer_history", args=[ticket.customer_id]),
        reverse("admin:complaints_customer_amend", args=[ticket.customer_id]),
        reverse("admin:complaints_customer_reveal", args=[ticket.customer_id, "name"]),
    ]


def test_another_teams_ticket_does_not_exist_on_any_path(signed_in, handler, stranger):
    ticket = resolved_ticket(handler, kind=Kind.COMPLAINT, phone=PHONE)
    client = signed_in(stranger.user)
    for path in paths_to(ticket):
        assert client.get(path, headers=FRAGMENT).status_code == 404, path
        assert client.post(path, {"version": ticket.version}, headers=FRAGMENT).status_code in (
            403,
            404,
            405,
        ), path


def test_another_teams_ticket_is_in_no_list_search_or_choice(signed_in, handler, stranger):
    ticket = ticket_in_hand(handler, phone=PHONE, order_no="A1001")
    client = signed_in(stranger.user)
    lists = reverse("admin:complaints_ticket_changelist")
    for asked in ("queue=all", f"q={ticket.number}", f"q={PHONE}", "q=A1001", "q=发货", "queue=late"):
        assert ticket.subject not in client.get(f"{lists}?{asked}").content.decode(), asked
    choice = reverse("admin:autocomplete")
    options = f"?app_label=complaints&model_name=callback&field_name=ticket&term={ticket.number}"
    response = client.get(choice + options)
    assert response.status_code == 403 or response.json()["results"] == []


def test_the_page_itself_takes_no_post(signed_in, handler):
    ticket = ticket_in_hand(handler)
    client = signed_in(handler.user)
    assert client.post(page(ticket), {"status": "closed", "handler": ""}).status_code == 405
    assert Ticket.objects.get(pk=ticket.pk).status == ticket.status


def test_nothing_is_deleted(signed_in, supervisor):
    ticket = TicketFactory.create()
    delete = reverse("admin:complaints_ticket_delete", args=[ticket.pk])
    assert signed_in(supervisor).post(delete, {"post": "yes"}).status_code == 403
    assert Ticket.objects.filter(pk=ticket.pk).exists()


def test_the_history_of_a_ticket_is_its_ledger(signed_in, handler):
    ticket = ticket_in_hand(handler)
    history = reverse("admin:complaints_ticket_history", args=[ticket.pk])
    client = signed_in(handler.user)
    assert client.get(history).headers["Location"] == f"{page(ticket)}#ledger"
    ledger = client.get(page(ticket)).context["page"].ledger()
    assert [line.sequence for line in ledger] == [2, 1]


def test_the_handler_of_an_open_matter_sees_the_number(signed_in, handler):
    ticket = ticket_in_hand(handler, phone=PHONE, name="王芳")
    shown = signed_in(handler.user).get(page(ticket)).content.decode()
    assert READABLE in shown
    assert "王芳" in shown


def test_once_the_matter_is_over_the_handler_sees_it_masked(signed_in, handler):
    ticket = resolved_ticket(handler, phone=PHONE)
    shown = signed_in(handler.user).get(page(ticket)).content.decode()
    assert MASKED in shown
    assert not DIGITS.search(shown)


def test_anybody_else_sees_the_customer_masked(signed_in, handler, colleague, supervisor, inspector):
    ticket = ticket_in_hand(handler, phone=PHONE, name="王芳", email="fang@example.com", account="fang88")
    for user in (colleague.user, supervisor, inspector):
        shown = signed_in(user).get(page(ticket)).content.decode()
        assert MASKED in shown
        assert not DIGITS.search(shown)
        for secret in ("王芳", "fang@example.com", "fang88"):
            assert secret not in shown


def test_a_masked_value_is_shown_for_a_reason_and_that_is_recorded(signed_in, handler, supervisor):
    ticket = ticket_in_hand(handler, phone=PHONE)
    identity = ticket.customer.identities.get()
    url = reverse("admin:complaints_customer_reveal", args=[ticket.customer_id, identity.pk])
    client = signed_in(supervisor)
    assert not DIGITS.search(client.get(url, headers=FRAGMENT).content.decode())
    refused = client.post(url, {"reason": "contact", "text": " "}, headers=FRAGMENT)
    assert not DIGITS.search(refused.content.decode())
    assert not AuditEntry.objects.filter(action=AuditAction.REVEAL).exists()
    shown = client.post(url, {"reason": "contact", "text": "客户要求回电"}, headers=FRAGMENT)
    assert "13812345678" in shown.content.decode()
    entry = AuditEntry.objects.get(action=AuditAction.REVEAL)
    assert (entry.actor, entry.reason) == (supervisor, "客户要求回电")


def test_only_this_customers_values_are_shown(signed_in, handler, supervisor):
    ticket, other = ticket_in_hand(handler, phone=PHONE), ticket_in_hand(handler, phone="13900001111")
    foreign = other.customer.identities.get()
    url = reverse("admin:complaints_customer_reveal", args=[ticket.customer_id, foreign.pk])
    assert signed_in(supervisor).get(url, headers=FRAGMENT).status_code == 404


def test_the_clocks_say_how_far_they_have_run(signed_in, handler):
    ticket = ticket_in_hand(handler, at=NOW - timedelta(minutes=4))
    first, resolution = read(signed_in(handler.user), ticket, "clocks")
    assert (first.percent, first.used, first.limit, first.verdict) == (80, "4 min", "5 min", "in 1 min")
    assert first.tone == "warning"
    assert (resolution.percent, resolution.tone) == (0, "info")


def test_a_clock_says_by_how_much_it_was_met_or_missed(signed_in, handler):
    kept = ticket_in_hand(handler, at=NOW - timedelta(minutes=3))
    handling.reply(kept, text="好", by=handler.user, at=NOW - timedelta(minutes=1))
    late = ticket_in_hand(handler, at=NOW - timedelta(minutes=30))
    handling.reply(late, text="好", by=handler.user, at=NOW)
    client = signed_in(handler.user)
    verdicts = [read(client, ticket, "clocks")[0].verdict for ticket in (kept, late)]
    assert verdicts == ["3 min to spare", "missed by 25 min"]


def test_the_chain_of_hand_overs_is_shown_with_the_time_held(signed_in, handler, colleague):
    ticket = ticket_in_hand(handler, at=NOW - timedelta(hours=2))
    at = NOW - timedelta(hours=1)
    ownership.transfer(ticket, colleague, reason="他熟悉", by=handler.user, at=at)
    ownership.accept(ticket, by=colleague.user, at=at)
    now, before = read(signed_in(handler.user), ticket, "chain")
    assert (before.entry.receiver, before.held, before.is_first) == (handler, "1 h", True)
    assert (now.entry.receiver, now.held, now.entry.reason) == (colleague, "1 h", "他熟悉")


def test_the_customers_other_matters_are_named_only_to_those_who_may_see_them(signed_in, handler, stranger):
    theirs = ticket_in_hand(stranger, phone=PHONE, subject="热线组的事")
    ticket = ticket_in_hand(handler, phone=PHONE)
    response = signed_in(handler.user).get(page(ticket))
    card = response.context["page"].customer()
    assert (list(card.matters), card.elsewhere) == ([], 1)
    shown = response.content.decode()
    assert theirs.number not in shown
    assert theirs.subject not in shown


def test_hostile_text_stays_text(signed_in, handler):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    ticket = ticket_in_hand(handler, subject=hostile, description=hostile, product=hostile, name=hostile)
    handling.reply(ticket, text=hostile, by=handler.user, at=NOW)
    shown = signed_in(handler.user).get(page(ticket)).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown


def test_a_long_history_costs_no_more_queries(signed_in, handler, colleague, django_assert_max_num_queries):
    short = ticket_in_hand(handler, phone=PHONE)
    client = signed_in(handler.user)
    client.get(page(short))
    with django_assert_max_num_queries(QUERIES_AT_MOST) as few:
        client.get(page(short))
    rich = ticket_in_hand(handler, phone=PHONE, kind=Kind.COMPLAINT)
    for number in range(12):
        handling.reply(rich, text=f"第{number}次", by=handler.user, at=NOW)
        handling.hear(rich, text="还没好", at=NOW)
        handling.promise(rich, due_at=NOW + timedelta(hours=number + 1), by=handler.user, at=NOW)
    for one, other in ((handler, colleague), (colleague, handler)):
        ownership.transfer(rich, other, reason="换班", by=one.user, at=NOW)
        ownership.accept(rich, by=other.user, at=NOW)
    with django_assert_max_num_queries(QUERIES_AT_MOST) as many:
        client.get(page(rich))
    assert len(many) <= len(few) + 1  # The pauses and attempts that a short life has none of.


def news(client, ticket: Ticket) -> Any:
    url = reverse("admin:complaints_ticket_news", args=[ticket.pk, ticket.version])
    return client.get(url, headers=FRAGMENT)


def test_an_open_page_is_told_once_what_others_did(signed_in, handler, stranger):
    ticket = ticket_in_hand(handler)
    client = signed_in(handler.user)
    assert (news(client, ticket).status_code, news(client, ticket).content) == (200, b"")
    handling.hear(ticket, text="还没收到", at=NOW)
    told = news(client, ticket)
    assert told.status_code == 286
    assert "Customer wrote" in told.content.decode()
    assert news(signed_in(stranger.user), ticket).status_code == 404
