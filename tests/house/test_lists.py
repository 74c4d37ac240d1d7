"""Whatever stands in the query of a list, the list answers."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.db.models import Choices
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.admin import lists
from portal.admin.tables import TableAdmin
from tests.factories import NOW, AgentFactory, TicketFactory, UserFactory

pytestmark = pytest.mark.django_db

ADMINS = sorted(admin.site._registry.values(), key=str)
FAR = "9" * 25
FIRST, LAST = "0001-01-01", "9999-12-31"
QUESTIONS = {
    "": (FAR, "²", "\ud7ff"),
    "__id__exact": (FAR, "²"),
    "__in": (FAR,),
    "__year": (FAR, "9999", "1"),
    "__gte": (FIRST,),
    "__lte": (LAST,),
    "_from": (FIRST, LAST),
    "_to": (FIRST, LAST),
}
ALWAYS = {"q": (FAR, "²"), "o": (f"-999.{FAR}",), "p": (FAR, "-1"), "queue": ("x",)}


@pytest.fixture
def superuser() -> Iterator[Client]:
    client = Client()
    client.force_login(UserFactory.create(is_superuser=True))
    with time_machine.travel(NOW, tick=False):
        yield client


def list_of(model_admin: Any) -> str:
    return reverse(f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_changelist")


def questions(model_admin: Any) -> Iterator[dict[str, str]]:
    for name in lists.filter_names(model_admin.list_filter, model_admin.date_hierarchy):
        for suffix, values in QUESTIONS.items():
            yield from ({f"{name}{suffix}": value} for value in values)
        for end in ("from", "to"):
            yield from ({f"{name}_{end}_0": day, f"{name}_{end}_1": "00:00:00"} for day in (FIRST, LAST))
    for name, values in ALWAYS.items():
        yield from ({name: value} for value in values)


@pytest.mark.parametrize("model_admin", ADMINS, ids=str)
def test_no_question_breaks_a_list(model_admin: Any):  # X1
    asker = UserFactory.create(is_superuser=True)
    for asked in questions(model_admin):
        request = RequestFactory().get("/", asked)
        request.user = asker
        with suppress(SuspiciousOperation):  # A filter that the list does not have: 400.
            assert model_admin.changelist_view(request).status_code in {200, 302}, asked


@pytest.mark.parametrize("model_admin", [one for one in ADMINS if isinstance(one, TableAdmin)], ids=str)
def test_no_question_exports_more_than_was_asked_for(model_admin: Any, superuser: Client):
    for name in lists.filter_names(model_admin.list_filter, model_admin.date_hierarchy):
        for suffix in ("", "__id__exact", "__year"):
            answer = superuser.get(f"{list_of(model_admin)}export/", {f"{name}{suffix}": FAR})
            assert answer.status_code in {200, 400}, (name, suffix)


def test_a_question_that_cannot_be_answered_leads_to_the_unfiltered_list(superuser: Client):
    answer = superuser.get("/admin/staffing/dutyassignment/", {"on__year": FAR})
    assert answer.headers["Location"] == "/admin/staffing/dutyassignment/?e=1"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_that_nobody_means_narrows_nothing(superuser: Client, day: str):
    TicketFactory.create()
    for end in ("from", "to"):
        page = superuser.get("/admin/complaints/ticket/", {f"received_at_{end}": day})
        assert page.context["cl"].result_count > 0


@pytest.mark.parametrize("row", ["x", "", FAR, "²", "\0"])
def test_an_act_on_what_is_no_row_is_refused(superuser: Client, row: str):
    chosen = {"action": "cancel_chosen", "_selected_action": row}
    assert superuser.post("/admin/staffing/dutyassignment/", chosen).status_code == 400


@pytest.mark.parametrize("team", [FAR, "9" * 30, "²", "x", ""])
def test_a_team_that_does_not_exist_has_everybody_on_duty(superuser: Client, team: str):
    AgentFactory.create()
    assert superuser.get("/admin/staffing/attendance/on-duty/", {"team": team}).status_code == 200


@pytest.mark.parametrize("model_admin", [one for one in ADMINS if one.search_fields], ids=str)
def test_a_pasted_page_breaks_no_search(model_admin: Any, superuser: Client):
    for pasted in ("词 " * 1_200, "9" * 3_000):
        assert superuser.get(list_of(model_admin), {"q": pasted}).status_code == 200


def test_a_pasted_page_breaks_neither_the_search_of_all_nor_that_of_the_api(superuser: Client):
    pasted = "词 " * 1_500
    assert superuser.get(reverse("admin:search"), {"s": pasted, "extended": "1"}).status_code == 200
    assert superuser.get("/api/v1/tickets/", {"q": pasted}).status_code == 200


def test_every_state_has_a_colour_or_none():
    """A state that the colours leave out would be shown as it stands in the database."""
    for one in ADMINS:
        for name in one.list_display:
            colours = getattr(getattr(type(one), str(name), None), "label", None)
            if isinstance(colours, dict):
                kinds = {type(key) for key in colours if isinstance(key, Choices)}
                assert not [member for kind in kinds for member in kind if member not in colours], (one, name)
