"""Misconfigurations that cost data or secrets, as numbered system checks.

Those about the database show when one migrates; those about production with `check --deploy`.
"""

import sqlite3
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

WAL_RESET_FIXED = (3, 51, 3)
WAL_RESET_SINCE = (3, 7, 0)
WAL_RESET_BACKPORTS = {(3, 44, 6), (3, 50, 7)}
DEVELOPMENT_PREFIX = "development-only"
KEYS = ("SECRET_KEY", "FIELD_KEY", "AUDIT_KEY")


def runs_on_sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def is_local(host: str | None) -> bool:
    try:
        return host in (None, "localhost") or ip_address(host).is_loopback
    except ValueError:
        return False


def has_wal_reset_bug(version: tuple[int, ...]) -> bool:
    """Source: sqlite.org/wal.html, "the WAL-reset bug": fixed in 3.51.3, backported to 3.44.6 and 3.50.7."""
    return WAL_RESET_SINCE <= version < WAL_RESET_FIXED and version not in WAL_RESET_BACKPORTS


@register(Tags.database)
def sqlite_loses_no_commit(**_facts: Any) -> Sequence[CheckMessage]:
    if not runs_on_sqlite() or not has_wal_reset_bug(sqlite3.sqlite_version_info):
        return []
    return [
        checks.Warning(
            f"SQLite {sqlite3.sqlite_version} may rarely lose a commit when several processes write.",
            hint="Use PostgreSQL (DATABASE_URL) for daily work, or Python with SQLite 3.51.3 or later.",
            id="portal.W001",
        )
    ]


@register(Tags.database)
def sqlite_stays_on_one_machine(**_facts: Any) -> Sequence[CheckMessage]:
    if not runs_on_sqlite() or is_local(urlsplit(settings.CELERY_BROKER_URL).hostname):
        return []
    return [
        checks.Warning(
            "The broker is on another machine, but the database is a file of this one.",
            hint="Several machines need PostgreSQL: set DATABASE_URL.",
            id="portal.W002",
        )
    ]


@register(deploy=True)
def keys_are_own_and_different(**_facts: Any) -> Sequence[CheckMessage]:
    keys = [str(getattr(settings, name)) for name in KEYS]
    if all(key and not key.startswith(DEVELOPMENT_PREFIX) for key in keys) and len(set(keys)) == len(keys):
        return []
    return [
        checks.Warning(
            f"One of {', '.join(KEYS)} is empty, the development one, or the same as another.",
            hint="Whoever has one key should not have them all. Set each to its own long random text.",
            id="portal.W003",
        )
    ]


@register(deploy=True)
def nothing_is_explained_to_strangers(**_facts: Any) -> Sequence[CheckMessage]:
    if not settings.DEBUG or is_local(urlsplit(settings.BASE_URL).hostname):
        return []
    return [
        checks.Warning(
            "DEBUG is on, but BASE_URL is not this machine.",
            hint="Set DJANGO_SETTINGS_MODULE=config.settings.production.",
            id="portal.W004",
        )
    ]


@register(deploy=True)
def links_are_encrypted(**_facts: Any) -> Sequence[CheckMessage]:
    if settings.BASE_URL.startswith("https://"):
        return []
    return [
        checks.Warning(
            "BASE_URL does not begin with https://, so links in messages lead over an open line.",
            hint="Set BASE_URL to the address that customers and colleagues use.",
            id="portal.W005",
        )
    ]
