"""The palette (Ctrl K) answers by the rights of this moment; a page whose session is over signs in whole."""

import pytest
from django.core.cache import cache

from portal.choices import Role
from tests.factories import TeamFactory, agent_on_duty, ticket_in_hand

pytestmark = pytest.mark.django_db
SUBJECT = "杯子碎了"


@pytest.fixture(autouse=True)
def remembering(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "admin-site"}
    }
    cache.clear()


def asked(client, **query) -> str:
    answer = client.get("/admin/search/", query)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def handler(client):
    team = TeamFactory.create()
    handler = agent_on_duty(team=team, user__roles=[Role.HANDLER])
    client.force_login(handler.user)
    return handler


@pytest.fixture
def ticket(handler):
    return ticket_in_hand(agent_on_duty(team=handler.team), subject=SUBJECT)


def test_who_went_to_another_team_is_told_nothing_more_of_the_old_one(client, handler, ticket):
    assert SUBJECT in asked(client, extended="1", s=ticket.number)

    handler.team = TeamFactory.create()
    handler.save()
    assert SUBJECT not in asked(client, extended="1", s=ticket.number)


def test_whose_role_was_taken_is_told_nothing_more(client, handler, ticket):
    assert SUBJECT in asked(client, extended="1", s=ticket.number)

    handler.user.groups.clear()
    assert SUBJECT not in asked(client, extended="1", s=ticket.number)


def test_nothing_of_what_was_found_is_kept(client, ticket, monkeypatch):
    kept = []
    monkeypatch.setattr("django.core.cache.backends.locmem.LocMemCache.set", lambda *a, **_kw: kept.append(a))
    asked(client, extended="1", s=ticket.number)
    asked(client, s="a")
    assert kept == []


@pytest.mark.usefixtures("handler")
def test_pages_of_the_admin_are_found_by_name(client):
    assert "/admin/complaints/ticket/" in asked(client, extended="1", s="工单")
    assert "/admin/complaints/ticket/" in asked(client, s="工单")
    assert asked(client, s="") == asked(client) == ""


@pytest.mark.usefixtures("handler")
@pytest.mark.parametrize("page", ["x", "0", "-1", "9999999999999999999999"])
def test_a_page_that_is_not_there_is_no_fault(client, page):
    asked(client, extended="1", s="a", page=page)


def test_a_part_of_a_page_whose_session_is_over_sends_the_page_to_sign_in_and_back(client, ticket):
    client.logout()
    page = f"/admin/complaints/ticket/{ticket.pk}/change/?queue=mine"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{page}"}
    answer = client.get(f"/admin/complaints/ticket/{ticket.pk}/suggestions/", headers=headers, follow=True)
    assert answer.content == b""
    signing_in = client.get(answer["HX-Redirect"])
    assert signing_in.context["next"] == page
