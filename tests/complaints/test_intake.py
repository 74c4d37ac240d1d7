"""How matters come in. # C1 C2 C4"""

from datetime import UTC, datetime, timedelta

import pytest

from complaints import customers, intake, ownership
from complaints.choices import Act, Channel, ClockKind, ClockOutcome, Kind, Status
from complaints.identities import CustomerFacts
from complaints.intake import Draft, Result
from complaints.models import Clock, Customer, Ticket, TicketEvent
from portal.errors import MissingInformation
from portal.models import OutboxMessage
from portal.privacy import digest
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    SkillFactory,
    TicketFactory,
    standard_policy,
    ticket_in_hand,
)

pytestmark = pytest.mark.django_db


def draft(**told) -> Draft:
    facts = {
        "channel": Channel.TAOBAO,
        "kind": Kind.COMPLAINT,
        "subject": "收到的杯子碎了",
        "occurred_at": NOW,
    }
    return Draft(**facts | told)


def known_by(value: str) -> Customer | None:
    """Whose phone or e-mail address it is."""
    return Customer.objects.filter(identities__digest=digest(value)).first()


def test_a_matter_becomes_a_numbered_ticket_with_its_first_ledger_row():
    ticket = intake.receive(draft(), by=None, at=NOW).ticket

    assert ticket.number == f"T{ticket.pk:08d}"
    assert Ticket.objects.numbered(ticket.number).get() == ticket
    event = ticket.events.get()
    assert (event.act, event.sequence, event.to_status) == (Act.RECEIVE, 1, Status.NEW)
    assert ticket.version == 1


def test_the_channels_own_number_makes_intake_idempotent():
    first = intake.receive(draft(external_id="88"), by=None, at=NOW)
    again = intake.receive(draft(external_id="88"), by=None, at=NOW + timedelta(hours=1))

    assert (first.result, again.result) == (Result.CREATED, Result.UNCHANGED)
    assert first.ticket == again.ticket
    assert TicketEvent.objects.count() == 1


def test_the_same_number_on_another_channel_is_another_matter():
    intake.receive(draft(external_id="88"), by=None, at=NOW)
    assert (
        intake.receive(draft(external_id="88", channel=Channel.JD), by=None, at=NOW).result == Result.CREATED
    )


def test_a_channel_may_correct_what_it_told_but_not_what_the_department_decided():
    agent = AgentFactory.create()
    told = intake.receive(draft(external_id="88", severity="high"), by=None, at=NOW).ticket
    ownership.claim(told, by=agent.user, at=NOW)

    again = intake.receive(
        draft(external_id="88", order_no="A-1", severity="low", kind=Kind.INQUIRY), by=None, at=NOW
    )

    ticket = Ticket.objects.get(pk=told.pk)
    assert again.result == Result.UPDATED
    assert ticket.order_no == "A-1"
    assert (ticket.severity, ticket.kind, ticket.handler) == ("high", Kind.COMPLAINT, agent)
    assert ticket.events.last().data["order_no"] == ["", "A-1"]


def test_a_batch_that_names_a_number_twice_makes_one_ticket():
    received = intake.receive_many([draft(external_id="88"), draft(external_id="88")], by=None, at=NOW)
    assert [one.result for one in received] == [Result.CREATED, Result.UNCHANGED]
    assert Ticket.objects.count() == 1


def test_matters_without_a_number_are_all_taken():
    received = intake.receive_many([draft(), draft()], by=None, at=NOW)
    assert [one.result for one in received] == [Result.CREATED, Result.CREATED]


def test_a_batch_is_not_written_row_by_row(django_assert_max_num_queries):
    standard_policy()
    batch = [
        draft(external_id=str(n), customer=CustomerFacts(name="王小明", phone=f"138{n:08}"))
        for n in range(200)
    ]
    with django_assert_max_num_queries(50):  # SQLite splits long inserts; one a row would be 800.
        intake.receive_many(batch, by=None, at=NOW)
    assert Ticket.objects.count() == 200


def test_what_the_channel_settled_itself_arrives_closed_and_owes_nothing():
    standard_policy()
    ticket = intake.receive(draft(settled="退款成功"), by=None, at=NOW).ticket

    assert ticket.status == Status.CLOSED
    assert ticket.outcome == "退款成功"
    assert not ticket.clocks.exists()
    assert ticket.next_due_at is None


def test_all_that_is_wrong_is_named_at_once():
    with pytest.raises(MissingInformation) as refusal:
        intake.receive(
            draft(channel="telex", subject=" ", occurred_at=NOW + timedelta(days=1), order_no="9" * 61),
            by=None,
            at=NOW,
        )
    assert refusal.value.fields.keys() == {"channel", "subject", "occurred_at", "order_no"}


def test_a_channel_whose_clock_runs_a_little_ahead_loses_no_matter():
    ahead = NOW + timedelta(minutes=5)
    assert intake.receive(draft(occurred_at=ahead), by=None, at=NOW).ticket.occurred_at == ahead


@pytest.mark.parametrize("year", [1, 1700, 1999])
def test_a_matter_of_another_age_is_refused_by_its_field(year):
    with pytest.raises(MissingInformation) as refusal:
        intake.receive(draft(occurred_at=datetime(year, 1, 1, tzinfo=UTC)), by=None, at=NOW)
    assert refusal.value.fields.keys() == {"occurred_at"}


def test_a_customer_is_known_again_by_phone_however_it_is_written():
    first = TicketFactory.create(phone="138 0013 8000", name="王小明")
    second = TicketFactory.create(phone="+86-13800138000", channel=Channel.HOTLINE)
    assert first.customer == second.customer


