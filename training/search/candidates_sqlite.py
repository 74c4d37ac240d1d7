"""Candidates out of FTS5."""

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection
from django.db.models.expressions import RawSQL

from training.querysets import ArticleQuerySet
from training.search.candidates_like import COLUMNS, Row

INDEX = "training_searchindex"
HEAD_WEIGHT, BODY_WEIGHT = 6.0, 1.0

# The article is asked for row by row, and before anything is ranked.
SQL = f"""
    SELECT {", ".join(COLUMNS)} FROM training_searchentry WHERE article_id IN (
        SELECT rowid FROM {INDEX}
        WHERE {INDEX} MATCH %s AND EXISTS ({{may_be_seen}})
        ORDER BY bm25({INDEX}, {HEAD_WEIGHT}, {BODY_WEIGHT}), rowid LIMIT %s
    )
"""  # noqa: S608 - no word of anybody in it


def find(alternatives: Sequence[Sequence[str]], *, within: ArticleQuerySet, limit: int) -> list[Row]:
    seen = within.order_by().filter(pk=RawSQL(f"{INDEX}.rowid", [])).values("pk")  # noqa: S611 - a constant
    may_be_seen, facts = seen.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(may_be_seen=may_be_seen), [_match(alternatives), *facts, limit])
        rows: list[Row] = cursor.fetchall()
    return rows


def is_there() -> bool:
    return _is_there(connection.settings_dict["NAME"])


@lru_cache
def _is_there(_name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = %s", [INDEX])
        return cursor.fetchone() is not None


def _match(alternatives: Sequence[Sequence[str]]) -> str:
    return " OR ".join("({})".format(" AND ".join(map('"{}"'.format, terms))) for terms in alternatives)
