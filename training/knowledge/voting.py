"""The steps of readers: useful or not, and what is wrong; and the answer to that."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from portal.privacy import without_contacts
from staffing import recording
from training import rights
from training.choices import VersionState
from training.knowledge import notices, versions
from training.models import Article, ArticleFlag, ArticleVersion, ArticleVote

LONGEST_REASON = 300
LONGEST_FLAG = 500


@transaction.atomic
def vote(
    version: ArticleVersion, *, is_useful: bool, by: User | None, at: datetime, comment: str = ""
) -> ArticleVote:
    """One word of each reader on each version; a later one replaces it.

    Not useful, and the reason why: the article is due for review, and who keeps it up is told.

    Raises: NotAllowed for whoever cannot read it; MissingInformation for a comment that is too long.
    """
    version, by = _read(version, by, at)
    comment = _short(comment, LONGEST_REASON, "comment")
    before = ArticleVote.objects.filter(version=version, by=by).first()
    vote, _is_new = ArticleVote.objects.update_or_create(
        version=version, by=by, defaults={"is_useful": is_useful, "comment": comment, "at": at}
    )
    if before is None or (before.is_useful, before.comment) != (is_useful, comment):
        was = before.is_useful if before else None
        recording.changed(vote, {"is_useful": (was, is_useful)}, by=by, at=at)
        if comment and not is_useful:
            _doubt(version.article, comment, by=by, at=at)
    return vote


@transaction.atomic
def flag(version: ArticleVersion, *, comment: str, by: User | None, at: datetime) -> ArticleFlag:
    """A reader says what is wrong: the article is due for review, and who keeps it up is told.

    Raises: NotAllowed for whoever cannot read it; MissingInformation; AlreadyTaken while his last is open.
    """
    version, by = _read(version, by, at)
    comment = _short(comment, LONGEST_FLAG, "comment")
    if not comment:
        raise MissingInformation(_("Say what is wrong."), fields={"comment": _("Say what is wrong.")})
    if version.article.flags.open().filter(raised_by=by).exists():
        raise AlreadyTaken(_("You have said that something is wrong; it is being looked into."))
    raised = ArticleFlag.objects.create(
        article=version.article, version=version, comment=comment, raised_by=by, raised_at=at
    )
    recording.added(raised, {"article": version.article, "version": version.number}, by=by, at=at)
    _doubt(version.article, comment, by=by, at=at)
    return raised


@transaction.atomic
def settle(raised: ArticleFlag, *, answer: str, by: User | None, at: datetime) -> ArticleFlag:
    """What was done about it; who said it is told. Whoever keeps the article up may, or who settles flags.

    Raises: NotAllowed; MissingInformation; WrongState for one that is settled.
    """
    article = versions.locked(Article(pk=raised.article_id))
    raised = ArticleFlag.objects.select_related("raised_by", "version").get(pk=raised.pk)
    raised.article = article
    if by is None or by.pk != article.owner_id:
        rights.require(by, rights.SETTLE_FLAGS, raised)
    rights.require(by, rights.REWRITE, article)
    answer = _short(answer, LONGEST_FLAG, "answer")
    if not answer:
        raise MissingInformation(_("Say what was done."), fields={"answer": _("Say what was done.")})
    if raised.settled_at is not None:
        raise WrongState(_("Somebody has answered it already."))
    raised.answer, raised.settled_by, raised.settled_at = answer, by, at
    raised.save(update_fields=["answer", "settled_by", "settled_at"])
    recording.changed(raised, {"settled_at": (None, at)}, by=by, at=at, reason=answer)
    notices.settled(raised, at=at)
    return raised


def _read(version: ArticleVersion, by: User | None, at: datetime) -> tuple[ArticleVersion, User]:
    """The version as it stands, if this person reads it, or has read it before another was published."""
    if by is None:
        raise NotAllowed(_("Only a reader may say that."))
    version = versions.fresh(version)
    readable = Article.objects.readable_by(by, localdate(at)).filter(pk=version.article_id)
    may_read = by.has_perm("training.view_article") and readable.exists()
    if version.state != VersionState.APPROVED or not may_read:
        raise NotAllowed(_("You may not do that."))
    return version, by


def _doubt(article: Article, comment: str, *, by: User, at: datetime) -> None:
    today = localdate(at)
    if article.review_on is None or article.review_on > today:
        article.review_on = today
        article.save(update_fields=["review_on"])
    notices.doubted(article, comment, by=by, at=at)


def _short(text: str, longest: int, field: str) -> str:
    """What a reader writes may quote a customer. Raises: MissingInformation."""
    text = without_contacts(" ".join(text.replace("\0", "").split()))
    if len(text) > longest:
        message = _("At most %(count)s characters.") % {"count": longest}
        raise MissingInformation(message, fields={field: message})
    return text
