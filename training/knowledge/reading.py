"""What readers find, and where: everything here begins with `readable_by`, so that no draft is ever in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.timezone import localdate

from portal.models import User
from training.choices import UseKind
from training.models import Article, ArticleUse, Topic
from training.querysets import ArticleQuerySet

FOUND_AT_MOST = 50
LATELY = timedelta(days=30)
USED = (UseKind.VIEWED, UseKind.INSERTED, UseKind.ANSWERED)
DEFERRED = ("current__body", "current__html", "current__questions")


@dataclass(frozen=True)
class Branch:
    """A topic with what stands in it and below it."""

    topic: Topic
    count: int
    branches: Sequence["Branch"] = field(default_factory=tuple)


def of_topic(topic: Topic, *, user: User, on: date) -> tuple[list[Article], int]:
    """The newest of a topic and what is below it, FOUND_AT_MOST of them; and how many there are."""
    rows = _rows(user, on).within(topic)
    return list(rows.order_by("-published_at", "-id")[:FOUND_AT_MOST]), rows.count()


def tree(*, user: User, on: date) -> list[Branch]:
    """The topics in which this person finds anything."""
    rows = Article.objects.readable_by(user, on).order_by().values_list("topic").annotate(Count("pk"))
    counts = dict(rows)
    children: dict[int | None, list[Topic]] = {}
    for topic in Topic.objects.order_by("position", "name"):
        children.setdefault(topic.parent_id, []).append(topic)

    def branches(parent: int | None, depth: int) -> list[Branch]:
        found = []
        for topic in children.get(parent, ()) if depth < Topic.DEEPEST else ():
            below = branches(topic.pk, depth + 1)
            count = counts.get(topic.pk, 0) + sum(branch.count for branch in below)
            found += [Branch(topic, count, below)] if count else []
        return found

    return branches(None, 0)


def newest(*, user: User, on: date, count: int = 8) -> list[Article]:
    return list(_rows(user, on).order_by("-published_at", "-id")[:count])


def most_used(*, user: User, at: datetime, count: int = 8) -> list[Article]:
    """Of the last weeks, the most used first; each has its number as `uses_lately`."""
    uses = ArticleUse.objects.filter(
        kind__in=USED,
        at__gte=at - LATELY,
        article__in=Article.objects.readable_by(user, localdate(at)).order_by().values("pk"),
    )
    ranked = uses.order_by().values_list("article").annotate(n=Count("pk")).order_by("-n", "-article")
    numbers = dict(ranked[:count])
    articles = _rows(user, localdate(at)).in_bulk(numbers)
    for pk, article in articles.items():
        article.uses_lately = numbers[pk]  # type: ignore[attr-defined]
    return [articles[pk] for pk in numbers if pk in articles]


def beside(article: Article, *, user: User, on: date, count: int = 6) -> list[Article]:
    """Others of its topic."""
    rows = _rows(user, on).filter(topic=article.topic_id).exclude(pk=article.pk)
    return list(rows.order_by("-published_at", "-id")[:count])


def _rows(user: User, on: date) -> ArticleQuerySet:
    rows = Article.objects.readable_by(user, on).select_related("current", "topic__parent__parent")
    return rows.defer(*DEFERRED)
