"""A body that nothing could hold is refused with the name of what is wrong, on whatever endpoint."""

import pytest
from django.urls import path
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from portal import clients
from portal.choices import Scope
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Body(serializers.Serializer):
    colour = serializers.ChoiceField(["red"], required=False)
    size = serializers.JSONField(required=False)


class EchoView(APIView):
    write_scope = Scope.TICKETS_WRITE

    def post(self, request):
        body = Body(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(body.data)


urlpatterns = [path("echo/", EchoView.as_view())]


def post(body: str | bytes):
    api = APIClient()
    _client, token = clients.create("shop", [Scope.TICKETS_WRITE], by=None, at=NOW)
    api.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return api.post("/echo/", data=body, content_type="application/json")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (r'{"colour": "\ud800"}', "colour"),
        (r'{"colour": "r\udfffd"}', "colour"),
        (r'{"colour": "\u0000"}', "colour"),
        (r'{"size": {"in": ["\u0000"]}}', "size"),
        (r'{"size": {"\ud800": 1}}', "size"),
        ('{"size": 1e400}', "size"),
        ('{"size": -1e30}', "size"),
        (f'{{"size": {"9" * 40}}}', "size"),
        (f'{{"size": {"[" * 30}{"]" * 30}}}', "size"),
    ],
)
def test_what_nothing_could_hold_is_refused_by_its_field(body, field):  # X5
    answer = post(body)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"size":' * 100_000,
        f"{'[' * 100_000}{']' * 100_000}",
        f"{'[' * 30}{']' * 30}",
        r'{"\ud800": 1}',
        r'{"\u0000": 1}',
        r'["\ud800"]',
        r'"\ud800"',
        '{"size": NaN}',
        "1e400",
        b'{"colour": "\xff"}',
    ],
    ids=range(11),
)
def test_what_stands_under_no_name_is_refused_as_a_whole(body):  # X5
    answer = post(body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


@pytest.mark.parametrize("body", ['{"size": [[{"a": 18446744073709551615}]]}', r'{"size": "\ud83d\ude00"}'])
def test_what_can_be_held_is_taken(body):
    assert post(body).status_code == 200
