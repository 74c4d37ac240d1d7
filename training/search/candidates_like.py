"""Candidates where SQLite has no FTS5: every entry is read. It finds the same, slowly."""

from collections.abc import Sequence
from functools import reduce
from operator import or_

from django.db.models import Q

from training.models import SearchEntry
from training.querysets import ArticleQuerySet

Row = tuple[int, str, str, int]
"""Of an entry: article, terms of its head and of its text, length of the head."""
COLUMNS = ("article_id", "head_terms", "body_terms", "head_length")


def find(alternatives: Sequence[Sequence[str]], *, within: ArticleQuerySet, limit: int) -> list[Row]:
    """Those first that hold most alternatives."""
    holding = reduce(or_, (_holds(terms) for terms in alternatives))
    entries = SearchEntry.objects.filter(holding, article__in=within.order_by().values("pk"))
    rows: list[Row] = list(entries.values_list(*COLUMNS))
    return sorted(rows, key=lambda row: (-_held(row, alternatives), row[0]))[:limit]


def _holds(terms: Sequence[str]) -> Q:
    found = Q()
    for term in terms:
        found &= Q(head_terms__contains=term) | Q(body_terms__contains=term)
    return found


def _held(row: Row, alternatives: Sequence[Sequence[str]]) -> int:
    _article, head, body, _length = row
    terms = {*head.split(), *body.split()}
    return sum(terms.issuperset(alternative) for alternative in alternatives)
