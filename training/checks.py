"""Misconfigurations that make search slow, as numbered system checks."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connection
from django.db.utils import DatabaseError

TABLE, TRIGGERS = "training_searchindex", 3


@register(Tags.database)
def search_has_its_index(*, databases: Sequence[str] | None = None, **_facts: Any) -> Sequence[CheckMessage]:
    """On SQLite the index needs FTS5, and the triggers that keep it."""
    if not databases or connection.vendor != "sqlite":
        return []
    try:
        made, has_fts5 = _state()
    except DatabaseError:
        return []
    if made in (None, 1 + TRIGGERS):  # None: not migrated yet.
        return []
    if not has_fts5:
        return [
            checks.Warning(
                "This SQLite has no FTS5, so search reads every article.",
                hint="Use PostgreSQL (DATABASE_URL), or a Python whose SQLite has FTS5.",
                id="training.W001",
            )
        ]
    return [
        checks.Warning(
            "The index of the search is not there, or not kept.",
            hint="Run `manage.py migrate training 0001` and `manage.py migrate training`, then "
            "`manage.py search_articles --rebuild`.",
            id="training.W002",
        )
    ]


def _state() -> tuple[int | None, bool]:
    """How much of the index there is, None before its migration; and whether SQLite could keep it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_master WHERE name = 'training_searchentry'")
        if not cursor.fetchone()[0]:
            return None, True
        cursor.execute(
            "SELECT COUNT(*) FROM sqlite_master WHERE (type = 'table' AND name = %s)"
            " OR (type = 'trigger' AND tbl_name = 'training_searchentry')",
            [TABLE],
        )
        made = cursor.fetchone()[0]
        cursor.execute("SELECT COUNT(*) FROM pragma_module_list WHERE name = 'fts5'")
        return made, bool(cursor.fetchone()[0])
