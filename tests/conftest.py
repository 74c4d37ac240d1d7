"""Which parts of the suite can run here, and a last line that says which did not, and why."""

import os
import shutil

import pytest
from django.conf import settings

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The browser for the flows: CHROMIUM, or the first that PATH knows."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def on_postgresql() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


def missing_parts() -> dict[str, str]:
    """Marker -> why its tests cannot run here."""
    found = {
        "browser": (chromium(), "no Chromium in PATH, and CHROMIUM is not set"),
        "postgres": (on_postgresql(), "TEST_DATABASE_URL is not set"),
        "redis": (settings.TEST_REDIS_URL, "TEST_REDIS_URL is not set"),
    }
    return {part: why for part, (there, why) in found.items() if not there}


def asks_the_database(item) -> bool:
    return bool(
        item.get_closest_marker("django_db") or {"db", "transactional_db"}.intersection(item.fixturenames)
    )


def pytest_collection_modifyitems(config, items):
    missing = missing_parts()
    for item in items:
        for part in missing:
            if item.get_closest_marker(part):
                item.add_marker(pytest.mark.skip(reason=f"{part}: {missing[part]}"))
    if on_postgresql():  # A second run, beside the whole one on SQLite: only what the database can change.
        kept = [item for item in items if asks_the_database(item) and not item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    for part, why in missing_parts().items():
        if count := sum(part in report.keywords for report in skipped):
            terminalreporter.write_line(f"Left out: {count} {part} tests ({why}).", yellow=True)


@pytest.fixture(autouse=True)
def forget_schedules():
    """A rolled-back test gives its calendars' and synonym groups' ids and versions to the next one."""
    from staffing.calendars import _schedule  # noqa: PLC0415 - models are not ready when this file is read
    from training.search import table  # noqa: PLC0415

    _schedule.cache_clear()
    table.forget()


@pytest.fixture(autouse=True)
def forget_forbidden_words():
    """A rolled-back test gives the edition of its rules to the next one."""
    from training.phrases import forbidden  # noqa: PLC0415 - as above

    forbidden.forget()


@pytest.fixture
def redis_url(worker_id: str) -> str:
    """A Redis database of this worker's own, emptied."""
    import redis  # noqa: PLC0415 - installed everywhere, needed here only

    number = int(worker_id.removeprefix("gw")) + 1 if worker_id.startswith("gw") else 0
    url = f"{settings.TEST_REDIS_URL.rstrip('/')}/{number}"
    redis.Redis.from_url(url).flushdb()
    return url
