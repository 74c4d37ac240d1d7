"""What every endpoint stands on, tried on an endpoint of the test's own."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from portal import clients, locks, policy
from portal.api import preconditions
from portal.api.idempotency import IdempotentWrites
from portal.choices import Scope
from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, Stale, WrongState
from portal.models import IdempotentReply, User
from tests.factories import NOW, TODAY, UserFactory

RAISED: dict[str, Exception] = {
    "missing": MissingInformation("Say why.", fields={"reason": "Give a reason."}),
    "not-allowed": NotAllowed("Not you."),
    "wrong-state": WrongState("It is closed."),
    "taken": AlreadyTaken("Somebody was faster."),
    "stale": Stale("It has changed."),
    "unknown": Http404(),
    "invalid": serializers.ValidationError({"name": ["Too long."]}),
}


class PeopleView(IdempotentWrites, ListAPIView):
    """Lists accounts; adds one for each POST."""

    class serializer_class(serializers.ModelSerializer):  # noqa: N801 - DRF's name
        class Meta:
            model = User
            fields = ["id", "username"]

    queryset = User.objects.filter(username__startswith="p-")
    read_scope = Scope.STAFFING_READ
    write_scope = Scope.TICKETS_WRITE

    def post(self, request):
        user = User.objects.create(username=request.data["username"], name="新")
        if request.data.get("refuse"):
            raise WrongState("Not now.")
        return Response({"id": user.pk, "username": user.username}, status=201, headers={"ETag": '"1"'})


class RaisingView(APIView):
    read_scope = Scope.STAFFING_READ

    def get(self, request, name):
        raise RAISED[name]


class VersionView(APIView):
    write_scope = Scope.TICKETS_WRITE

    def post(self, request):
        return Response({"version": preconditions.expected_version(request)})


class UnscopedView(APIView):
    def get(self, request):
        return Response({})


urlpatterns = [
    path("people/", PeopleView.as_view()),
    path("raise/<name>/", RaisingView.as_view()),
    path("version/", VersionView.as_view()),
    path("unscoped/", UnscopedView.as_view()),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def token() -> str:
    scopes = [Scope.STAFFING_READ, Scope.TICKETS_WRITE]
    return clients.create("shop", scopes, by=None, at=NOW)[1]


@pytest.fixture
def api(token) -> APIClient:
    return client_with(token)


def client_with(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def assert_problem(response, status: int, code: str) -> dict:
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    told = json.loads(response.content)
    assert told["status"] == status
    assert told["type"] == f"urn:portal:problem:{code}"
    assert told["title"]
    return told


# Who may.


@pytest.mark.parametrize("header", [None, "Token", "Token a b", "Token nobody", "Token 密钥", "Bearer x"])
def test_without_a_valid_token_nothing_opens(header):  # X5
    client = APIClient()
    if header:
        client.credentials(HTTP_AUTHORIZATION=header)

    response = client.get("/people/")

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"
    assert response["Content-Type"] == "application/problem+json"


def test_a_scope_opens_reading_or_writing_and_not_the_other():
    reader = client_with(clients.create("reader", [Scope.STAFFING_READ], by=None, at=NOW)[1])
    writer = client_with(clients.create("writer", [Scope.TICKETS_WRITE], by=None, at=NOW)[1])

    assert reader.get("/people/").status_code == 200
    assert_problem(reader.post("/people/", {"username": "p-1"}), 403, "permission-denied")
    assert writer.post("/people/", {"username": "p-1"}).status_code == 201
    assert_problem(writer.get("/people/"), 403, "permission-denied")


def test_a_view_that_names_no_scope_is_closed(api):
    assert api.get("/unscoped/").status_code == 403


def test_a_person_who_is_signed_in_gets_nothing_from_the_api(client):
    client.force_login(UserFactory.create(is_superuser=True))

    assert client.get("/people/").status_code == 401


# What went wrong.


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("missing", 400, "missing-information"),
        ("not-allowed", 403, "not-allowed"),
        ("wrong-state", 409, "wrong-state"),
        ("taken", 409, "already-taken"),
        ("stale", 412, "stale"),
        ("unknown", 404, "not-found"),
        ("invalid", 400, "invalid"),
    ],
)
def test_a_refusal_is_a_problem_with_its_own_status(api, name, status, code):
    told = assert_problem(api.get(f"/raise/{name}/"), status, code)

    raised = RAISED[name]
    if isinstance(raised, DomainError):
        assert told["detail"] == str(raised)


def test_the_remedy_is_told_by_field(api):
    assert api.get("/raise/missing/").json()["errors"] == {"reason": ["Give a reason."]}
    assert api.get("/raise/invalid/").json()["errors"] == {"name": ["Too long."]}


def test_a_body_that_is_no_json_is_told_so(api):
    response = api.generic("POST", "/people/", "{", content_type="application/json")

    assert_problem(response, 400, "parse-error")


# Optimistic locking.


def test_an_act_without_if_match_is_refused(api):
    assert_problem(api.post("/version/"), 428, "precondition-required")


@pytest.mark.parametrize("header", ["3", 'W/"3"', "*", '"three"', '"3", "4"', '"99999999999999"'])
def test_if_match_is_exactly_one_version(api, header):
    assert api.post("/version/", HTTP_IF_MATCH=header).status_code == 400


def test_if_match_names_the_version(api):
    assert api.post("/version/", HTTP_IF_MATCH=preconditions.etag(3)).json() == {"version": 3}


# Pages.


def test_pages_follow_the_last_row_seen(api):
    made = [User.objects.create(username=f"p-{n}", name="x") for n in range(5)]

    first = api.get("/people/?limit=2").json()
    User.objects.create(username="p-late", name="x")
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()

    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert seen == [user.pk for user in reversed(made)]
    assert third["next"] is None


def test_a_page_is_never_longer_than_200(api):
    User.objects.bulk_create(User(username=f"p-{n}", name="x") for n in range(205))

    assert len(api.get("/people/?limit=1000").json()["results"]) == 200


def test_a_list_counts_nothing(api, django_assert_max_num_queries):
    with django_assert_max_num_queries(3) as queries:
        api.get("/people/")
    assert not any("COUNT" in query["sql"] for query in queries)


@pytest.mark.parametrize(
    "cursor", ["x", "cD14", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk=", "bz0tMQ==", "%00", "cD0w"]
)
def test_a_cursor_that_was_never_ours_is_no_server_error(api, cursor):
    assert api.get(f"/people/?cursor={cursor}").status_code in {200, 400, 404}


@override_settings(BASE_URL="https://portal.example")
def test_links_name_the_configured_address_whatever_host_was_asked(api):
    User.objects.bulk_create(User(username=f"p-{n}", name="x") for n in range(2))

    response = api.get("/people/?limit=1", HTTP_HOST="localhost")

    assert response.json()["next"].startswith("https://portal.example/people/?")


# Sent twice.


def post_with_key(api: APIClient, key: str, **body):
    return api.post("/people/", body, HTTP_IDEMPOTENCY_KEY=key)


def test_a_write_sent_twice_is_done_once_and_answered_alike(api):  # X5
    first = post_with_key(api, "k1", username="p-1")
    second = post_with_key(api, "k1", username="p-1")

    assert (second.status_code, second.json(), second["ETag"]) == (201, first.json(), '"1"')
    assert second["Idempotent-Replayed"] == "true"
    assert User.objects.filter(username="p-1").count() == 1


def test_without_a_key_a_write_is_done_each_time(api):
    assert api.post("/people/", {"username": "p-1"}).status_code == 201
    assert api.post("/people/", {"username": "p-2"}).status_code == 201
    assert not IdempotentReply.objects.exists()


def test_a_key_used_for_another_body_is_refused(api):
    post_with_key(api, "k1", username="p-1")

    assert_problem(post_with_key(api, "k1", username="p-2"), 422, "idempotency-key-reused")
    assert not User.objects.filter(username="p-2").exists()


@pytest.mark.parametrize("another", [{}, {"HTTP_IF_MATCH": '"4"'}])
def test_a_key_used_for_another_version_is_refused(api, another):
    sent = {"username": "p-1"}
    meant = {"HTTP_IDEMPOTENCY_KEY": "k1", "HTTP_IF_MATCH": preconditions.etag(3)}

    assert api.post("/people/", sent, **meant).status_code == 201
    assert api.post("/people/", sent, **meant)["Idempotent-Replayed"] == "true"
    refused = api.post("/people/", sent, HTTP_IDEMPOTENCY_KEY="k1", **another)
    assert_problem(refused, 422, "idempotency-key-reused")


def test_a_key_belongs_to_its_caller(api):
    other = client_with(clients.create("other", [Scope.TICKETS_WRITE], by=None, at=NOW)[1])

    post_with_key(api, "k1", username="p-1")

    assert post_with_key(other, "k1", username="p-2").status_code == 201


def test_a_refused_write_leaves_nothing_and_may_be_tried_again(api):
    refused = post_with_key(api, "k1", username="p-1", refuse=True)

    assert refused.status_code == 409
    assert not User.objects.filter(username="p-1").exists()
    assert not IdempotentReply.objects.exists()
    assert post_with_key(api, "k1", username="p-1").status_code == 201


def test_a_key_that_is_too_long_is_refused(api):
    assert post_with_key(api, "k" * 121, username="p-1").status_code == 400


def test_the_kept_answer_is_enciphered(api):
    post_with_key(api, "k1", username="p-secret")

    kept = IdempotentReply.objects.extra(select={"raw": "body"}).values_list("raw", flat=True).get()
    assert "p-secret" not in kept


# Too often.


def test_a_runaway_system_is_told_to_wait_and_others_are_not(api, monkeypatch, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "t"}
    }
    monkeypatch.setattr(policy, "API_REQUESTS_PER_MINUTE", 3)
    other = client_with(clients.create("other", [Scope.STAFFING_READ], by=None, at=NOW)[1])

    answers = [api.get("/people/").status_code for _ in range(8)]

    # The minute may turn once in between; never twice.
    assert answers.count(200) in range(3, 7)
    assert answers[-1] == 429 or answers.count(429) >= 1
    assert other.get("/people/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_write_sent_by_eight_at_once_is_done_once(token):  # X5
    """Who comes while the first is at work waits (SQLite) or is told to come again (PostgreSQL)."""
    start = Barrier(8)

    def post(_number: int) -> int:
        try:
            start.wait(timeout=10)
            return post_with_key(client_with(token), "k1", username="p-1").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(8)))

    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert User.objects.filter(username="p-1").count() == 1
    assert post_with_key(client_with(token), "k1", username="p-1").status_code == 201


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_while_the_first_is_at_work_the_second_is_told_when_to_come_again(token):
    caller = clients.authenticate(token, on=TODAY).user
    is_at_work, may_end = Event(), Event()

    def work() -> None:
        try:
            with transaction.atomic():
                assert locks.try_lock(f"idempotency:{caller.pk}:k1")
                is_at_work.set()
                may_end.wait(timeout=10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(work)
        is_at_work.wait(timeout=10)
        response = post_with_key(client_with(token), "k1", username="p-1")
        may_end.set()
        first.result(timeout=10)

    assert_problem(response, 409, "in-flight")
    assert response["Retry-After"] == "1"
