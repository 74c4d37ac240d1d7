"""POST /tickets/: matters told by connected systems. # C1 C2 C4 X5"""

import pytest

from complaints.choices import Act, Channel, Kind, Severity, Status
from complaints.models import Customer, Ticket, TicketEvent
from portal.choices import Scope
from tests.complaints.api.conftest import done, post_as, refused
from tests.factories import AgentFactory, CategoryFactory, ticket_in_hand

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/tickets/"
TOLD = {
    "channel": "chat",
    "kind": "complaint",
    "subject": "收到的杯子碎了",
    "external_id": "C-88",
    "customer": {"name": "王小明", "phone": "138 0013 8000", "external_id": "wx-1", "province": "浙江"},
    "attachments": [],
}


def test_a_matter_becomes_a_ticket_with_number_version_and_address(api):
    response = api.post(TICKETS, TOLD)

    told = done(response)
    ticket = Ticket.objects.get()
    assert response.status_code == 201
    assert response["ETag"] == '"1"'
    assert response["Location"] == f"http://testserver{TICKETS}{ticket.number}/"
    assert (told["number"], told["version"], told["status"]) == (ticket.number, 1, Status.NEW)
    assert api.get(response["Location"]).json() == told


def test_the_ledger_says_which_system_told_it(api):
    api.post(TICKETS, TOLD)
    event = TicketEvent.objects.get()
    assert (event.act, event.by.is_system, str(event.by)) == (Act.RECEIVE, True, "商城")


def test_all_that_is_told_is_kept(api):
    category = CategoryFactory.create(code="broken", kind=Kind.COMPLAINT)
    facts = {
        "description": "杯口有缺口",
        "occurred_at": "2026-03-10T09:00:00+08:00",
        "severity": "high",
        "category": "broken",
        "order_no": "A-1",
        "product": "马克杯",
        "carrier": "顺丰",
        "shop": "旗舰店",
        "remedy_sought": "补发",
    }

    told = done(api.post(TICKETS, TOLD | facts))

    assert {name: told[name] for name in facts} == facts
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.severity, ticket.channel) == (category, Severity.HIGH, Channel.CHAT)
    assert ticket.customer.province == "浙江省"


def test_the_same_number_again_is_the_same_ticket(api):
    first = api.post(TICKETS, TOLD)
    again = api.post(TICKETS, TOLD)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Ticket.objects.count() == 1


def test_told_more_the_ticket_learns_it_under_a_new_version(api):
    api.post(TICKETS, TOLD)
    again = api.post(TICKETS, TOLD | {"order_no": "A-1"})
    assert again.status_code == 200
    assert (again.json()["order_no"], again["ETag"]) == ("A-1", '"2"')


def test_without_a_number_every_telling_is_a_matter_of_its_own(api):
    told = {name: TOLD[name] for name in ("channel", "kind", "subject")}
    assert [api.post(TICKETS, told).status_code for _ in range(2)] == [201, 201]


def test_a_customer_is_known_again_by_phone_and_by_account(api):
    api.post(TICKETS, TOLD)
    api.post(TICKETS, TOLD | {"external_id": "C-89", "customer": {"phone": "+86 13800138000"}})
    api.post(TICKETS, TOLD | {"external_id": "C-90", "customer": {"external_id": "wx-1"}})
    assert Customer.objects.count() == 1


def test_personal_data_is_masked_in_the_answer(api):
    customer = done(api.post(TICKETS, TOLD | {"customer": TOLD["customer"] | {"email": "wang@example.com"}}))[
        "customer"
    ]
    assert (customer["name"], customer["email"]) == ("王**", "w***@example.com")
    assert customer["phone"].endswith("8000")
    assert "*" in customer["phone"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"channel": "飞鸽"}, ["channel"]),
        ({"kind": "chat"}, ["kind"]),
        ({"severity": "very"}, ["severity"]),
        ({"subject": "  "}, ["subject"]),
        ({"subject": "字" * 201, "order_no": "1" * 61}, ["order_no", "subject"]),
        ({"category": "nothing"}, ["category"]),
        ({"occurred_at": "yesterday"}, ["occurred_at"]),
        ({"occurred_at": "0001-01-01T00:00:00+08:00"}, ["occurred_at"]),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, ["occurred_at"]),
        ({"occurred_at": "2026-03-11T10:35:01+08:00"}, ["occurred_at"]),
        ({"customer": {"phone": "12"}}, ["customer"]),
        ({"customer": {"phone": "138****8000"}}, ["customer"]),
        ({"customer": {"email": "wang"}}, ["customer"]),
        ({"customer": {"level": "boss"}}, ["customer"]),
        ({"customer": {"province": "省" * 21}}, ["customer"]),
        ({"customer": "王小明"}, ["customer"]),
        ({"attachments": [{"name": "a.png"}]}, ["attachments"]),
        ({"description": "a\x00b"}, ["description"]),
        ({"subject": "a\x00b"}, ["subject"]),
        ({"external_id": ["C-88"]}, ["external_id"]),
    ],
)
def test_what_is_wrong_is_named_by_field(api, wrong, fields):
    problem = refused(api.post(TICKETS, TOLD | wrong), 400)
    assert sorted(problem["errors"]) == fields
    assert not Ticket.objects.exists()


