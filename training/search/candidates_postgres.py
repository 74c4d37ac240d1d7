"""Candidates out of a tsvector with GIN.

The terms are given as they are: no parser and no locale has a say.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models.expressions import RawSQL

from training.models import SearchEntry
from training.querysets import ArticleQuerySet
from training.search.candidates_like import COLUMNS, Row

# OFFSET 0 has the article asked for row by row: joined, all articles would be read for a few candidates.
SQL = """
    WITH found AS MATERIALIZED (
        SELECT article_id, heads FROM training_searchentry WHERE terms @@ %s::tsquery
    )
    SELECT article_id FROM found
    WHERE EXISTS ({may_be_seen} OFFSET 0)
    ORDER BY ts_rank(heads, %s::tsquery) DESC, article_id LIMIT %s
"""


def find(alternatives: Sequence[Sequence[str]], *, within: ArticleQuerySet, limit: int) -> list[Row]:
    seen = within.order_by().filter(pk=RawSQL("found.article_id", [])).values("pk")
    may_be_seen, facts = seen.query.sql_with_params()
    query = _query(alternatives)
    with connection.cursor() as cursor:
        statement = SQL.format(may_be_seen=may_be_seen)
        cursor.execute(statement, [query, *facts, query, limit])
        keys = [key for (key,) in cursor.fetchall()]
    return list(SearchEntry.objects.filter(pk__in=keys).values_list(*COLUMNS))


def _query(alternatives: Sequence[Sequence[str]]) -> str:
    return " | ".join("({})".format(" & ".join(map("'{}'".format, terms))) for terms in alternatives)
