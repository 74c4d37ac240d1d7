"""The page on which a customer answers the survey: /s/<token>/."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints import closing, policy, surveys
from complaints.choices import Status
from complaints.followup import token_digest
from complaints.models import SurveyAnswer, SurveyInvitation, Ticket, TicketEvent
from tests.factories import NOW, AgentFactory, resolved_ticket, standard_policy

TOKEN = "a-token-that-only-the-customer-has"
URL = f"/s/{TOKEN}/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("invitation")]


@pytest.fixture(autouse=True)
def now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield
    cache.clear()


@pytest.fixture
def invitation() -> SurveyInvitation:
    standard_policy()
    agent = AgentFactory.create()
    ticket = closing.close(resolved_ticket(agent, at=NOW), by=agent.user, at=NOW)
    ticket.surveys.update(token_digest=token_digest(TOKEN))
    return ticket.surveys.get()


def state() -> tuple[object, ...]:
    return (
        list(SurveyAnswer.objects.values()),
        list(SurveyInvitation.objects.values()),
        list(Ticket.objects.values()),
        TicketEvent.objects.count(),
    )


def test_the_link_in_the_message_leads_here():  # C19
    assert reverse("survey", args=[TOKEN]) == URL


def test_a_thousand_previews_change_nothing(client):  # C19
    before = state()
    for _number in range(1_000):
        assert client.get(URL).status_code == 200
    assert client.head(URL).status_code == 200
    assert state() == before


def test_looking_costs_one_query(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) == 1


def test_a_score_alone_is_an_answer(client, invitation):  # C19
    response = client.post(URL, {"score": "5"})
    assert response.status_code == 200
    assert "complaints/survey/thanks.html" in [template.name for template in response.templates]
    answer = invitation.answer
    assert (answer.score, answer.recommend, answer.effort, answer.reasons, answer.comment) == (
        5,
        None,
        None,
        [],
        "",
    )


def test_everything_that_was_answered_is_kept(client, invitation):  # C19
    client.post(
        URL,
        {
            "score": "4",
            "recommend": "0",
            "effort": "5",
            "reasons": ["quick", "friendly"],
            "comment": " 谢谢小陈 ",
        },
    )
    answer = invitation.answer
    assert (answer.score, answer.recommend, answer.effort) == (4, 0, 5)
    assert (answer.reasons, answer.comment) == (["quick", "friendly"], "谢谢小陈")


def test_a_low_score_opens_the_matter_again(client):  # C19
    client.post(URL, {"score": "1", "reasons": ["unsolved"]})
    assert Ticket.objects.get().status == Status.REOPENED


def test_a_second_answer_is_not_taken(client):  # C19
    client.post(URL, {"score": "5"})
    replay = client.post(URL, {"score": "1"})
    assert replay.status_code == 410
    assert SurveyAnswer.objects.get().score == 5


@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_expired_revoked_and_used_links_look_alike(client, method):  # C19
    unknown = getattr(client, method)("/s/never-given-out/", {"score": "5"})
    SurveyInvitation.objects.update(expires_at=NOW)
    expired = getattr(client, method)(URL, {"score": "5"})
    SurveyInvitation.objects.update(expires_at=NOW + timedelta(days=1), token_digest="")
    revoked = getattr(client, method)(URL, {"score": "5"})
    SurveyInvitation.objects.update(token_digest=token_digest(TOKEN))
    surveys.answer(SurveyInvitation.objects.get(), surveys.Answer(score=5), at=NOW)
    used = getattr(client, method)(URL, {"score": "5"})
    pages = [unknown, expired, revoked, used]
    assert [page.status_code for page in pages] == [410] * 4
    assert len({page.content for page in pages}) == 1
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_answers_sent_at_once_one_is_taken():  # C19
    """Impatient thumbs: all have passed the look at the link, the unique key decides."""
    start = Barrier(6)

    def send(score: int) -> int:
        start.wait()
        try:
            return Client().post(URL, {"score": score}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(send, [5, 4, 3, 5, 4, 3]))
    assert statuses == [200, 410, 410, 410, 410, 410]
    assert SurveyAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", "6"),
        ("score", "0"),
        ("score", "five"),
        ("score", ""),
        ("recommend", "11"),
        ("recommend", "-1"),
        ("effort", "9"),
        ("reasons", "made-up"),
        ("comment", "长" * (policy.SURVEY_COMMENT_CHARACTERS + 1)),
    ],
)
def test_a_wrong_value_is_refused_and_the_rest_is_kept_on_the_page(client, field, value):
    given = {"score": "3", "recommend": "7", "effort": "2", "reasons": "slow", "comment": "请尽快回电"}
    response = client.post(URL, given | {field: value})
    assert response.status_code == 422
    assert not SurveyAnswer.objects.exists()
    page = response.content.decode()
    kept = {name: text for name, text in given.items() if name != field}
    for name in kept.keys() - {"comment"}:
        assert f'name="{name}" value="{kept[name]}"' in page
    assert page.count(" checked") == len(kept.keys() - {"comment"})
    assert field == "comment" or "请尽快回电</textarea>" in page


def test_the_page_sets_no_cookie_and_asks_for_none():
    strict = Client(enforce_csrf_checks=True)
    assert not strict.get(URL).cookies
    response = strict.post(URL, {"score": "5"}, headers={"Origin": "null"})
    assert response.status_code == 200
    assert not response.cookies
    assert not strict.cookies


@pytest.mark.parametrize("path", [URL, "/s/never-given-out/"])
def test_nothing_of_the_page_is_kept_indexed_or_passed_on(client, path):
    headers = client.get(path).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    allowed = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert allowed == {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }


def test_the_page_needs_no_script_and_leads_nowhere_else(client):
    page = client.get(URL).content.decode()
    assert "<script" not in page
    assert "<a " not in page
    assert "/admin" not in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("", "zh-hans"), ("zh-TW,zh;q=0.9", "zh-hant"), ("en-GB,en", "en"), ("fr-FR,fr", "zh-hans")],
)
def test_the_page_speaks_the_customers_language_else_chinese(client, wanted, language):
    response = client.get(URL, headers={"Accept-Language": wanted})
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in response.content.decode()


def test_whoever_guesses_links_is_stopped_and_nobody_with_a_link(client):
    guesser, customer = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}
    for number in range(policy.SURVEY_MISSES_AT_MOST):
        assert client.get(f"/s/guess-{number}/", **guesser).status_code == 410
    assert client.get("/s/guess-on/", **guesser).status_code == 429
    assert client.get(URL, **guesser).status_code == 200
    assert client.get("/s/one-guess/", **customer).status_code == 410


def test_a_link_that_is_over_is_no_guess_but_looks_like_one(client):
    SurveyInvitation.objects.update(expires_at=NOW)
    for _number in range(policy.SURVEY_MISSES_AT_MOST + 5):
        assert client.get(URL).status_code == 410
    for number in range(policy.SURVEY_MISSES_AT_MOST):
        client.get(f"/s/guess-{number}/")
    assert client.get(URL).status_code == 429


def test_a_good_link_is_never_throttled(client):
    for _number in range(policy.SURVEY_MISSES_AT_MOST + 5):
        assert client.get(URL).status_code == 200


def test_other_methods_are_refused(client):
    assert client.put(URL).status_code == 405
    assert client.delete(URL).status_code == 405