def test_what_is_missing_is_named_by_field(api):
    assert sorted(refused(api.post(TICKETS, {}), 400)["errors"]) == ["channel", "kind", "subject"]


def test_a_category_of_another_kind_is_refused(api):
    CategoryFactory.create(code="delivery", kind=Kind.ORDER)
    assert "category" in refused(api.post(TICKETS, TOLD | {"category": "delivery"}), 400)["errors"]


def test_a_category_that_is_no_longer_in_use_is_refused(api):
    CategoryFactory.create(code="old", is_active=False)
    assert "category" in refused(api.post(TICKETS, TOLD | {"category": "old"}), 400)["errors"]


def test_what_is_not_for_a_channel_to_say_has_no_effect(api):
    forged = {"status": "closed", "version": 9, "owner": "CS1", "handler": "CS1", "id": 7, "number": "T7"}
    told = done(api.post(TICKETS, TOLD | forged))
    assert (told["status"], told["version"], told["owner"], told["handler"]) == ("new", 1, None, None)


@pytest.mark.parametrize("body", ["", "{", "[]", '"text"', "null", "5"])
def test_what_is_no_object_is_a_bad_request(api, body):
    refused(api.generic("POST", TICKETS, body, content_type="application/json"), 400)


def test_only_json_is_spoken(api):
    refused(api.generic("POST", TICKETS, "subject=x", content_type="application/x-www-form-urlencoded"), 415)


def test_a_person_cannot_tell_more_of_a_ticket_out_of_sight(signed_in):
    ticket_in_hand(external_id="C-88")
    mine = AgentFactory.create()

    refused(post_as(signed_in(mine.user), TICKETS, TOLD), 403)
    assert Ticket.objects.get().subject != TOLD["subject"]
    assert post_as(signed_in(mine.user), TICKETS, TOLD | {"external_id": "C-89"}).status_code == 201


# Repeats of one request.


def test_a_repeated_key_is_answered_as_the_first_time(api):
    told = {name: TOLD[name] for name in ("channel", "kind", "subject")}
    first = api.post(TICKETS, told, headers={"Idempotency-Key": "k-1"})
    again = api.post(TICKETS, told, headers={"Idempotency-Key": "k-1"})

    assert (again.status_code, again.json(), again["ETag"]) == (201, first.json(), first["ETag"])
    assert again["Location"] == first["Location"]
    assert Ticket.objects.count() == 1


def test_another_body_under_the_same_key_is_refused(api):
    api.post(TICKETS, TOLD, headers={"Idempotency-Key": "k-1"})
    refused(api.post(TICKETS, TOLD | {"subject": "别的"}, headers={"Idempotency-Key": "k-1"}), 422)


def test_a_refused_request_does_not_use_its_key_up(api):
    refused(api.post(TICKETS, TOLD | {"kind": "?"}, headers={"Idempotency-Key": "k-1"}), 400)
    assert api.post(TICKETS, TOLD, headers={"Idempotency-Key": "k-1"}).status_code == 201


def test_a_key_belongs_to_its_system(api, connect):
    other = connect(Scope.TICKETS_WRITE, name="聊天平台")
    told = {name: TOLD[name] for name in ("channel", "kind", "subject")}
    for system in (api, other):
        assert system.post(TICKETS, told, headers={"Idempotency-Key": "k-1"}).status_code == 201
    assert Ticket.objects.count() == 2
