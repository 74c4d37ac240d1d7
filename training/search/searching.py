"""A question in, an answer out.

The same few queries whatever is asked and however many articles there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.safestring import SafeString
from django.utils.timezone import now

from training.choices import UseKind
from training.models import Article, ArticleUse, ArticleVersion, SearchTerm
from training.querysets import ArticleQuerySet
from training.search import candidates, confidence, highlighting, ranking, table, tokens
from training.search.concepts import Concepts
from training.search.confidence import Confidence
from training.search.index import ARTICLES, LENGTH
from training.search.normalising import asked
from training.search.ranking import Entry, Question, Scored, Statistics

MOST_RESULTS = 50
MOST_TERMS = 120
"""Of a question; more say the same again."""
CLOSE = 10
"""Of so many at the top at least it is known how much they are used."""
HELPED = (UseKind.INSERTED, UseKind.ANSWERED)
RECENT = timedelta(days=90)


@dataclass(frozen=True)
class Hit:
    """An article that fits, with the version that says so. `matched` are the terms that both have."""

    article: Article
    version: ArticleVersion
    title_html: SafeString
    snippet_html: SafeString
    score: float
    matched: tuple[str, ...]

    @property
    def title(self) -> str:
        return self.version.title


@dataclass(frozen=True)
class Answer:
    """What was found, best first, and how sure that is. `spelled` is the question as it was read."""

    results: tuple[Hit, ...]
    confidence: Confidence
    spelled: str

    @property
    def is_confident(self) -> bool:
        return self.confidence.is_confident

    @property
    def coverage(self) -> float:
        return self.confidence.coverage

    @property
    def margin(self) -> float:
        return self.confidence.margin


def search(question: str, *, within: ArticleQuerySet, limit: int = 5, at: datetime | None = None) -> Answer:
    """The articles out of `within` that answer a question, best first.

    What is not within is neither ranked nor counted as a rival: whoever may not see an article cannot guess
    from the answer that it exists.
    """
    plain = asked(question)
    terms = terms_of(plain, table.in_force())
    if not terms:
        return Answer((), Confidence(), plain)
    read = Question(terms, _statistics(terms))
    counted = {term: read.statistics.n.get(term, 0) for term in terms}
    entries = {row[0]: Entry(*row) for row in candidates.find(counted, within=within)}
    ranked = ranking.rank(read, entries.values())
    return Answer(
        results=_hits(ranked, limit=min(limit, MOST_RESULTS), at=at or now()),
        confidence=_confidence(read, ranked, entries),
        spelled=plain,
    )


def terms_of(plain: str, concepts: Concepts) -> list[str]:
    """The terms of a question that is spelled: of its characters and words, and of what they mean."""
    spoken, explained = concepts.of_pinyin(plain)
    words = [term for term in tokens.head(plain) if term not in explained]
    return [*dict.fromkeys(words[:MOST_TERMS]), *sorted(concepts.of(plain) | spoken)]


def _statistics(terms: Sequence[str]) -> Statistics:
    rows = SearchTerm.objects.filter(term__in=[*terms, ARTICLES, LENGTH])
    n = dict(rows.values_list("term", "n"))
    articles = n.pop(ARTICLES, 0)
    return Statistics(articles, n.pop(LENGTH, 0) / max(articles, 1), n)


def _confidence(read: Question, ranked: Sequence[Scored], entries: Mapping[int, Entry]) -> Confidence:
    if not ranked:
        return Confidence()
    head = entries[ranked[0].key].head
    return confidence.of(read, ranked, head=head, titles=lambda: _statistics(sorted(set(head.split()))))


def _hits(ranked: Sequence[Scored], *, limit: int, at: datetime) -> tuple[Hit, ...]:
    """Of those that fit alike, first the one that has helped more often of late, then the fresher one."""
    close = ranked[: max(limit, CLOSE)]
    keys = [one.key for one in close]
    rows = Article.objects.filter(pk__in=keys, current__isnull=False).select_related("current", "topic")
    articles = {article.pk: article for article in rows.defer("current__html")}
    helped = ArticleUse.objects.filter(article__in=keys, kind__in=HELPED, at__gte=at - RECENT).order_by()
    uses = dict(helped.values("article").annotate(times=Count("pk")).values_list("article", "times"))
    ages = {
        key: (at - article.published_at).days if article.published_at else 0
        for key, article in articles.items()
    }
    settled = ranking.settle(close, uses=uses, age_days=ages)
    return tuple(_hit(articles[one.key], one) for one in settled[:limit] if one.key in articles)


def _hit(article: Article, scored: Scored) -> Hit:
    version = article.current
    assert version is not None  # noqa: S101 - asked for by the query
    return Hit(
        article=article,
        version=version,
        title_html=highlighting.marked(version.title, scored.matched),
        snippet_html=highlighting.snippet(version.body, scored.matched),
        score=scored.score,
        matched=scored.matched,
    )
