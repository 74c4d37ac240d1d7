"""The customer file. C4 X2"""

from datetime import timedelta

import pytest
from django.urls import reverse

from complaints import callbacks, customers, handling
from complaints.choices import AttemptResult, CallbackPurpose, CustomerLevel
from complaints.models import Customer
from portal.errors import NotAllowed
from portal.models import AuditEntry
from tests.complaints.admin.conftest import AT_WORK, FRAGMENT, is_done
from tests.factories import NOW, TicketFactory, resolved_ticket, ticket_in_hand

pytestmark = AT_WORK

LIST = "/admin/complaints/customer/"
PHONE = "13812345678"


def file_of(customer: Customer) -> str:
    return reverse("admin:complaints_customer_change", args=[customer.pk])


def amend(client, customer: Customer, **changes: str):
    given = {"level": "ordinary", "province": "", "remarks": ""} | changes
    return client.post(
        reverse("admin:complaints_customer_amend", args=[customer.pk]), given, headers=FRAGMENT
    )


def test_the_file_tells_in_one_line_of_time_what_happened(signed_in, handler):
    chat = ticket_in_hand(handler, at=NOW - timedelta(days=1), phone=PHONE, description="什么时候发货")
    handling.reply(chat, text="明天发", by=handler.user, at=NOW - timedelta(hours=20))
    call = callbacks.schedule(
        customer=chat.customer,
        ticket=chat,
        purpose=CallbackPurpose.ANSWER,
        due_at=NOW - timedelta(hours=2),
        by=handler.user,
        at=NOW - timedelta(hours=10),
    )
    callbacks.log_attempt(
        call, result=AttemptResult.REACHED, note="已告知", by=handler.user, at=NOW - timedelta(hours=1)
    )
    now = TicketFactory.create(phone=PHONE, channel="hotline", description="还没到")
    line = signed_in(handler.user).get(file_of(now.customer)).context["time_line"]
    assert [entry.text for entry in line.entries] == ["还没到", "已告知", "明天发", "什么时候发货"]
    assert line.matters == [now, chat]


def test_matters_of_other_teams_are_counted_and_not_told(signed_in, handler, stranger):
    theirs = ticket_in_hand(stranger, phone=PHONE, subject="热线组的事")
    handling.note(theirs, text="内部情况", by=stranger.user, at=NOW)
    ticket_in_hand(handler, phone=PHONE)
    response = signed_in(handler.user).get(file_of(theirs.customer))
    assert response.context["time_line"].elsewhere == 1
    for told in ("热线组的事", "内部情况", theirs.number):
        assert told not in response.content.decode()


def test_the_file_of_a_stranger_does_not_exist(signed_in, handler, stranger):
    ticket = ticket_in_hand(handler)
    client = signed_in(stranger.user)
    assert client.get(file_of(ticket.customer)).status_code == 404
    assert ticket.customer not in client.get(LIST).context["cl"].result_list


def test_the_list_is_masked_and_found_by_whole_numbers_only(signed_in, supervisor):
    wanted = TicketFactory.create(phone=PHONE, name="王芳", account="fang88")
    TicketFactory.create(phone="13900001111", name="王强")
    client = signed_in(supervisor)
    shown = client.get(LIST).content.decode()
    assert "王**" in shown
    assert "138****5678" in shown
    for secret in ("王芳", "1234", "fang88"):
        assert secret not in shown
    for text in (PHONE, "fang88", wanted.number):
        assert list(client.get(f"{LIST}?q={text}").context["cl"].result_list) == [wanted.customer]
    for part in ("1381234", "王", "fang"):
        assert list(client.get(f"{LIST}?q={part}").context["cl"].result_list) == []


@pytest.mark.parametrize("asked", ["name__startswith=王", "identities__value=1", "remarks__contains=a"])
def test_the_query_string_reads_nothing_out(signed_in, supervisor, asked):
    assert signed_in(supervisor).get(f"{LIST}?{asked}").status_code == 400


def test_a_supervisor_corrects_the_file_and_that_is_recorded(signed_in, supervisor):
    customer = TicketFactory.create(phone=PHONE).customer
    client = signed_in(supervisor)
    given = {"level": "key", "province": "浙江省", "remarks": "先道歉", "agrees_to_offers": "on"}
    assert is_done(amend(client, customer, **given))
    customer.refresh_from_db()
    assert (customer.level, customer.province, customer.remarks) == (CustomerLevel.KEY, "浙江省", "先道歉")
    assert customers.agrees_to_offers(customer)
    entry = AuditEntry.objects.of(customer).get()
    assert entry.actor == supervisor
    assert entry.changes["level"] == ["ordinary", "key"]


def test_taking_a_consent_back_keeps_that_it_was_given(signed_in, supervisor):
    customer = TicketFactory.create().customer
    client = signed_in(supervisor)
    amend(client, customer, agrees_to_offers="on")
    amend(client, customer)
    customer.refresh_from_db()
    assert (customer.consented_at, customer.opted_out_at) == (NOW, NOW)
    assert not customers.agrees_to_offers(customer)


def test_a_correction_that_changes_nothing_is_not_recorded(supervisor):
    customer = TicketFactory.create().customer
    facts = {"level": "ordinary", "province": "", "remarks": "", "agrees_to_offers": False}
    customers.amend(customer, by=supervisor, at=NOW, **facts)
    assert not AuditEntry.objects.of(customer).exists()


def test_a_handler_does_not_correct_the_file(signed_in, handler):
    customer = ticket_in_hand(handler).customer
    assert amend(signed_in(handler.user), customer, level="key").status_code == 403
    facts = {"level": "key", "province": "", "remarks": "", "agrees_to_offers": False}
    with pytest.raises(NotAllowed):
        customers.amend(customer, by=handler.user, at=NOW, **facts)


def test_a_long_file_costs_no_more_queries(signed_in, handler, django_assert_max_num_queries):
    short = ticket_in_hand(handler, phone=PHONE)
    client = signed_in(handler.user)
    client.get(file_of(short.customer))
    with django_assert_max_num_queries(20) as few:
        client.get(file_of(short.customer))
    for _ in range(4):
        resolved_ticket(handler, phone=PHONE)
    with django_assert_max_num_queries(20) as many:
        client.get(file_of(short.customer))
    assert len(many) == len(few)
