"""Callbacks and surveys by phone over HTTP. # C18 C19 X5"""

from base64 import b64encode
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import callbacks, closing
from complaints.choices import CallbackPurpose, CallbackState, Kind, Status
from complaints.models import Callback, SurveyAnswer, Ticket
from portal.choices import Scope
from tests.complaints.api.conftest import done, post_as, refused
from tests.factories import NOW, AgentFactory, TicketFactory, UserFactory, resolved_ticket, ticket_in_hand

pytestmark = pytest.mark.django_db

CALLBACKS = "/api/v1/callbacks/"
SOON = "2026-03-11T15:00:00+08:00"


@pytest.fixture
def hotline(connect):
    """A telephone system: it logs calls and nothing else."""
    return connect(Scope.CALLBACKS_WRITE, name="呼叫中心")


def owed(ticket: Ticket, *, due_at=NOW + timedelta(hours=2)) -> Callback:
    return callbacks.schedule(
        customer=ticket.customer,
        ticket=ticket,
        purpose=CallbackPurpose.ANSWER,
        due_at=due_at,
        by=ticket.handler.user,
        at=NOW - timedelta(days=3),
    )


def answered_survey(**told):
    agent = AgentFactory.create()
    ticket = closing.close(resolved_ticket(agent, **told), by=agent.user, at=NOW)
    return ticket.surveys.get()


def test_a_call_is_owed_to_the_tickets_customer_by_whoever_answers_for_it(hotline):
    ticket = ticket_in_hand(AgentFactory.create(staff_no="CS-1"), phone="13800138000")

    response = hotline.post(
        CALLBACKS, {"ticket": ticket.number, "purpose": "answer", "due_at": SOON, "note": "退款进度"}
    )

    told = done(response)
    assert response.status_code == 201
    assert (told["ticket"], told["agent"], told["state"], told["due_at"], told["note"]) == (
        ticket.number, "CS-1", "due", SOON, "退款进度",
    )  # fmt: skip
    assert "*" in told["customer"]["phone"]


def test_a_call_can_be_owed_to_a_customer_without_a_ticket(hotline):
    customer = TicketFactory.create().customer
    told = done(hotline.post(CALLBACKS, {"customer": customer.pk, "purpose": "proactive", "due_at": SOON}))
    assert (told["ticket"], told["customer"]["id"]) == (None, customer.pk)


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({}, ["customer"]),
        ({"ticket": "T99999999"}, ["ticket"]),
        ({"ticket": 7}, ["ticket"]),
        ({"customer": 99}, ["customer"]),
        ({"customer": "王小明"}, ["customer"]),
        ({"customer": 10**30}, ["customer"]),
    ],
)
def test_whom_to_call_must_be_known(hotline, wrong, fields):
    TicketFactory.create()
    problem = refused(hotline.post(CALLBACKS, {"purpose": "answer", "due_at": SOON} | wrong), 400)
    assert list(problem["errors"]) == fields


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"due_at": "2026-03-11T10:00:00+08:00"}, "due_at"),
        ({"purpose": "chat"}, "purpose"),
        ({"purpose": "after_complaint"}, "purpose"),
        ({"agent": "CS-9"}, "agent"),
    ],
)
def test_what_is_wrong_with_a_call_is_named(hotline, wrong, field):
    ticket = TicketFactory.create()
    body = {"ticket": ticket.number, "purpose": "answer", "due_at": SOON} | wrong
    assert list(refused(hotline.post(CALLBACKS, body), 400)["errors"]) == [field]


def test_a_ticket_of_another_customer_is_refused(hotline):
    ticket, other = TicketFactory.create(), TicketFactory.create()
    body = {"ticket": ticket.number, "customer": other.customer_id, "purpose": "answer", "due_at": SOON}
    assert list(refused(hotline.post(CALLBACKS, body), 400)["errors"]) == ["ticket"]


def test_todays_list_holds_what_is_due_today_and_what_was_missed_the_soonest_first(hotline):
    ticket = ticket_in_hand()
    today, missed = owed(ticket), owed(ticket, due_at=NOW - timedelta(days=1))
    owed(ticket, due_at=NOW + timedelta(days=1))
    reached = owed(ticket)
    done(hotline.post(f"{CALLBACKS}{reached.pk}/attempts/", {"result": "reached"}))

    told = done(hotline.get(CALLBACKS, {"due": "today"}))

    assert [row["id"] for row in told["results"]] == [missed.pk, today.pk]


def test_calls_at_the_same_time_are_all_listed(hotline):
    ticket = ticket_in_hand()
    calls = [owed(ticket).pk for _ in range(5)]
    page = done(hotline.get(CALLBACKS, {"limit": "2"}))
    seen = [row["id"] for row in page["results"]]
    while page["next"]:
        page = done(hotline.get(page["next"]))
        seen += [row["id"] for row in page["results"]]
    assert seen == calls


