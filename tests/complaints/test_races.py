"""Several people at once: one wins, the others are told. Real threads, a connection each. # C1 C6 C7 C19

Each race has its control: the same without the lock or the second try, all having read before anybody
writes. There the database's own constraints are the last to stop the others, and they stop with an error.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from rest_framework.test import APIClient

from complaints import assignment, closing, customers, intake, ledger, ownership, surveys
from complaints.choices import Act, Channel, HandOver, Kind
from complaints.identities import CustomerFacts
from complaints.models import Customer, CustomerIdentity, OwnershipEntry, SurveyAnswer, Ticket, TicketEvent
from portal import clients
from portal.choices import Scope
from portal.errors import AlreadyTaken, DomainError, WrongState
from tests.conftest import on_postgresql
from tests.factories import NOW, AgentFactory, TicketFactory, agent_on_duty, resolved_ticket, ticket_in_hand

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8
ANSWERS = 100
AT_ONCE = 50 if on_postgresql() else ANSWERS  # A server has a hundred connections, and not all for us.
PATIENCE_SECONDS = 30

Act_ = Callable[[int], Any]


def race(count: int, act: Act_, *, at_once: int = 0, careless: bool = False) -> list[Any]:
    """Let `act(0)`, `act(1)` … begin at one moment; what each returned or was refused with, in order."""
    start = threading.Barrier(at_once or count)

    def run(number: int) -> Any:
        try:
            connection.ensure_connection()
            if careless:
                see_what_was()
            if number < start.parties:
                start.wait(PATIENCE_SECONDS)
            return act(number)
        except (DomainError, DatabaseError) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(at_once or count) as pool:
        return list(pool.map(run, range(count)))


def see_what_was() -> None:
    """A transaction sees what was there at its first look, and SQLite locks at the first write only."""
    if connection.vendor == "sqlite":
        connection.transaction_mode = None
        return
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def kinds(outcomes: list[Any]) -> Counter[str]:
    """How many won, were refused by a rule (by its name), or ran into the database."""
    return Counter(
        "database" if isinstance(one, DatabaseError)
        else type(one).__name__ if isinstance(one, DomainError)
        else "won"
        for one in outcomes
    )  # fmt: skip


class Meeting:
    """Where all wait, each once, until the last one has read."""

    def __init__(self, count: int) -> None:
        self._barrier = threading.Barrier(count)
        self._been = threading.local()

    def wait(self) -> None:
        if not hasattr(self._been, "here"):
            self._been.here = True
            self._barrier.wait(PATIENCE_SECONDS)


@pytest.fixture
def without_lock(monkeypatch) -> Callable[[int], None]:
    """Steps read the ticket without locking it, and none writes before all have read."""

    def switch_off(count: int) -> None:
        meeting = Meeting(count)

        @contextmanager
        def held(ticket: Ticket, *, version: int | None = None) -> Iterator[Ticket]:
            with transaction.atomic():
                fresh = Ticket.objects.get(pk=ticket.pk)
                fresh.expect(version)
                meeting.wait()
                yield fresh

        monkeypatch.setattr(ledger, "held", held)

    return switch_off


@pytest.fixture
def after_looking(monkeypatch) -> Callable[..., None]:
    """Of a room of the intake: none writes before all have looked what is known already."""

    def meet(room: Any, *, tries: int) -> None:
        meeting = Meeting(MANY)
        known = room._known

        def looked(*args: Any) -> Any:
            found = known(*args)
            meeting.wait()
            return found

        monkeypatch.setattr(room, "_known", looked)
        monkeypatch.setattr(intake, "TRIES", tries)

    return meet


# Claims.


def claimers() -> list[Any]:
    return [AgentFactory.create().user for _ in range(MANY)]


def test_of_eight_who_claim_one_wins_and_seven_are_told():
    ticket, users = TicketFactory.create(), claimers()

    outcomes = race(MANY, lambda n: ownership.claim(ticket, by=users[n], at=NOW))

    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}
    winner = next(one for one in outcomes if isinstance(one, Ticket))
    kept = Ticket.objects.get()
    assert (kept.handler, kept.first_responsible, kept.version) == (winner.handler, winner.handler, 2)
    assert TicketEvent.objects.filter(act=Act.CLAIM).count() == 1
    assert OwnershipEntry.objects.filter(state=HandOver.HOLDING).count() == 1


def test_without_the_lock_all_eight_believe_that_they_won(without_lock):
    ticket, users = TicketFactory.create(), claimers()
    without_lock(MANY)

    outcomes = race(MANY, lambda n: ownership.claim(ticket, by=users[n], at=NOW), careless=True)

    assert kinds(outcomes) == {"won": 1, "database": MANY - 1}


def test_over_http_one_is_answered_200_and_seven_409():
    ticket = TicketFactory.create()
    agents = [AgentFactory.create(staff_no=f"R{n}") for n in range(MANY)]
    _client, token = clients.create("商城", [Scope.TICKETS_WRITE], by=None, at=NOW)

    def claim(n: int) -> int:
        api = APIClient()
        api.credentials(HTTP_AUTHORIZATION=f"Token {token}", HTTP_IF_MATCH='"1"')
        path = f"/api/v1/tickets/{ticket.number}/claim/"
        return api.post(path, {"agent": agents[n].staff_no}).status_code

    with time_machine.travel(NOW, tick=False):
        assert Counter(race(MANY, claim)) == {200: 1, 409: MANY - 1}


# Hand-overs.


def test_of_two_acceptances_one_counts():
    ticket, receiver = ticket_in_hand(), AgentFactory.create()
    ownership.transfer(ticket, receiver, reason="对方更熟悉", by=ticket.handler.user, at=NOW)

    outcomes = race(2, lambda _n: ownership.accept(ticket, by=receiver.user, at=NOW))

    assert kinds(outcomes) == {"won": 1, WrongState.__name__: 1}
    assert Ticket.objects.get().handler == receiver
    assert TicketEvent.objects.filter(act=Act.ACCEPT).count() == 1


def test_without_the_lock_both_acceptances_go_ahead(without_lock):
    ticket, receiver = ticket_in_hand(), AgentFactory.create()
    ownership.transfer(ticket, receiver, reason="对方更熟悉", by=ticket.handler.user, at=NOW)
    without_lock(2)

    outcomes = race(2, lambda _n: ownership.accept(ticket, by=receiver.user, at=NOW), careless=True)

    assert kinds(outcomes) == {"won": 1, "database": 1}


def test_of_two_transfers_one_waits_for_its_answer():
    ticket = ticket_in_hand()
    receivers = [AgentFactory.create() for _ in range(2)]

    outcomes = race(2, lambda n: transferred(ticket, receivers[n]))

    assert kinds(outcomes) == {"won": 1, WrongState.__name__: 1}
    assert OwnershipEntry.objects.pending().count() == 1


def test_without_the_lock_both_transfers_go_ahead(without_lock):
    ticket = ticket_in_hand()
    receivers = [AgentFactory.create() for _ in range(2)]
    without_lock(2)

    outcomes = race(2, lambda n: transferred(ticket, receivers[n]), careless=True)

    assert kinds(outcomes) == {"won": 1, "database": 1}


def transferred(ticket: Ticket, receiver: Any) -> Ticket:
    return ownership.transfer(ticket, receiver, reason="对方更熟悉", by=ticket.handler.user, at=NOW)


# A claim against the dispatcher.


def claim_or_dispatch(ticket: Ticket, user: Any) -> Act_:
    def act(number: int) -> Any:
        if number == 0:
            return ownership.claim(ticket, by=user, at=NOW)
        given = assignment.dispatch(ticket, at=NOW)
        if given is None:
            raise AlreadyTaken("Somebody claimed it.")
        return given

    return act


def test_a_ticket_is_claimed_or_dispatched_and_never_both():
    for _ in range(3):
        ticket, user = TicketFactory.create(), AgentFactory.create().user
        agent_on_duty(at=NOW)

        outcomes = race(2, claim_or_dispatch(ticket, user))

        assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: 1}
        assert ticket.ownership.holding().count() == 1


def test_without_the_lock_it_is_claimed_and_dispatched(without_lock):
    ticket, user = TicketFactory.create(), AgentFactory.create().user
    agent_on_duty(at=NOW)
    without_lock(2)

    outcomes = race(2, claim_or_dispatch(ticket, user), careless=True)

    assert kinds(outcomes) == {"won": 1, "database": 1}


# Surveys.


def survey() -> Any:
    agent = AgentFactory.create()
    return closing.close(resolved_ticket(agent), by=agent.user, at=NOW).surveys.get()


def test_of_a_hundred_answers_one_is_kept():
    invitation = survey()

    outcomes = race(
        ANSWERS,
        lambda n: surveys.answer(invitation, surveys.Answer(score=n % 5 + 1), at=NOW),
        at_once=AT_ONCE,
    )

    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: ANSWERS - 1}
    kept = next(one for one in outcomes if isinstance(one, SurveyAnswer))
    assert SurveyAnswer.objects.get() == kept
    assert TicketEvent.objects.filter(act=Act.SURVEY).count() == 1


def test_to_look_before_inserting_would_let_all_of_them_through(without_lock, monkeypatch):
    invitation = survey()
    without_lock(MANY)
    looked: list[bool] = []

    def insert(invitation, given, *, via, by, at):
        if SurveyAnswer.objects.filter(invitation=invitation).exists():
            raise AlreadyTaken("Answered already.")
        looked.append(True)
        return SurveyAnswer.objects.create(
            invitation=invitation, score=given.score, via=via, asked_by=by, answered_at=at
        )

    monkeypatch.setattr(surveys, "_insert", insert)
    outcomes = race(
        MANY, lambda _n: surveys.answer(invitation, surveys.Answer(score=5), at=NOW), careless=True
    )

    assert kinds(outcomes) == {"won": 1, "database": MANY - 1}
    assert len(looked) > 1


# Intake.


def told(number: int, **facts: Any) -> intake.Draft:
    return intake.Draft(
        channel=Channel.TAOBAO,
        kind=Kind.COMPLAINT,
        subject="收到的杯子碎了",
        occurred_at=NOW,
        **{"external_id": f"E-{number}"} | facts,
    )


def received(**facts: Any) -> Act_:
    return lambda n: intake.receive(told(n, **facts), by=None, at=NOW)


def test_one_matter_told_eight_times_at_once_is_one_ticket():
    outcomes = race(MANY, received(external_id="E"))

    assert Counter(one.result for one in outcomes) == {"created": 1, "unchanged": MANY - 1}
    assert {one.ticket.number for one in outcomes} == {Ticket.objects.get().number}
    assert TicketEvent.objects.count() == 1


def test_without_a_second_try_seven_would_fail(after_looking):
    after_looking(intake, tries=1)
    outcomes = race(MANY, received(external_id="E"), careless=True)
    assert kinds(outcomes) == {"won": 1, "database": MANY - 1}


@pytest.mark.postgres
def test_who_finds_the_matter_taken_tries_again_and_finds_it(after_looking):
    after_looking(intake, tries=intake.TRIES)
    outcomes = race(MANY, received(external_id="E"), careless=True)
    assert Counter(one.result for one in outcomes) == {"created": 1, "unchanged": MANY - 1}


def test_a_new_customer_with_eight_matters_at_once_is_one_customer():
    outcomes = race(MANY, received(customer=CustomerFacts(phone="13800138000", name="王小明")))

    assert Counter(one.result for one in outcomes) == {"created": MANY}
    assert {ticket.customer for ticket in Ticket.objects.all()} == {Customer.objects.get()}
    assert CustomerIdentity.objects.count() == 1


def test_without_a_second_try_the_customer_would_be_opened_once_and_seven_matters_lost(after_looking):
    after_looking(customers, tries=1)
    outcomes = race(MANY, received(customer=CustomerFacts(phone="13800138000")), careless=True)
    assert kinds(outcomes) == {"won": 1, "database": MANY - 1}


@pytest.mark.postgres
def test_who_finds_the_customer_known_tries_again_and_finds_him(after_looking):
    after_looking(customers, tries=intake.TRIES)
    race(MANY, received(customer=CustomerFacts(phone="13800138000")), careless=True)
    assert (Ticket.objects.count(), Customer.objects.count()) == (MANY, 1)
