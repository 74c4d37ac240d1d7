"""What the OpenAPI document promises holds for requests that a machine makes up from it. # X5"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from portal import clients
from portal.choices import Scope
from tests.factories import NOW, agent_on_duty, ticket_in_hand

pytestmark = pytest.mark.django_db

EXAMPLES = 5
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(autouse=True)
def one_connection():
    """The test's own connection outlives a request, as it does under Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def token() -> str:
    ticket_in_hand(agent_on_duty(staff_no="CS-1"))
    return clients.create("商城", list(Scope), by=None, at=NOW)[1]


def test_every_operation_keeps_its_word(token):
    document = schemathesis.openapi.from_wsgi("/api/schema/", application)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) > 25

    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def keeps_its_word(case):
            case.call_and_validate(headers={"Authorization": f"Token {token}"}, checks=CHECKS)

        keeps_its_word()