@pytest.mark.parametrize(
    "position",
    [
        "x",
        "",
        "\x00",
        "0001-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_a_cursor_that_was_never_ours_is_refused(hotline, position):  # X5
    owed(ticket_in_hand())
    cursor = b64encode(urlencode({"p": position}).encode()).decode()
    refused(hotline.get(CALLBACKS, {"cursor": cursor}), 400)


@pytest.mark.parametrize("asked", [{"due": "tomorrow"}, {"customer": "1"}, {"note": "x"}])
def test_only_declared_filters_are_taken(hotline, asked):
    refused(hotline.get(CALLBACKS, asked), 400)


def test_the_list_takes_as_many_queries_at_any_size(hotline):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            done(hotline.get(CALLBACKS))
        return len(captured)

    def called(n: int) -> None:
        call = owed(ticket_in_hand(phone=f"138001380{n:02}"))
        done(hotline.post(f"{CALLBACKS}{call.pk}/attempts/", {"result": "no_answer"}))

    called(0)
    few = queries()
    for n in range(1, 8):
        called(n)
    assert queries() == few


def test_an_unanswered_call_is_planned_again(hotline):
    call = owed(ticket_in_hand())

    response = hotline.post(f"{CALLBACKS}{call.pk}/attempts/", {"result": "no_answer", "note": "忙音"})

    told = done(response)
    assert response.status_code == 201
    assert (told["state"], told["next_attempt_at"]) == ("due", "2026-03-11T12:30:00+08:00")
    assert [(row["number"], row["result"], row["note"], row["by"]) for row in told["attempts"]] == [
        (1, "no_answer", "忙音", "呼叫中心")
    ]


def test_a_call_after_a_complaint_asks_whether_he_was_satisfied(hotline):
    ticket = resolved_ticket(kind=Kind.COMPLAINT)
    call = ticket.callbacks.get()
    path = f"{CALLBACKS}{call.pk}/attempts/"

    assert list(refused(hotline.post(path, {"result": "reached"}), 400)["errors"]) == ["satisfied"]

    told = done(hotline.post(path, {"result": "reached", "satisfied": False}))
    assert (told["state"], told["attempts"][0]["satisfied"]) == (CallbackState.REACHED, False)
    assert Ticket.objects.get().status == Status.REOPENED


def test_a_call_that_is_done_is_a_conflict(hotline):
    path = f"{CALLBACKS}{owed(ticket_in_hand()).pk}/attempts/"
    done(hotline.post(path, {"result": "refused"}))
    refused(hotline.post(path, {"result": "reached"}), 409)


@pytest.mark.parametrize("pk", ["0", "99", "9" * 30])
def test_a_call_that_is_not_there_is_not_found(hotline, pk):
    refused(hotline.post(f"{CALLBACKS}{pk}/attempts/", {"result": "reached"}), 404)


def test_a_person_sees_and_logs_the_own_calls_only(signed_in):
    agent = AgentFactory.create()
    mine, others = owed(ticket_in_hand(agent)), owed(ticket_in_hand())
    browser = signed_in(agent.user)

    assert [row["id"] for row in done(browser.get(CALLBACKS))["results"]] == [mine.pk]
    refused(post_as(browser, f"{CALLBACKS}{others.pk}/attempts/", {"result": "reached"}), 404)
    done(post_as(browser, f"{CALLBACKS}{mine.pk}/attempts/", {"result": "reached"}))


def test_a_person_cannot_have_a_strangers_customer_called(signed_in):
    agent, others = AgentFactory.create(), ticket_in_hand()
    for target in ({"customer": others.customer_id}, {"ticket": others.number}):
        refused(
            post_as(signed_in(agent.user), CALLBACKS, {"purpose": "answer", "due_at": SOON} | target), 400
        )


# Surveys.


def test_what_was_said_by_phone_is_the_one_answer(hotline):
    survey = answered_survey()
    path = f"/api/v1/surveys/{survey.pk}/phone-answer/"
    said = {"score": 5, "recommend": 9, "effort": 4, "reasons": ["quick"], "comment": "很好"}

    response = hotline.post(path, said)

    assert response.status_code == 201
    assert response.json() == said | {"via": "phone", "answered_at": "2026-03-11T10:30:00+08:00"}
    refused(hotline.post(path, {"score": 1}), 409)
    assert SurveyAnswer.objects.get().score == 5


def test_a_low_score_opens_the_matter_again(hotline):
    survey = answered_survey()
    done(hotline.post(f"/api/v1/surveys/{survey.pk}/phone-answer/", {"score": 1}))
    assert Ticket.objects.get().status == Status.REOPENED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "score"),
        ({"score": 6}, "score"),
        ({"score": "many"}, "score"),
        ({"score": 5, "recommend": 11}, "recommend"),
        ({"score": 5, "effort": 0}, "effort"),
        ({"score": 5, "reasons": ["x"] * 11}, "reasons"),
        ({"score": 5, "reasons": "x"}, "reasons"),
        ({"score": 5, "comment": "字" * 1001}, "comment"),
    ],
)
def test_an_answer_out_of_range_is_refused(hotline, wrong, field):
    survey = answered_survey()
    problem = refused(hotline.post(f"/api/v1/surveys/{survey.pk}/phone-answer/", wrong), 400)
    assert list(problem["errors"]) == [field]
    assert not SurveyAnswer.objects.exists()


def test_a_survey_of_a_ticket_one_may_not_see_is_not_found(signed_in):
    survey = answered_survey()
    stranger = AgentFactory.create()
    path = f"/api/v1/surveys/{survey.pk}/phone-answer/"
    refused(post_as(signed_in(stranger.user), path, {"score": 5}), 404)


def test_the_ticket_names_its_survey(api):
    survey = answered_survey()
    told = done(api.get(f"/api/v1/tickets/{survey.ticket.number}/"))
    assert [(one["id"], one["is_answered"]) for one in told["surveys"]] == [(survey.pk, False)]


def test_somebody_without_the_right_is_refused(signed_in):
    refused(signed_in(UserFactory.create()).get(CALLBACKS), 403)


@pytest.mark.parametrize(
    "due_at", ["0001-01-01", "0001-01-01T00:00:00Z", "1999-01-01T00:00:00Z", "9999-12-31"]
)
def test_a_call_is_owed_at_an_instant_that_can_be_meant(hotline, due_at):  # X5
    body = {"ticket": TicketFactory.create().number, "purpose": "answer", "due_at": due_at}
    assert list(refused(hotline.post(CALLBACKS, body), 400)["errors"]) == ["due_at"]
