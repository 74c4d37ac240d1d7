"""X9: when the database is away, the answer is 503 and when to come back."""

import pytest
from django.db import OperationalError, connection
from django.urls import include, path

from config.urls import handler500  # noqa: F401 - the address list below uses it
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def broken(_request):
    raise ZeroDivisionError


urlpatterns = [path("broken", broken), path("api/broken", broken), path("", include("config.urls"))]


def refuse(*_query):
    raise OperationalError("the database has gone away")


@pytest.fixture
def answered(client):
    """A client that sees the answer to an error, as a browser does."""
    client.raise_request_exception = False
    return client


def test_a_page_whose_query_fails_asks_to_come_back(answered):
    with connection.execute_wrapper(refuse):
        page = answered.post("/admin/login/", {"username": "chen", "password": "x"})
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "<h1>" in page.text


def test_so_does_one_that_cannot_even_read_who_asks(answered):
    answered.force_login(UserFactory.create())
    with connection.execute_wrapper(refuse):
        page = answered.get("/admin/")
    assert page.status_code == 503


@pytest.mark.urls(__name__)
def test_any_other_error_is_one(answered):
    page = answered.get("/broken")
    assert page.status_code == 500
    assert "Retry-After" not in page.headers


@pytest.mark.urls(__name__)
def test_a_system_is_answered_in_json(answered):
    answer = answered.get("/api/broken")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 500


@pytest.mark.parametrize("address", ["/nowhere", "/admin/nowhere/"])
def test_what_is_not_there_is_said_in_a_page_of_ours(client, address):
    client.force_login(UserFactory.create(is_superuser=True))
    page = client.get(address)
    assert page.status_code == 404
    assert "portal/plain" in page.text


@pytest.mark.parametrize(
    ("address", "kind"), [("/admin/login/", "text/html"), ("/api/v1/agents/", "application/problem+json")]
)
def test_what_comes_for_another_host_is_turned_away_in_kind(answered, address, kind):
    answer = answered.get(address, headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith(kind)
