"""What an article was good for: one row for each kind of use and matter."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import localtime

from portal.models import User
from training.choices import UseKind
from training.models import Article, ArticleUse, ArticleVersion


def record(
    version: ArticleVersion, kind: UseKind, *, by: User | None, at: datetime, reference: str = ""
) -> None:
    """The version was used, for the matter with that number. The same use of the same matter counts once."""
    ArticleUse.objects.bulk_create(
        [
            ArticleUse(
                article_id=version.article_id, version=version, kind=kind, reference=reference, by=by, at=at
            )
        ],
        ignore_conflicts=True,
    )


def read(version: ArticleVersion, *, by: User, at: datetime) -> None:
    """Somebody has the article before him. Looked at again on the same day, that is the same reading."""
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today = ArticleUse.objects.filter(
        article=version.article_id, kind=UseKind.VIEWED, at__gte=midnight, by=by, reference=""
    )
    if not today.exists():
        record(version, UseKind.VIEWED, by=by, at=at)


def counts(articles: Iterable[Article], *, since: datetime) -> Mapping[int, Mapping[str, int]]:
    """By article and kind of use."""
    rows = ArticleUse.objects.filter(article__in=[each.pk for each in articles], at__gte=since)
    found: dict[int, dict[str, int]] = {}
    for article, kind, count in rows.order_by().values_list("article", "kind").annotate(Count("pk")):
        found.setdefault(article, {})[kind] = count
    return found
