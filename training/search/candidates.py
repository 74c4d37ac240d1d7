"""Which articles are looked at closely: out of the database's index, of those alone that may be seen.

A question's rarest terms are enough to find them: they are taken until they occur in a thousand articles
together. Where even the rarest are frequent, an article must hold two of them. When that finds only a
few, more terms are taken; and of a small part of the articles all are looked at.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from django.db import connection

from training.models import SearchEntry
from training.querysets import ArticleQuerySet
from training.search import candidates_like, candidates_postgres, candidates_sqlite
from training.search.candidates_like import COLUMNS, Row

BUDGET = 1_000
"""Occurrences, summed over terms.

At 100,000 articles 4,000 find no more and take twice as long (training.md 4).
"""
AT_LEAST = 3
FREQUENT = 3_000
"""Summed over the terms taken: beyond it an article must hold two of them."""
CANDIDATES = 150
FEW = 10
SECOND_BUDGET = 6_000
"""When the rarest terms have found no more than a few."""
SMALL = 1_000
"""Articles that may all be looked at, such as those of one topic: there frequent words can be what counts."""


Alternatives = tuple[tuple[str, ...], ...]
"""Each is a set of terms that must all be there; one of them is enough."""


def find(terms: Mapping[str, int], *, within: ArticleQuerySet) -> list[Row]:
    """The entries to rank, for terms with the number of articles that hold each."""
    known = sorted((term for term, n in terms.items() if n), key=lambda term: (terms[term], term))
    taken = _rarest(known, terms, budget=BUDGET, at_least=AT_LEAST)
    found = _ask(_wanted(taken, terms), within) if taken else []
    if len(found) < FEW and len(taken) < len(known):
        more = _rarest(known, terms, budget=SECOND_BUDGET, at_least=len(taken))
        if len(more) > len(taken):
            found = _ask(_wanted(more, terms), within)
        if len(found) < FEW and len(more) < len(known):
            found = _all_of(within) or found
    return found


def _all_of(within: ArticleQuerySet) -> list[Row]:
    """Every entry of a small part of the articles; nothing of a large one."""
    keys = list(within.order_by().values_list("pk", flat=True)[: SMALL + 1])
    if len(keys) > SMALL:
        return []
    return list(SearchEntry.objects.filter(pk__in=keys).values_list(*COLUMNS))


def _rarest(known: Sequence[str], terms: Mapping[str, int], *, budget: int, at_least: int) -> list[str]:
    taken: list[str] = []
    total = 0
    for term in known:
        total += terms[term]
        if total > budget and len(taken) >= at_least:
            break
        taken.append(term)
    return taken


def _wanted(taken: Sequence[str], terms: Mapping[str, int]) -> Alternatives:
    if sum(terms[term] for term in taken) <= FREQUENT or len(taken) == 1:
        return tuple((term,) for term in taken)
    rare = tuple((term,) for term in taken if terms[term] <= BUDGET // AT_LEAST)
    return rare + tuple(combinations(taken, 2))


def _ask(wanted: Alternatives, within: ArticleQuerySet) -> list[Row]:
    if connection.vendor == "postgresql":
        return candidates_postgres.find(wanted, within=within, limit=CANDIDATES)
    if candidates_sqlite.is_there():
        return candidates_sqlite.find(wanted, within=within, limit=CANDIDATES)
    return candidates_like.find(wanted, within=within, limit=CANDIDATES)
