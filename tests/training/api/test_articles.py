"""Articles and suggestions over HTTP. # T7 X5"""

from collections.abc import Iterator

import pytest
import time_machine
from rest_framework.test import APIClient

from portal import clients
from portal.choices import Role, Scope
from tests.factories import NOW, UserFactory
from tests.search_factories import article, store
from training.models import Article, BotConversation
from training.search import synonyms

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        synonyms.take_shipped()
        yield


@pytest.fixture
def api() -> APIClient:
    _client, token = clients.create("机器人", [Scope.KNOWLEDGE_READ], by=None, at=NOW)
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api


def test_articles_come_in_pages_newest_first(api: APIClient):
    for code in ("a", "b", "c"):
        article(code, f"退货流程{code}", "寄回")
    page = api.get("/api/v1/articles/", {"limit": 2}).json()
    assert [row["id"] for row in page["results"]] == ["c", "b"]
    assert page["results"][0] == {"id": "c", "title": "退货流程c", "answer": "寄回", "score": None}
    rest = api.get("/" + page["next"].split("/", 3)[3]).json()
    assert ([row["id"] for row in rest["results"]], rest["next"]) == (["a"], None)


def test_a_question_ranks_and_says_how_sure_it_is(api: APIClient):
    store()
    told = api.get("/api/v1/articles/", {"q": "退款到账时间", "limit": 2}).json()
    assert (told["results"][0]["id"], len(told["results"])) == ("a01", 2)
    assert (told["confident"], told["hand_over"], told["next"]) == (True, False, None)
    unsure = api.get("/api/v1/articles/", {"q": "火星天气"}).json()
    assert (unsure["confident"], unsure["hand_over"]) == (False, True)


def test_a_system_is_told_nothing_that_is_for_agents(api: APIClient):
    article("a", "退货流程", audience="agents")
    article("b", "退货流程旧")
    Article.objects.filter(code="b").update(review_on=NOW.date())
    assert api.get("/api/v1/articles/").json()["results"] == []
    assert api.get("/api/v1/articles/", {"q": "退货流程"}).json()["results"] == []
    assert api.post("/api/v1/suggest/", {"question": "退货流程"}).json()["results"] == []


def test_a_signed_in_person_reads_what_is_meant_for_him():
    article("a", "退货流程", audience="agents")
    article("b", "奖惩办法", audience="leaders")
    api = APIClient()
    api.force_login(UserFactory.create(roles=[Role.HANDLER]))
    assert [row["id"] for row in api.get("/api/v1/articles/").json()["results"]] == ["a"]


def test_filters_narrow_before_the_question_ranks(api: APIClient):
    article("a", "退货流程", category="售后")
    article("b", "退货流程", category="物流")
    topic = Article.objects.get(code="b").topic.code
    told = api.get("/api/v1/articles/", {"q": "退货流程", "topic": topic}).json()
    assert [row["id"] for row in told["results"]] == ["b"]
    assert api.get("/api/v1/articles/", {"kind": "product"}).json()["results"] == []


@pytest.mark.parametrize("query", [{"colour": "red"}, {"kind": "x"}, {"q": "x" * 2_001}])
def test_what_is_not_understood_is_refused(api: APIClient, query: dict[str, str]):
    answer = api.get("/api/v1/articles/", query)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_a_bot_is_told_what_to_say_or_to_hand_over(api: APIClient):
    store()
    body = {"question": "退款到账时间", "conversation": "t1", "limit": 1}
    told = api.post("/api/v1/suggest/", body).json()
    assert set(told) == {"results", "confident", "hand_over", "reason", "handover"}
    assert (told["results"][0]["id"], told["confident"], told["handover"]) == ("a01", True, None)
    given = api.post("/api/v1/suggest/", {"question": "转人工", "conversation": "t1"}).json()
    assert (given["hand_over"], given["reason"], given["results"]) == (True, "asked", [])
    assert [turn["question"] for turn in given["handover"]["transcript"]] == ["退款到账时间", "转人工"]
    assert given["handover"]["tried"] == ["a01"]
    quiet = api.post("/api/v1/suggest/", {"question": "在吗", "conversation": "t1"}).json()
    assert (quiet["hand_over"], quiet["reason"], quiet["handover"]) == (True, "already", None)


def test_a_question_sent_twice_with_one_key_is_one_turn(api: APIClient):
    body = {"question": "退款", "conversation": "t1"}
    first, again = (
        api.post("/api/v1/suggest/", body, headers={"Idempotency-Key": "k"}).json() for _ in range(2)
    )
    assert first == again
    assert BotConversation.objects.get().turns.count() == 1


@pytest.mark.parametrize(
    "body", [{}, {"question": " "}, {"question": "x", "limit": 0}, {"question": "x", "kind": "y"}]
)
def test_a_body_that_says_nothing_is_refused(api: APIClient, body: dict[str, object]):
    assert api.post("/api/v1/suggest/", body).status_code == 400
