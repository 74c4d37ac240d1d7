"""Candidates out of a tsvector with GIN.

The terms are given as they are: no parser and no locale has a say.
"""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models.expressions import RawSQL

from training.querysets import ArticleQuerySet
from training.search.candidates_like import COLUMNS, Row

PLAN = "SELECT set_config('jit', %s, true), set_config('enable_seqscan', %s, true)"
"""Until the end of the transaction.

Of a question with many rare terms the planner expects a third of all articles instead of some hundred: it
would read every entry (at 100,000 articles 2 s), or compile its plan first (300 ms of 330).
"""
# OFFSET 0 has the article asked for row by row: joined, all articles would be read for a few candidates.
SQL = f"""
    WITH found AS MATERIALIZED (
        SELECT article_id, heads FROM training_searchentry WHERE terms @@ %s::tsquery
    ), best AS MATERIALIZED (
        SELECT article_id FROM found
        WHERE EXISTS ({{may_be_seen}} OFFSET 0)
        ORDER BY ts_rank(heads, %s::tsquery) DESC, article_id LIMIT %s
    )
    SELECT {", ".join(COLUMNS)} FROM best JOIN training_searchentry USING (article_id)
"""  # noqa: S608 - no word of anybody in it


def find(alternatives: Sequence[Sequence[str]], *, within: ArticleQuerySet, limit: int) -> list[Row]:
    seen = within.order_by().filter(pk=RawSQL("found.article_id", [])).values("pk")
    may_be_seen, facts = seen.query.sql_with_params()
    query = _query(alternatives)
    statement = SQL.format(may_be_seen=may_be_seen)
    is_within = connection.in_atomic_block
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(PLAN, ["off", "off"])
        cursor.execute(statement, [query, *facts, query, limit])
        rows: list[Row] = cursor.fetchall()
        if is_within:
            cursor.execute(PLAN, ["on", "on"])
    return rows


def _query(alternatives: Sequence[Sequence[str]]) -> str:
    return " | ".join("({})".format(" & ".join(map("'{}'".format, terms))) for terms in alternatives)
