"""An article as a whole: loaded with the portal, amended, retired, brought back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording
from staffing.rights import require_reason
from training import rights
from training.choices import ArticleKind, ArticleState, Audience, VersionState
from training.knowledge import notices, versions
from training.knowledge.content import Content, cleaned_code
from training.knowledge.drafting import require_order, require_own_audience
from training.models import Article, ArticleVersion, Topic
from training.querysets.article import publishes
from training.search import index

WIDTH = {Audience.LEADERS: 1, Audience.AGENTS: 2, Audience.CUSTOMERS: 3}
"""How many an audience is, the widest last."""


class Facts(TypedDict, total=False):
    """What stands beside the text of an article."""

    topic: Topic
    kind: str
    audience: str
    owner: User | None
    valid_from: date | None
    valid_until: date | None


@transaction.atomic
def load(
    code: str,
    *,
    title: str,
    body: str,
    topic: Topic,
    at: datetime,
    questions: Sequence[str] = (),
    keywords: Sequence[str] = (),
    products: Sequence[str] = (),
    audience: Audience = Audience.CUSTOMERS,
    kind: ArticleKind = ArticleKind.FAQ,
    by: User | None = None,
) -> Result:
    """A shipped text, published; another one of the same code becomes the next version.

    Nobody has written it here, and nobody looks it over. What people have made of it since stays: their text,
    and where and for whom it stands.

    Raises: MissingInformation; NotAllowed for a person: he imports, and somebody else looks it over.
    """
    if by is not None:
        raise NotAllowed(_("A person imports articles; somebody else looks them over."))
    content = Content(
        title=title,
        body=body,
        questions=tuple(questions),
        keywords=tuple(keywords),
        products=tuple(products),
    ).cleaned()
    code = cleaned_code(code)
    article = Article.objects.filter(code=code).first()
    if article is None:
        article = Article.objects.create(code=code, topic=topic, kind=kind, audience=audience, created_at=at)
        _publish(article, content, at=at)
        return Result.CREATED
    article = versions.locked(article)
    if not _is_news(article, content):
        return Result.UNCHANGED
    _publish(article, content, at=at)
    return Result.UPDATED


@transaction.atomic
def amend(article: Article, *, by: User | None, at: datetime, **facts: Unpack[Facts]) -> Article:
    """Where, for whom and how long an article stands, and who keeps it up.

    Before it is published that is for those who write it, then for those who publish. To more readers than
    before it goes only by somebody who has not written it. Whoever has a version before him to look over has
    to look again: with it he publishes these facts, too.

    Raises: NotAllowed; MissingInformation; WrongState for one that is retired.
    """
    article = versions.locked(article)
    _require_keeper(article, by)
    if article.state == ArticleState.RETIRED:
        raise WrongState(_("The article is retired. Bring it back first."))
    changes = {
        name: (getattr(article, name), value)
        for name, value in facts.items()
        if getattr(article, name) != value
    }
    for name in changes:
        setattr(article, name, facts[name])  # type: ignore[literal-required]
    require_order(article.valid_from, article.valid_until)
    if "audience" in changes:
        require_own_audience(by, article.audience)
        _require_another_for_more(article, changes["audience"][0], by)
    _require_able(article.owner if "owner" in changes else None)
    if not changes:
        return article
    if article.review_on is not None:
        days = (article.review_on, versions.review_day(article, localdate(at)), article.valid_until)
        article.review_on = min(day for day in days if day is not None)
    article.save()
    article.versions.in_review().update(revision=F("revision") + 1)
    recording.changed(article, changes, by=by, at=at)
    if article.state == ArticleState.PUBLISHED:
        index.put(article)
    return article


@transaction.atomic
def retire(article: Article, *, reason: str, by: User | None, at: datetime) -> Article:
    """Readers see it no more; what is being written on it waits.

    Raises: NotAllowed; MissingInformation without a reason; WrongState.
    """
    reason = require_reason(reason)
    article = _published_by(article, by)
    if article.state == ArticleState.RETIRED:
        raise WrongState(_("The article is retired already."))
    _move(article, ArticleState.RETIRED, by=by, at=at, reason=reason)
    index.remove(article)
    notices.retired(article, reason, by=by, at=at)
    return article


@transaction.atomic
def bring_back(article: Article, *, reason: str, by: User | None, at: datetime) -> Article:
    """As it was, and due for review at once: meanwhile things may have changed.

    Raises: NotAllowed; MissingInformation; WrongState for one that is not retired.
    """
    reason = require_reason(reason)
    article = _published_by(article, by)
    if article.state != ArticleState.RETIRED:
        raise WrongState(_("The article is not retired."))
    if article.current is None:
        _move(article, ArticleState.DRAFT, by=by, at=at, reason=reason)
        return article
    article.review_on = localdate(at)
    _move(article, ArticleState.PUBLISHED, by=by, at=at, reason=reason)
    index.put(article)
    return article


def _move(article: Article, state: ArticleState, *, by: User | None, at: datetime, reason: str) -> None:
    was, article.state = article.state, state
    article.save(update_fields=["state", "review_on"])
    recording.changed(article, {"state": (was, state)}, by=by, at=at, reason=reason)


def _published_by(article: Article, by: User | None) -> Article:
    article = versions.locked(article)
    rights.require(by, rights.PUBLISH, article)
    return article


def _require_keeper(article: Article, by: User | None) -> None:
    """Raises: NotAllowed."""
    rights.require(by, rights.REWRITE, article)
    if by is None or publishes(by):
        return
    is_own = Article.objects.kept_by(by).filter(pk=article.pk).exists()
    if article.state != ArticleState.DRAFT or not is_own:
        raise NotAllowed(_("Only those who publish may change a published article."))


def _require_another_for_more(article: Article, before: str, by: User | None) -> None:
    """Who widens the audience of a text looks it over for them. Raises: NotAllowed."""
    is_wider = WIDTH[Audience(article.audience)] > WIDTH[Audience(before)]
    current = article.current
    if by is not None and is_wider and current is not None and by.pk in versions.writers_of(current):
        message = _("Somebody else than its author has to give it to more readers.")
        raise NotAllowed(message, fields={"audience": message})


def _require_able(owner: User | None) -> None:
    """Raises: MissingInformation, for somebody who cannot keep an article up."""
    if owner is not None and not (owner.is_active and owner.has_perm(rights.REWRITE)):
        message = _("Name somebody who may write articles.")
        raise MissingInformation(message, fields={"owner": message})


def _is_news(article: Article, content: Content) -> bool:
    """Whether readers see a shipped text that is another one than this."""
    current = article.current
    if article.state != ArticleState.PUBLISHED or current is None or current.author_id is not None:
        return False
    return not versions.content_of(current).says_the_same_as(content)


def _publish(article: Article, content: Content, *, at: datetime) -> None:
    before = article.current
    version: ArticleVersion = versions.add(article, content, author=None, state=VersionState.APPROVED, at=at)
    versions.put_out(article, version, at=at)
    if before is None:
        facts = {"code": article.code, "topic": article.topic, "audience": article.audience}
        recording.added(article, facts, by=None, at=at)
    else:
        changes = {"current": (before.number, version.number)}
        recording.changed(article, changes, by=None, at=at)