def test_a_customer_is_known_again_in_another_channel_by_any_identity():
    by_phone_and_account = TicketFactory.create(phone="13800138000", account="tb001", channel=Channel.TAOBAO)
    by_account = TicketFactory.create(account="tb001", channel=Channel.TAOBAO)
    assert by_account.customer == by_phone_and_account.customer


def test_the_same_account_name_on_another_channel_is_somebody_else():
    assert (
        TicketFactory.create(account="wang", channel=Channel.TAOBAO).customer
        != TicketFactory.create(account="wang", channel=Channel.JD).customer
    )


def test_two_matters_of_a_new_customer_in_one_batch_open_one_file():
    facts = CustomerFacts(name="李华", phone="13900139000")
    intake.receive_many(
        [draft(external_id="1", customer=facts), draft(external_id="2", customer=facts)], by=None, at=NOW
    )
    assert Customer.objects.count() == 1


def test_a_file_fills_up_but_is_not_overwritten():
    first = TicketFactory.create(phone="13800138000", province="浙江省")
    TicketFactory.create(phone="13800138000", name="王小明", province="北京市")
    customer = Customer.objects.get(pk=first.customer_id)
    assert (customer.name, customer.province) == ("王小明", "浙江省")


def test_an_identity_is_named_by_its_kind_and_file_never_by_its_value():
    identity = TicketFactory.create(phone="13800138000", name="王小明").customer.identities.get()
    assert "王**" in str(identity)
    assert "8000" not in str(identity)


def test_an_identity_is_found_by_its_written_form():
    ticket = TicketFactory.create(email="Wang@Example.com")
    assert known_by("wang@example.com") == ticket.customer


@pytest.mark.parametrize("phone", ["12", "not a phone", "1380013800012345678"])
def test_an_unusable_phone_is_refused_with_its_field(phone):
    with pytest.raises(MissingInformation) as refusal:
        TicketFactory.create(phone=phone)
    assert "phone" in refusal.value.fields


def test_a_caller_on_the_line_is_answered_at_once_and_mine():
    standard_policy()
    agent = AgentFactory.create()
    ticket = intake.take_call(draft(channel=Channel.HOTLINE), by=agent.user, at=NOW)

    assert ticket.handler == ticket.first_responsible == agent
    first = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    assert (first.outcome, first.stopped_at) == (ClockOutcome.MET, NOW)
    assert Ticket.objects.get(pk=ticket.pk).next_due_at is not None


def test_what_a_channel_tells_more_of_its_customer_is_learned():
    intake.receive(draft(external_id="88", customer=CustomerFacts(account="小王")), by=None, at=NOW)
    fuller = CustomerFacts(account="小王", name="王小明", phone="13800138000")
    told = intake.receive(draft(external_id="88", customer=fuller), by=None, at=NOW)
    known = Customer.objects.get()
    assert (told.result, known.name) == (Result.UPDATED, "王小明")
    assert known_by("+8613800138000") == known


def test_another_persons_phone_is_not_learned():
    intake.receive(draft(external_id="88", customer=CustomerFacts(account="小王")), by=None, at=NOW)
    other = CustomerFacts(account="小李", phone="13800138000")
    intake.receive(draft(external_id="88", customer=other), by=None, at=NOW)
    assert known_by("+8613800138000") is None


def test_the_same_instant_in_another_zone_is_the_same_told_again():
    intake.receive(draft(external_id="88"), by=None, at=NOW)
    again = intake.receive(draft(external_id="88", occurred_at=NOW.astimezone(UTC)), by=None, at=NOW)
    assert again.result == Result.UNCHANGED


@pytest.mark.parametrize(
    "phone", ["13812345678-1234", "13812345678 转 1234", "13812345678,1234", "138 1234 5678 ext 1234"]
)
def test_those_who_share_a_number_are_told_apart_by_the_extension(phone):
    kept = intake.receive(draft(customer=CustomerFacts(phone=phone)), by=None, at=NOW).ticket.customer
    assert kept.identities.get().value == "+8613812345678;ext=1234"
    other = intake.receive(draft(customer=CustomerFacts(phone="13812345678,99")), by=None, at=NOW).ticket
    assert other.customer != kept


def test_a_file_that_somebody_corrects_meanwhile_is_not_written_over():
    intake.receive(draft(customer=CustomerFacts(account="小王")), by=None, at=NOW)
    before = Customer.objects.get()
    Customer.objects.update(province="浙江")
    customers.tell_more([before], [(CustomerFacts(account="小王", name="王小明", province="江苏"), "taobao")])
    assert list(Customer.objects.values_list("name", "province")) == [("王小明", "浙江")]


def test_a_caller_whom_the_agent_cannot_serve_is_taken_in_all_the_same():
    standard_policy()
    agent, category = AgentFactory.create(), CategoryFactory.create(skill=SkillFactory.create())
    ticket = intake.take_call(draft(channel=Channel.HOTLINE, category=category), by=agent.user, at=NOW)
    assert (ticket.status, ticket.handler) == (Status.NEW, None)
    first = Clock.objects.get(ticket=ticket, kind=ClockKind.FIRST_RESPONSE)
    assert first.outcome == ClockOutcome.MET


def test_whoever_works_on_a_matter_hears_that_its_channel_told_more():
    agent = AgentFactory.create()
    ticket_in_hand(agent, channel=Channel.TAOBAO, external_id="88", description="没发货")
    intake.receive(draft(external_id="88", description="再不发我就投诉"), by=None, at=NOW)
    assert OutboxMessage.objects.filter(key__startswith="told-more:", user=agent.user).count() == 1
