"""X7: the switch of the language."""

import pytest

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_stranger_keeps_the_language_in_a_cookie(client):
    client.post("/i18n/setlang/", {"language": "zh-hant", "next": "/admin/login/"})
    assert client.get("/admin/login/").headers["Content-Language"] == "zh-hant"


def test_somebody_signed_in_keeps_it_in_the_account(client):
    user = UserFactory.create(is_superuser=True)
    client.force_login(user)
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "/admin/"})
    assert answer.headers["Location"] == "/admin/"
    user.refresh_from_db()
    assert user.language == "en"


def test_a_language_that_the_portal_does_not_speak_changes_nothing(client):
    user = UserFactory.create(is_superuser=True)
    client.force_login(user)
    client.post("/i18n/setlang/", {"language": "tlh"})
    user.refresh_from_db()
    assert user.language == "zh-hans"


def test_a_link_cannot_switch_it(client):
    assert client.get("/i18n/setlang/?language=en").status_code == 405


def test_the_switch_leads_nowhere_else(client):
    answer = client.post("/i18n/setlang/", {"language": "en", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
