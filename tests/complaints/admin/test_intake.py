"""Taking a matter in by hand. C1 C4"""

from typing import Any

import pytest
from django.urls import reverse

from complaints.choices import Channel, Kind, Severity, Status
from complaints.models import Customer, Ticket
from portal.choices import Role
from tests.complaints.admin.conftest import AT_WORK, page
from tests.factories import (
    CategoryFactory,
    SkillFactory,
    TicketFactory,
    UserFactory,
    ticket_in_hand,
)

pytestmark = AT_WORK

ADD = "/admin/complaints/ticket/add/"
PHONE = "13812345678"


def told(**changes: Any) -> dict[str, Any]:
    return {
        "phone": PHONE,
        "name": "王芳",
        "email": "",
        "province": "浙江省",
        "channel": Channel.HOTLINE,
        "kind": Kind.COMPLAINT,
        "category": "",
        "severity": Severity.NORMAL,
        "subject": "退款没到",
        "description": "等了一周",
        "order_no": "A1001",
        "product": "",
        "shop": "",
        "carrier": "",
        "remedy_sought": "",
        "external_id": "",
        "occurred_at": "2026-03-11T10:20",
    } | changes


def test_a_call_taken_in_is_mine_and_answered(signed_in, handler):
    response = signed_in(handler.user).post(ADD, told(is_on_line="on"))
    ticket = Ticket.objects.get()
    assert response.headers["Location"] == page(ticket)
    assert (ticket.handler, ticket.first_responsible, ticket.status) == (
        handler,
        handler,
        Status.IN_PROGRESS,
    )
    assert ticket.clocks.get(kind="first_response").outcome == "met"
    customer = ticket.customer
    assert (customer.name, customer.province, customer.identities.get().value) == (
        "王芳",
        "浙江省",
        "+8613812345678",
    )


def test_a_matter_without_a_caller_waits_in_the_queue(signed_in, handler):
    signed_in(handler.user).post(ADD, told(channel=Channel.EMAIL))
    ticket = Ticket.objects.get()
    assert (ticket.handler, ticket.status) == (None, Status.NEW)


def test_the_caller_gets_his_old_file(signed_in, handler):
    known = TicketFactory.create(phone=PHONE, name="王芳").customer
    signed_in(handler.user).post(ADD, told(is_on_line="on"))
    assert Ticket.objects.latest("id").customer == known
    assert Customer.objects.count() == 1


def test_the_channels_number_known_already_leads_to_its_ticket(signed_in, handler):
    known = TicketFactory.create(channel=Channel.HOTLINE, external_id="H-1")
    response = signed_in(handler.user).post(ADD, told(external_id="H-1"))
    assert response.headers["Location"] == page(known)
    assert Ticket.objects.count() == 1


def test_everything_that_is_wrong_is_said_and_what_was_typed_stays(signed_in, handler):
    wrong = told(phone="12", occurred_at="2026-03-11T23:00", subject="杯子碎了")
    response = signed_in(handler.user).post(ADD, wrong)
    form = response.context["adminform"].form
    assert response.status_code == 200
    assert {"phone", "occurred_at"} & set(form.errors)
    assert form["subject"].value() == "杯子碎了"
    assert not Ticket.objects.exists()
    assert not Customer.objects.exists()


def test_a_category_of_another_kind_is_refused(signed_in, handler):
    other = CategoryFactory.create(kind=Kind.INQUIRY)
    response = signed_in(handler.user).post(ADD, told(category=other.pk))
    assert "category" in response.context["adminform"].form.errors


def test_a_call_that_the_agent_is_not_certified_for_is_taken_in_and_waits(signed_in, handler):
    category = CategoryFactory.create(skill=SkillFactory.create())
    client = signed_in(handler.user)
    response = client.post(ADD, told(is_on_line="on", category=category.pk), follow=True)
    assert "it waits for a colleague" in response.content.decode()
    assert Ticket.objects.get().handler is None


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.DIRECTOR, Role.AUDITOR, Role.TRAINER])
def test_who_does_not_work_on_tickets_takes_none_in(signed_in, role):
    client = signed_in(UserFactory.create(roles=[role]))
    assert client.get(ADD).status_code == 403
    assert client.post(reverse("admin:complaints_ticket_lookup"), {"phone": PHONE}).status_code == 403


def test_a_whole_number_shows_who_is_calling(signed_in, handler, stranger):
    seen = ticket_in_hand(handler, phone=PHONE, name="王芳", subject="杯子碎了")
    ticket_in_hand(stranger, phone=PHONE, subject="热线组的事")
    lookup = reverse("admin:complaints_ticket_lookup")
    client = signed_in(handler.user)
    shown = client.post(lookup, {"phone": "138 1234 5678"}).content.decode()
    assert "王**" in shown
    assert seen.subject in shown
    assert "1 matter with another team" in shown
    assert "王芳" not in shown
    assert "热线组的事" not in shown


def test_a_part_of_a_number_shows_nobody(signed_in, handler):
    ticket_in_hand(handler, phone=PHONE, name="王芳")
    lookup = reverse("admin:complaints_ticket_lookup")
    client = signed_in(handler.user)
    assert client.post(lookup, {"phone": "138"}).content == b""
    assert "王**" not in client.post(lookup, {"phone": "1381234567"}).content.decode()
    assert client.get(lookup, {"phone": PHONE}).status_code == 405
