"""The index of what may be found, kept in the transaction of whoever publishes.

An entry holds the terms of an article's published version; the database keeps the index proper from it. How
many articles a term occurs in is counted along, and counted anew by `rebuild` alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q, QuerySet

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

    No gap: an entry is there, the old one or the new one, at every moment. The counts are put right first,
    in one transaction for which publishers wait; then the entries follow in chunks, so that nobody waits
    long. Done once more, it changes nothing.
    """
    _recount()
    published = Article.objects.filter(state=ArticleState.PUBLISHED)
    surplus = SearchEntry.objects.exclude(article__in=published.values("pk"))
    keys = list(published.order_by("pk").values_list("pk", flat=True))
    others = list(surplus.order_by("pk").values_list("pk", flat=True))
    for some in (keys, others):
        for start in range(0, len(some), CHUNK):
            put_many([Article(pk=key) for key in some[start : start + CHUNK]])
    return len(keys)


@transaction.atomic
def _recount() -> None:
    """Each term in as many articles as the entries say; everything else follows from there by itself."""
    locks.wait_for(LOCK)
    counts = _counts_of_entries()
    counts.subtract(_counts_kept())
    _add(counts)


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
    """The index against what is published, and the counts against the index; empty when all is well.

    Outdated is also what this release, or the synonym table of today, would cut into other terms.
    """
    unpublished = ~Q(article__state=ArticleState.PUBLISHED)
    published = Article.objects.filter(state=ArticleState.PUBLISHED)
    entries = SearchEntry.objects.order_by("pk")
    return Differences(
        missing=tuple(published.filter(search_entry=None).order_by("pk").values_list("code", flat=True)),
        surplus=tuple(entries.filter(unpublished).values_list("article__code", flat=True)),
        outdated=tuple(_outdated(entries.exclude(unpublished))),
        miscounted=tuple(_miscounted()),
    )


def _outdated(entries: QuerySet[SearchEntry]) -> Iterator[str]:
    """An entry and its article are read by one query: publishing meanwhile is no difference."""
    concepts = table.in_force()
    for entry in entries.select_related("article__current").iterator(chunk_size=CHUNK):
        current = entry.article.current
        assert current is not None  # noqa: S101 - a constraint of what is published
        terms = terms_of(current, concepts)
        known = Terms(entry.head_terms, entry.body_terms, entry.head_length)
        if (entry.version_id, known) != (current.pk, terms):
            yield entry.article.code


@transaction.atomic
def _miscounted() -> list[str]:
    """Terms whose count is wrong. Publishers wait: between entries and counts nothing may come."""
    locks.wait_for(LOCK)
    counts = _counts_of_entries()
    counts.subtract(_counts_kept())
    return sorted(term for term, n in counts.items() if n)


def _counts_of_entries() -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry in SearchEntry.objects.iterator(chunk_size=CHUNK):
        counts.update(_counted(entry))
    return counts


def _counts_kept() -> dict[str, int]:
    return dict(SearchTerm.objects.exclude(n=0).values_list("term", "n").iterator())


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
