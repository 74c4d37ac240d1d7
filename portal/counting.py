"""How many rows there are, as a part of another query."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce


def count_of(rows: QuerySet[Any], key: str) -> Coalesce:
    """How many rows point at each row of the list by `key`; a subquery, so that counts do not multiply."""
    return count(rows.filter(**{key: OuterRef("pk")}))


def count(rows: QuerySet[Any]) -> Coalesce:
    """How many there are, as a value beside others."""
    counted = rows.order_by().values(one=Value(1)).annotate(count=Count("pk"))
    return Coalesce(Subquery(counted.values("count")), 0)
