"""The versions of an article: one lock, one row for each text, one way to become what readers see."""

from datetime import date, datetime

from django.db.models import Max
from django.utils.timezone import localdate

from portal.models import User
from training import markdown, policy
from training.choices import ArticleState, VersionState
from training.knowledge.content import Content
from training.models import Article, ArticleVersion
from training.search import index


def locked(article: Article) -> Article:
    """The article as it stands; until the transaction ends nobody else changes it or one of its versions."""
    rows = Article.objects.select_for_update(of=("self",))
    return rows.select_related("current", "topic", "owner").get(pk=article.pk)


def fresh(version: ArticleVersion) -> ArticleVersion:
    """The version as it stands, its article locked."""
    article = locked(Article(pk=version.article_id))
    again = ArticleVersion.objects.select_related("author", "base").get(pk=version.pk)
    again.article = article
    return again


def content_of(version: ArticleVersion) -> Content:
    return Content(
        title=version.title,
        body=version.body,
        questions=tuple(version.questions),
        keywords=tuple(version.keywords),
        products=tuple(version.products),
        note=version.note,
    )


def add(
    article: Article,
    content: Content,
    *,
    author: User | None,
    state: VersionState,
    at: datetime,
    taken_from: ArticleVersion | None = None,
) -> ArticleVersion:
    """The next version of a locked article, written on what is published now.

    A draft that was taken over is as old as it was: what was published since it was begun is not in it.
    """
    last = ArticleVersion.objects.filter(article=article).aggregate(last=Max("number"))["last"] or 0
    is_draft_of_another = taken_from is not None and taken_from.state != VersionState.APPROVED
    version = ArticleVersion.objects.create(
        article=article,
        number=last + 1,
        base_id=taken_from.base_id if taken_from and is_draft_of_another else article.current_id,
        taken_from=taken_from,
        state=state,
        audience=article.audience if state == VersionState.APPROVED else "",
        author=author,
        written_at=at,
        submitted_at=at if state == VersionState.IN_REVIEW else None,
        reviewed_at=at if state == VersionState.APPROVED else None,
        html=markdown.render(content.body),
        **words(content),
    )
    if taken_from is not None:
        version.earlier_authors.set(writers_of(taken_from))
    return version


def writers_of(version: ArticleVersion) -> set[int]:
    """Keys of all who have written its text: its author, and those of the texts it began with."""
    own = {version.author_id} if version.author_id else set()
    return own | set(version.earlier_authors.values_list("pk", flat=True))


def words(content: Content) -> dict[str, object]:
    """The content by the names of the version's fields."""
    return {
        "title": content.title,
        "body": content.body,
        "questions": list(content.questions),
        "keywords": list(content.keywords),
        "products": list(content.products),
        "note": content.note,
    }


def put_out(article: Article, version: ArticleVersion, *, at: datetime) -> None:
    """An approved version becomes what readers see, from now on, and is looked at again in due time."""
    article.current, article.state, article.published_at = version, ArticleState.PUBLISHED, at
    article.review_on = review_day(article, localdate(at))
    article.save(update_fields=["current", "state", "published_at", "review_on"])
    index.put(article)


def review_day(article: Article, on: date) -> date:
    """When somebody looks at it again who has done so today: after the time of its kind, or on its last day.

    Looked at on its last day it is good for that day, also for bots.
    """
    longest = max(policy.REVIEW_AFTER.values())
    then: date = on + policy.REVIEW_AFTER.get(article.kind, longest)  # type: ignore[call-overload]
    last: date | None = article.valid_until
    return min(then, last) if last and last > on else then
