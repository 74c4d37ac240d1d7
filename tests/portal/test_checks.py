"""X9: misconfigurations are named."""

import pytest

from portal import checks


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("version", "is_hit"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 6), False),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 52, 0), False),
    ],
)
def test_the_versions_of_sqlite_that_may_lose_a_commit(version, is_hit):
    assert checks.has_wal_reset_bug(version) is is_hit


@pytest.fixture
def use_engine(settings, monkeypatch):
    def use(name):
        monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", f"django.db.backends.{name}")

    return use


@pytest.mark.parametrize(("engine", "found"), [("sqlite3", ["portal.W001"]), ("postgresql", [])])
def test_only_sqlite_is_warned_of(use_engine, monkeypatch, engine, found):
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 40, 1))
    use_engine(engine)
    assert ids(checks.sqlite_loses_no_commit()) == found


@pytest.mark.parametrize(
    ("engine", "broker", "found"),
    [
        ("sqlite3", "filesystem://localhost", []),
        ("sqlite3", "redis://127.0.0.1:6379/0", []),
        ("sqlite3", "redis://broker.internal/0", ["portal.W002"]),
        ("postgresql", "redis://broker.internal/0", []),
    ],
)
def test_a_file_serves_no_second_machine(settings, use_engine, engine, broker, found):
    use_engine(engine)
    settings.CELERY_BROKER_URL = broker
    assert ids(checks.sqlite_stays_on_one_machine()) == found


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        (("a", "b", "c"), []),
        (("a", "", "c"), ["portal.W003"]),
        (("a", "b", "a"), ["portal.W003"]),
        (("a", "development-only-field-key", "c"), ["portal.W003"]),
    ],
)
def test_each_key_is_set_and_different(settings, keys, found):
    settings.SECRET_KEY, settings.FIELD_KEY, settings.AUDIT_KEY = keys
    assert ids(checks.keys_are_own_and_different()) == found


@pytest.mark.parametrize(
    ("debug", "url", "found"),
    [
        (True, "http://127.0.0.1:8000", []),
        (True, "https://desk.shop.example", ["portal.W004"]),
        (False, "https://desk.shop.example", []),
    ],
)
def test_debug_is_for_ones_own_machine(settings, debug, url, found):
    settings.DEBUG, settings.BASE_URL = debug, url
    assert ids(checks.nothing_is_explained_to_strangers()) == found


@pytest.mark.parametrize(
    ("url", "found"), [("https://desk.shop.example", []), ("http://desk.shop.example", ["portal.W005"])]
)
def test_links_lead_over_tls(settings, url, found):
    settings.BASE_URL = url
    assert ids(checks.links_are_encrypted()) == found
