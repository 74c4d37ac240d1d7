"""Tickets out of tables, chunk by chunk. # C2"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import intake, ownership
from complaints.choices import Status
from complaints.importing.importer import TicketImporter
from complaints.models import Customer, Ticket, TicketEvent
from portal.choices import Role
from portal.transfers import importers
from portal.transfers.importers import Record, Result
from tests.factories import NOW, AgentFactory, CategoryFactory, standard_policy

pytestmark = pytest.mark.django_db


def record(number: int, **cells: str) -> Record:
    told = {
        "external_id": f"8019{number:04}",
        "occurred_at": "2026-03-10 11:05:00",
        "remedy_sought": "换货",
        "reason": "质量问题",
        "name": "刘明明",
        "phone": f"1348160{number:04}",
    }
    return Record(number, "pdd", told | cells)


def apply(records, *, at=NOW) -> list[str]:
    return [outcome.result for outcome in TicketImporter().apply_chunk(records, by=None, at=at)]


def check(records) -> list[str]:
    return [outcome.result for outcome in TicketImporter().check_chunk(records, by=None, at=NOW)]


def test_the_importer_is_registered_under_its_right():
    assert importers.get("complaints.ticket").permission == "complaints.import_ticket"


def test_rows_become_tickets_and_the_same_again_changes_nothing():
    rows = [record(n) for n in range(2, 7)]

    assert apply(rows) == ["created"] * 5
    assert apply(rows, at=NOW + timedelta(days=1)) == ["unchanged"] * 5
    assert (Ticket.objects.count(), Customer.objects.count(), TicketEvent.objects.count()) == (5, 5, 5)


def test_what_the_marketplace_tells_anew_is_learnt():
    apply([record(2)])
    assert apply([record(2, order_no="A-1")]) == ["updated"]
    assert Ticket.objects.get().order_no == "A-1"


def test_a_settled_matter_arrives_closed_and_owes_nothing():
    standard_policy()
    apply([record(2, status="退款成功"), record(3)])

    settled, open_ = Ticket.objects.order_by("pk")
    assert (settled.status, settled.outcome, settled.clocks.count()) == (Status.CLOSED, "退款成功", 0)
    assert open_.status == Status.NEW
    assert open_.clocks.exists()


def test_a_bad_row_costs_only_itself():
    outcomes = TicketImporter().apply_chunk(
        [record(2), record(3, occurred_at="昨天"), record(4, phone="12"), record(5)], by=None, at=NOW
    )

    assert [outcome.result for outcome in outcomes] == ["created", "rejected", "rejected", "created"]
    assert [problem.field for outcome in outcomes for problem in outcome.problems] == ["occurred_at", "phone"]
    assert Ticket.objects.count() == 2


def test_a_row_out_of_the_future_is_rejected():
    assert apply([record(2, occurred_at="2026-03-12 11:05:00")]) == [Result.REJECTED]


def test_a_check_says_what_would_happen_and_writes_nothing():
    apply([record(2), record(3)])

    foreseen = check([record(2), record(3, order_no="A-1"), record(4), record(4), record(5, phone="12")])

    assert foreseen == ["unchanged", "updated", "created", "unchanged", "rejected"]
    assert Ticket.objects.count() == 2


def test_one_number_thrice_in_a_file_is_one_ticket_in_its_last_words():
    rows = [record(2, order_no="A-1"), record(2, order_no="A-2"), record(2, order_no="A-1")]

    assert check(rows) == apply(rows) == ["created", "updated", "updated"]
    assert Ticket.objects.get().order_no == "A-1"


def test_a_general_row_finds_its_category_by_name_and_by_code():
    category = CategoryFactory.create(code="broken", name="破损")
    row = {"channel": "电话", "occurred_at": "2026-03-10 11:05", "subject": "碎了"}

    apply(
        [Record(2, "generic", row | {"category": "破损"}), Record(3, "generic", row | {"category": "broken"})]
    )

    assert {ticket.category for ticket in Ticket.objects.all()} == {category}


def test_a_chunk_does_not_ask_the_database_for_every_row():
    standard_policy()
    apply([record(9000)])  # What is read once per process.

    few, many = queries_of(range(10, 20)), queries_of(range(100, 200))

    assert many - few <= 10  # SQLite takes a long insert in several pieces.


def queries_of(numbers) -> int:
    with CaptureQueriesContext(connection) as queries:
        apply([record(n) for n in numbers])
    return len(queries)


def test_a_table_and_the_intake_of_a_channel_know_the_same_matter():
    told = {"channel": "pdd", "kind": "complaint", "subject": "碎了", "occurred_at": NOW}
    ticket = intake.receive(intake.Draft(external_id="80190002", **told), by=None, at=NOW).ticket

    assert apply([record(2)]) == ["updated"]
    assert Ticket.objects.get() == ticket


def test_a_row_about_a_matter_out_of_sight_is_refused_and_its_neighbour_taken():
    apply([record(2, order_no="A-1")])
    theirs = Ticket.objects.get()
    ownership.claim(theirs, by=AgentFactory.create().user, at=NOW)
    supervisor = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    rows = [record(2, order_no="A-2"), record(3)]
    for act in (TicketImporter().check_chunk, TicketImporter().apply_chunk):
        refused, taken = act(rows, by=supervisor.user, at=NOW)
        assert (refused.result, taken.result) == (Result.REJECTED, Result.CREATED)
    assert Ticket.objects.get(pk=theirs.pk).order_no == "A-1"
