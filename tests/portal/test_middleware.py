"""What holds for every page."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from portal.middleware import RequestLogMiddleware, language_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def request_of(user=None, cookie=None, **headers):
    request = RequestFactory(headers=headers).get("/")
    request.user = user or AnonymousUser()
    if cookie:
        request.COOKIES["django_language"] = cookie
    return request


# --- X7: the language of a page


@pytest.mark.parametrize("asked", ["en-GB,en;q=0.9", "fr", "zh-TW", ""])
def test_a_stranger_reads_chinese_whatever_his_browser_asks_for(asked):
    assert language_of(request_of(accept_language=asked)) == "zh-hans"


def test_the_switchs_cookie_decides_for_a_stranger():
    assert language_of(request_of(cookie="zh-hant")) == "zh-hant"


def test_somebodys_own_language_wins_over_the_cookie():
    assert language_of(request_of(UserFactory.create(language="en"), cookie="zh-hant")) == "en"


def test_a_language_that_the_portal_does_not_speak_is_chinese():
    assert language_of(request_of(cookie="tlh")) == "zh-hans"


def test_a_page_is_in_its_readers_language(client):
    assert client.get("/admin/login/").headers["Content-Language"] == "zh-hans"
    client.force_login(UserFactory.create(language="en", is_superuser=True))
    page = client.get("/admin/")
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en"' in page.text


# --- X2: nobody else's browser keeps a page


def test_what_somebody_signed_in_saw_is_not_stored(client):
    client.force_login(UserFactory.create(is_superuser=True))
    assert "no-store" in client.get("/admin/").headers["Cache-Control"]
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]


# --- X9: what a page may load


def test_a_page_outside_the_admin_runs_nothing_inline(client):
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_admin_runs_no_script_that_stands_in_a_page(client):
    policy = client.get("/admin/login/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert scripts == "script-src 'self' 'unsafe-eval'"


# --- X2: what is logged


@pytest.mark.parametrize(
    ("address", "logged"),
    [
        ("/admin/complaints/customer/?q=13812345678", "GET /admin/complaints/customer/"),
        ("/s/aZ09-secret/", "GET /s/***/"),
        ("/duty/aZ09-secret.ics", "GET /duty/***"),
        ("/certificates/aZ09-secret/", "GET /certificates/***/"),
        ("/api/v1/duty/7/", "GET /api/v1/duty/7/"),
        ("/staffing/", "GET /staffing/"),
    ],
)
def test_neither_a_query_nor_what_opens_a_public_page_is_logged(address, logged):
    assert RequestLogMiddleware.format_request(RequestFactory().get(address)) == logged


# --- X9: no input breaks a page


@pytest.mark.parametrize(
    "address", ["/admin/login/?x=%00", "/admin/%00/", "/s/%00/", "/healthz?%00=1", "/admin/search/?s=a%00b"]
)
def test_a_nul_in_the_address_is_turned_away_as_a_page(client, address):
    answer = client.get(address)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["tickets/?q=%00", "tickets/%00/", "duty/?%00"])
def test_a_nul_in_the_address_of_the_api_is_a_problem(client, address):  # X5
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400


def test_a_nul_in_a_cookie_is_turned_away(client):
    assert client.get("/admin/", headers={"Cookie": r'sessionid="abcdefgh\000"'}).status_code == 400
    assert client.get("/admin/", headers={"Cookie": 'sessionid="abcdefgh"'}).status_code == 302
