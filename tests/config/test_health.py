"""X9: probes and metrics."""

import pytest
from django.db import OperationalError, connection

pytestmark = pytest.mark.django_db


def refuse(*_query):
    raise OperationalError


def test_alive_asks_nobody_else(client):
    with connection.execute_wrapper(refuse):
        assert client.get("/healthz").status_code == 200


def test_ready_needs_the_database(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "database": {"ok": True}, "broker": {"ok": True}}
    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] == {"ok": False, "fault": "OperationalError"}


def test_ready_does_not_need_the_broker(client, monkeypatch):
    monkeypatch.setattr("config.celery.app.conf.broker_write_url", "redis://127.0.0.1:1/0")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["broker"]["ok"] is False


@pytest.mark.parametrize("probe", ["/healthz", "/readyz", "/metrics"])
def test_probes_change_nothing(client, probe):
    assert client.post(probe).status_code == 405


def test_metrics_tell_of_requests_and_parts(client):
    client.get("/healthz")
    told = client.get("/metrics").text
    assert "django_http_requests_total_by_view_transport_method_total" in told
    assert 'portal_part_up{part="database"} 1.0' in told
    assert 'portal_part_up{part="worker"} 0.0' in told


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.7"}, 403),
        # A web server that listens on a socket in a folder.
        ({"REMOTE_ADDR": ""}, 403),
        ({"REMOTE_ADDR": "unix:"}, 403),
        ({"REMOTE_ADDR": "", "HTTP_AUTHORIZATION": "Bearer right-token"}, 200),
        # A proxy on this machine asks for somebody else.
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer right-token"}, 200),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer wrong-token"}, 403),
        ({"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer "}, 403),
    ],
)
def test_metrics_are_not_public(client, settings, sent, status):
    settings.METRICS_TOKEN = "right-token"
    assert client.get("/metrics", **sent).status_code == status


def test_an_empty_token_opens_nothing(client, settings):
    settings.METRICS_TOKEN = ""
    sent = {"REMOTE_ADDR": "10.0.0.7", "HTTP_AUTHORIZATION": "Bearer "}
    assert client.get("/metrics", **sent).status_code == 403
