"""What stands in a handbook: chapters by topic, in each the articles that its readers may have today."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed, TooOften
from portal.models import User
from training.choices import Audience
from training.models import Article, ArticleVersion, Topic
from training.querysets.article import audiences_of
from training.querysets.topic import within

INCLUDED = {
    Audience.CUSTOMERS: (Audience.CUSTOMERS,),
    Audience.AGENTS: (Audience.CUSTOMERS, Audience.AGENTS),
    Audience.LEADERS: (Audience.CUSTOMERS, Audience.AGENTS, Audience.LEADERS),
}
"""Whoever may read more, reads also what is for everybody."""

MOST_ARTICLES = 1_000
"""Of one book. More of them take longer than anybody waits for a page, and nobody prints that."""


@dataclass(frozen=True)
class Entry:
    """An article as it is printed. `anchor` names its place in the book."""

    number: str
    article: Article
    version: ArticleVersion

    @property
    def anchor(self) -> str:
        return f"a{self.article.pk}"

    @property
    def published_at(self) -> datetime | None:
        return self.article.published_at


@dataclass(frozen=True)
class Chapter:
    number: str
    topic: Topic
    depth: int
    entries: Sequence[Entry]

    @property
    def anchor(self) -> str:
        return f"t{self.topic.pk}"


def chapters(*, user: User, audience: Audience, on: date, topics: Iterable[Topic] = ()) -> Sequence[Chapter]:
    """The chapters for an audience; without topics all of them. Empty ones are left out.

    Raises: NotAllowed for an audience that one does not belong to; TooOften for more than MOST_ARTICLES.
    """
    if audience not in audiences_of(user):
        raise NotAllowed(_("You may not read what is for this audience."))
    rows = Article.objects.readable_by(user, on).filter(audience__in=INCLUDED[audience])
    chosen = [within(topic) for topic in topics]
    if chosen:
        rows = rows.filter(_any(chosen))
    if rows.count() > MOST_ARTICLES:
        raise TooOften(
            _("A handbook has at most %(count)s articles. Choose topics.") % {"count": MOST_ARTICLES}
        )
    by_topic: dict[int, list[Article]] = {}
    for article in rows.select_related("current").order_by("current__title", "pk"):
        by_topic.setdefault(article.topic_id, []).append(article)
    return list(_numbered(by_topic))


def _numbered(by_topic: dict[int, list[Article]]) -> Iterable[Chapter]:
    below: dict[int | None, list[Topic]] = {}
    for topic in Topic.objects.order_by("position", "name"):
        below.setdefault(topic.parent_id, []).append(topic)

    def holds(topic: Topic) -> bool:
        return topic.pk in by_topic or any(map(holds, below.get(topic.pk, ())))

    def walk(parent: int | None, prefix: str, depth: int) -> Iterable[Chapter]:
        filled = [topic for topic in below.get(parent, ()) if depth <= Topic.DEEPEST and holds(topic)]
        for place, topic in enumerate(filled, 1):
            number = f"{prefix}{place}"
            yield Chapter(number, topic, depth, _entries(by_topic.get(topic.pk, ()), number))
            yield from walk(topic.pk, f"{number}.", depth + 1)

    return walk(None, "", 1)


def _entries(articles: Iterable[Article], chapter: str) -> Sequence[Entry]:
    return [
        Entry(f"{chapter}-{place}", article, article.current)
        for place, article in enumerate(articles, 1)
        if article.current is not None
    ]


def _any(conditions: Sequence[Q]) -> Q:
    found = conditions[0]
    for condition in conditions[1:]:
        found |= condition
    return found
