"""What the OpenAPI document says of every operation."""

import pytest
from django.urls import path
from drf_spectacular.generators import SchemaGenerator

from tests.portal.api.test_house import PeopleView


@pytest.fixture
def document() -> dict:
    return SchemaGenerator(patterns=[path("api/v1/people/", PeopleView.as_view())]).get_schema(public=True)


def test_it_is_openapi_3_1_and_names_the_token(document):  # X5
    assert document["openapi"].startswith("3.1")
    assert document["components"]["securitySchemes"]["token"]["name"] == "Authorization"


def test_every_refusal_is_documented_as_a_problem(document):
    operation = document["paths"]["/api/v1/people/"]["post"]

    for status in ("400", "401", "403", "404", "409", "412", "422", "428", "429"):
        assert "application/problem+json" in operation["responses"][status]["content"]


def test_writes_take_an_idempotency_key_and_reads_do_not(document):
    def headers(method: str) -> set[str]:
        parameters = document["paths"]["/api/v1/people/"][method].get("parameters", [])
        return {parameter["name"] for parameter in parameters if parameter["in"] == "header"}

    assert headers("post") == {"Idempotency-Key"}
    assert headers("get") == set()


def test_lists_are_results_and_next(document):
    answer = document["paths"]["/api/v1/people/"]["get"]["responses"]["200"]["content"]["application/json"]
    name = answer["schema"]["$ref"].rsplit("/", 1)[1]

    assert set(document["components"]["schemas"][name]["properties"]) == {"results", "next"}
