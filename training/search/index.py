"""The index of what may be found, kept in the transaction of whoever publishes.

An entry holds the terms of an article's published version; the database keeps the index proper from it. How
many articles a term occurs in is counted along, and never counted anew but by `rebuild`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q

from portal import locks
from training.choices import ArticleState
from training.models import Article, SearchEntry, SearchTerm
from training.search import table
from training.search.reading import Terms, terms_of

LOCK = "training.search.index"
"""One writer at a time: two who publish several articles each would meet in opposite orders of terms."""

ARTICLES, LENGTH = ":articles", ":length"
"""Rows of the terms' table that no text makes: how many articles, and their heads' lengths summed."""

CHUNK = 500
CHUNK_OF_TERMS = 5_000


@transaction.atomic
def put(article: Article) -> None:
    """Take in the published version of an article, in place of what was known of it."""
    put_many([article])


@transaction.atomic
def put_many(articles: Sequence[Article]) -> None:
    """Take in several at once; one that is not published is forgotten."""
    locks.wait_for(LOCK)
    concepts = table.in_force()
    keys = [article.pk for article in articles]
    published = Article.objects.filter(pk__in=keys, state=ArticleState.PUBLISHED).select_related("current")
    entries = []
    for article in published:
        if article.current is not None:
            terms = terms_of(article.current, concepts)
            entries.append(_entry(article.pk, article.current.pk, terms))
    counts = _forget(keys)
    for entry in entries:
        counts.update(_counted(entry))
    SearchEntry.objects.bulk_create(entries, batch_size=CHUNK)
    _add(counts)


@transaction.atomic
def remove(article: Article) -> None:
    """Forget an article; it is found no more."""
    locks.wait_for(LOCK)
    _add(_forget([article.pk]))


def rebuild() -> int:
    """Make the whole index anew from what is published; how many articles there are.

    In chunks, so that nobody waits long to publish; meanwhile search finds what is taken in already. Done
    once more, it changes nothing.
    """
    with transaction.atomic():
        locks.wait_for(LOCK)
        SearchEntry.objects.all().delete()
        SearchTerm.objects.all().delete()
    keys = list(
        Article.objects.filter(state=ArticleState.PUBLISHED).order_by("pk").values_list("pk", flat=True)
    )
    for start in range(0, len(keys), CHUNK):
        put_many([Article(pk=key) for key in keys[start : start + CHUNK]])
    return len(keys)


@dataclass(frozen=True)
class Differences:
    """Where the index and what is published are not the same; codes of articles, and terms."""

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    outdated: tuple[str, ...]
    miscounted: tuple[str, ...]

    def __bool__(self) -> bool:
        return any((self.missing, self.surplus, self.outdated, self.miscounted))


def differences() -> Differences:
    """The index against what is published, and the counts against the index; empty when all is well."""
    unpublished = ~Q(article__state=ArticleState.PUBLISHED)
    published = Article.objects.filter(state=ArticleState.PUBLISHED)
    entries = SearchEntry.objects.order_by("pk")
    codes = "article__code"
    return Differences(
        missing=tuple(published.filter(search_entry=None).order_by("pk").values_list("code", flat=True)),
        surplus=tuple(entries.filter(unpublished).values_list(codes, flat=True)),
        outdated=tuple(
            entries.exclude(unpublished).exclude(version=F("article__current")).values_list(codes, flat=True)
        ),
        miscounted=tuple(_miscounted(entries.iterator(chunk_size=CHUNK))),
    )


def _miscounted(entries: Iterable[SearchEntry]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for entry in entries:
        counts.update(_counted(entry))
    for term, n in SearchTerm.objects.values_list("term", "n").iterator():
        if counts.pop(term, 0) != n:
            yield term
    yield from sorted(term for term, n in counts.items() if n)


def _entry(article: int, version: int, terms: Terms) -> SearchEntry:
    return SearchEntry(
        article_id=article,
        version_id=version,
        head_terms=terms.head,
        body_terms=terms.body,
        head_length=terms.length,
    )


def _counted(entry: SearchEntry) -> dict[str, int]:
    """What an entry adds to the counts."""
    terms = Terms(entry.head_terms, entry.body_terms, entry.head_length).each()
    return dict.fromkeys(terms, 1) | {ARTICLES: 1, LENGTH: entry.head_length}


def _forget(keys: Sequence[int]) -> Counter[str]:
    """Delete entries; what that takes from the counts."""
    counts: Counter[str] = Counter()
    known = SearchEntry.objects.filter(pk__in=keys)
    for entry in known.iterator(chunk_size=CHUNK):
        counts.subtract(_counted(entry))
    known.delete()
    return counts


def _add(counts: Mapping[str, int]) -> None:
    """Add to the counts, in one order for all: whoever writes rows in the same order never waits in a circle.

    A term that is in no article any more stays with 0.
    """
    changed = sorted((term, n) for term, n in counts.items() if n)
    table_name = connection.ops.quote_name(SearchTerm._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(changed), CHUNK_OF_TERMS):
            chunk = changed[start : start + CHUNK_OF_TERMS]
            rows = ", ".join(["(%s, %s)"] * len(chunk))
            cursor.execute(
                f"INSERT INTO {table_name} (term, n) VALUES {rows} "  # noqa: S608 - no word of anybody in it
                f"ON CONFLICT (term) DO UPDATE SET n = {table_name}.n + excluded.n",
                [value for pair in chunk for value in pair],
            )
