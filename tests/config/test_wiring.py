"""X9: what the operator's environment turns into."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.environment import read
from config.wiring import settings_from

NEEDED = {
    "SECRET_KEY": "s" * 50,
    "FIELD_KEY": "f",
    "AUDIT_KEY": "a",
    "BASE_URL": "https://desk.shop.example/",
    "ALLOWED_HOSTS": "desk.shop.example, localhost",
}


@pytest.fixture
def wired(tmp_path):
    def wire(**given):
        return settings_from(read(source=NEEDED | {"DATA_DIR": str(tmp_path)} | given))

    return wire


@pytest.mark.parametrize("name", NEEDED)
def test_a_variable_without_default_is_asked_for_by_name(name):
    without = {key: value for key, value in NEEDED.items() if key != name}
    for source in (without, without | {name: ""}):
        with pytest.raises(ImproperlyConfigured, match=name):
            read(source=source)


def test_without_a_word_from_the_operator_no_service_is_needed(wired, tmp_path):
    wire = wired()
    assert wire["DATABASES"]["default"]["NAME"] == str(tmp_path / "portal.sqlite3")
    assert wire["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert Path(wire["CELERY_BROKER_TRANSPORT_OPTIONS"]["data_folder_in"]).is_dir()
    assert wire["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


def test_named_services_are_used(wired):
    wire = wired(
        DATABASE_URL="postgres://desk:secret@db.internal:5432/desk",
        CELERY_BROKER_URL="redis://broker.internal/0",
        CACHE_URL="rediscache://broker.internal/1",
    )
    database = wire["DATABASES"]["default"]
    assert (database["HOST"], database["NAME"]) == ("db.internal", "desk")
    assert database["CONN_HEALTH_CHECKS"] is True
    assert "statement_timeout" in database["OPTIONS"]["options"]
    assert wire["CELERY_BROKER_URL"] == "redis://broker.internal/0"
    assert wire["CACHES"]["default"]["BACKEND"].endswith("RedisCache")


def test_hosts_and_the_address_are_tidied(wired):
    wire = wired()
    assert wire["ALLOWED_HOSTS"] == ["desk.shop.example", "localhost"]
    assert wire["BASE_URL"] == "https://desk.shop.example"


@pytest.mark.django_db
def test_sqlite_writes_ahead_and_takes_the_write_lock_at_once():
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_gives_up_waiting():
    with connection.cursor() as cursor:
        limits = []
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SHOW {limit}")
            limits.append(cursor.fetchone()[0])
    assert limits == ["5s", "30s", "30s"]
