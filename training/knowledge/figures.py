"""Numbers about articles, read only: for the review board, dashboards and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.timezone import get_current_timezone, localdate, localtime

from portal.models import User
from training import policy
from training.choices import ArticleState, UseKind
from training.models import ArticleFlag, ArticleUse, ArticleVersion, ArticleVote
from training.querysets import ArticleFlagQuerySet, ArticleQuerySet, ArticleVersionQuerySet

WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Week:
    """Readings, and insertions into replies to customers, of the week that begins on that Monday."""

    monday: date
    views: int
    inserts: int


@dataclass(frozen=True)
class Votes:
    useful: int
    total: int

    @property
    def share(self) -> float | None:
        """0 to 1; None where nobody has voted."""
        return self.useful / self.total if self.total else None


def waiting(user: User) -> ArticleVersionQuerySet:
    """What somebody has to look over: handed in, and he has not written on it (see `versions.writers_of`)."""
    others = Q(author=None) | ~Q(author=user)
    return in_review(user).filter(others).exclude(earlier_authors=user)


def in_review(user: User) -> ArticleVersionQuerySet:
    """All that was handed in, of what somebody may see."""
    rows = ArticleVersion.objects.visible_to(user).in_review()
    return rows.exclude(article__state=ArticleState.RETIRED)


def flags(user: User, *, of: ArticleQuerySet) -> ArticleFlagQuerySet:
    """What readers say is wrong with these articles, unanswered, as far as somebody may read it."""
    rows = ArticleFlag.objects.visible_to(user).open().exclude(article__state=ArticleState.RETIRED)
    return rows.filter(article__in=of.order_by().values("pk"))


def flagged(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Of which somebody says that something is wrong, unanswered."""
    open_flags = ArticleFlag.objects.open().filter(article=OuterRef("pk"))
    return articles.exclude(state=ArticleState.RETIRED).filter(Exists(open_flags))


def voted_down(articles: ArticleQuerySet, *, at: datetime) -> ArticleQuerySet:
    """Published, and lately called not useful at least as often as useful; `down` and `up` say how often."""
    lately = Q(current__votes__at__gte=at - policy.VOTES_LOOKED_BACK)
    counted = articles.filter(state=ArticleState.PUBLISHED).annotate(
        down=Count("current__votes", filter=lately & Q(current__votes__is_useful=False)),
        up=Count("current__votes", filter=lately & Q(current__votes__is_useful=True)),
    )
    return counted.filter(down__gt=0, down__gte=F("up")).order_by("-down", "pk")


def unused(articles: ArticleQuerySet, *, at: datetime) -> ArticleQuerySet:
    """Out for a while, and in all that time of no use to anybody."""
    since = at - policy.UNUSED_AFTER
    used = ArticleUse.objects.filter(article=OuterRef("pk"), at__gte=since)
    return articles.published(localdate(at)).filter(~Exists(used), published_at__lt=since)


def weekly(*, at: datetime, weeks: int = 8) -> Sequence[Week]:
    """The last weeks, the present one last; weeks without any use are there, too."""
    this = localdate(at) - timedelta(days=localdate(at).weekday())
    first = this - (weeks - 1) * WEEK
    midnight = localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - (localdate(at) - first)
    rows = (
        ArticleUse.objects.filter(at__gte=since, at__lte=at, kind__in=(UseKind.VIEWED, UseKind.INSERTED))
        .annotate(week=TruncWeek("at", tzinfo=get_current_timezone()))
        .order_by()
        .values_list("week", "kind")
        .annotate(Count("pk"))
    )
    counts = {(localdate(week), kind): count for week, kind, count in rows}
    mondays = [first + number * WEEK for number in range(weeks)]
    return [
        Week(
            monday,
            counts.get((monday, UseKind.VIEWED), 0),
            counts.get((monday, UseKind.INSERTED), 0),
        )
        for monday in mondays
    ]


def votes(*, since: datetime) -> Votes:
    """What readers said of all articles since then."""
    return _votes(ArticleVote.objects.filter(at__gte=since))


def votes_on(version: ArticleVersion) -> Votes:
    return _votes(ArticleVote.objects.filter(version=version))


def _votes(rows: QuerySet[ArticleVote]) -> Votes:
    useful = Count("pk", filter=Q(is_useful=True))
    return Votes(**rows.aggregate(useful=useful, total=Count("pk")))
