"""The OpenAPI document and the page that shows it. # X5"""

import re

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client):
    return client.get("/api/schema/").json()


def test_the_document_is_open_api_3_1_and_open_to_everybody(client):
    response = client.get("/api/schema/")
    assert (response.status_code, response["Content-Type"]) == (200, "application/vnd.oai.openapi+json")
    assert response.json()["openapi"].startswith("3.1")


def test_every_act_says_what_it_takes_and_which_version_it_needs(document):
    wait = document["paths"]["/api/v1/tickets/{number}/wait/"]["post"]
    headers = {parameter["name"]: parameter for parameter in wait["parameters"]}
    assert headers["If-Match"]["required"] is True
    assert "Idempotency-Key" in headers
    assert {"200", "400", "401", "403", "404", "409", "412", "422", "428"} <= set(wait["responses"])
    body = document["components"]["schemas"]["WaitBodyRequest"]
    assert sorted(body["required"]) == ["for", "reason"]


def test_a_problem_is_told_as_such(document):
    refused = document["paths"]["/api/v1/tickets/"]["post"]["responses"]["400"]["content"]
    assert list(refused) == ["application/problem+json"]


def test_a_list_names_its_filters(document):
    listed = document["paths"]["/api/v1/tickets/"]["get"]["parameters"]
    assert {parameter["name"] for parameter in listed} == {
        "status", "kind", "channel", "category", "owner", "handler", "team", "severity", "overdue",
        "created_after", "created_before", "q", "cursor", "limit",
    }  # fmt: skip


def test_the_page_loads_only_what_we_serve_and_runs_nothing_written_in_it(client):
    page = client.get("/api/docs/").content.decode()
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)
    assert "<style" not in page
    assert not re.search(r"<script>", page)
    for address in loaded:
        if address.startswith("/static/"):
            assert finders.find(address.removeprefix("/static/")), address
