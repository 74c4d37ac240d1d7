"""The steps of whoever looks over: sent back, published, still right; and who is told that it is time."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from portal import sweeping
from portal.errors import MissingInformation, NotAllowed, Stale, WrongState
from portal.models import User
from staffing import recording
from training import rights
from training.choices import ArticleState, VersionState
from training.knowledge import drafting, notices, versions
from training.models import Article, ArticleVersion


@transaction.atomic
def send_back(version: ArticleVersion, *, comment: str, by: User | None, at: datetime) -> ArticleVersion:
    """Its author goes on writing, and reads why. Raises: NotAllowed; MissingInformation; WrongState."""
    version, by = _under_review(version, by)
    if not comment.strip():
        raise MissingInformation(
            _("Say what is to be done."), fields={"comment": _("Say what is to be done.")}
        )
    _decide(version, VersionState.RETURNED, comment, by=by, at=at)
    drafting.record(
        version,
        {"state": (VersionState.IN_REVIEW, version.state)},
        by=by,
        at=at,
        reason=version.review_comment,
    )
    notices.sent_back(version, at=at)
    return version


@transaction.atomic
def approve(
    version: ArticleVersion, *, revision: int, by: User | None, at: datetime, comment: str = ""
) -> Article:
    """Published: readers see it from now on. `revision` is the one that was read: text, readers and validity.

    Raises: NotAllowed, also for whoever has written it or the text it brings back; MissingInformation;
    WrongState; Stale when it was written on, or another version was published, since.
    """
    version, by = _under_review(version, by)
    article = version.article
    if version.revision != revision:
        raise Stale(_("It was changed since you read it. Please look at it once more."))
    drafting.require_publishable(version, localdate(at))
    before, review_on = article.current.number if article.current else None, article.review_on
    _decide(version, VersionState.APPROVED, comment, by=by, at=at)
    versions.put_out(article, version, at=at)
    state = {"state": (VersionState.IN_REVIEW, version.state)}
    drafting.record(version, state, by=by, at=at, reason=version.review_comment)
    changes = {"current": (before, version.number), "review_on": (review_on, article.review_on)}
    recording.changed(article, changes, by=by, at=at)
    notices.published(version, by=by, at=at)
    return article


@transaction.atomic
def confirm(article: Article, *, number: int, by: User | None, at: datetime) -> Article:
    """Still right, as it stands in the version with that number: it is looked at again in due time.

    Who keeps it up may say so, or who publishes. What somebody says is wrong is answered first.

    Raises: NotAllowed; Stale when another version was published since; WrongState.
    """
    article = versions.locked(article)
    if by is not None and by.pk != article.owner_id:
        rights.require(by, rights.PUBLISH, article)
    rights.require(by, rights.REWRITE, article)
    if article.state != ArticleState.PUBLISHED or article.current is None:
        raise WrongState(_("Only a published article can be confirmed."))
    if article.current.number != number:
        raise Stale(_("Another version has been published since. Please read it first."))
    if article.valid_until and article.valid_until < localdate(at):
        raise WrongState(_("Its validity is over. Give it another end first."))
    if article.flags.open().exists():
        raise WrongState(_("Somebody says that something is wrong with it. Answer that first."))
    before, article.review_on = article.review_on, versions.review_day(article, localdate(at))
    article.save(update_fields=["review_on"])
    recording.changed(article, {"review_on": (before, article.review_on)}, by=by, at=at)
    return article


def tell_due(at: datetime) -> int:
    """Whoever keeps an article up learns that it is time to look at it, once for each such day.

    Answers for how many it was told.
    """
    due = Article.objects.due(localdate(at)).filter(_untold()).order_by("pk")
    return sweeping.each(due.select_related("owner", "current").iterator(), partial(_tell, at=at))


@transaction.atomic
def _tell(article: Article, *, at: datetime) -> bool:
    """Of two sweeps at once, one tells."""
    same = Article.objects.filter(_untold(), pk=article.pk, review_on=article.review_on)
    if not same.update(review_told_on=article.review_on):
        return False
    notices.due(article, at=at)
    return True


def _untold() -> Q:
    return Q(review_told_on=None) | ~Q(review_told_on=F("review_on"))


def _under_review(version: ArticleVersion, by: User | None) -> tuple[ArticleVersion, User]:
    """The version as it stands, and who looks it over, if this person may.

    Raises: NotAllowed, also for the system: what is published, two people have looked at; WrongState.
    """
    version = versions.fresh(version)
    rights.require(by, rights.PUBLISH, version)
    if version.state != VersionState.IN_REVIEW:
        raise WrongState(_("This version is not waiting for review any more."))
    if by is None or by.pk in versions.writers_of(version):
        raise NotAllowed(_("Somebody else than its author has to look it over."))
    return version, by


def _decide(version: ArticleVersion, state: VersionState, comment: str, *, by: User, at: datetime) -> None:
    version.state, version.review_comment = state, comment.strip()[:500]
    version.reviewer, version.reviewed_at = by, at
    if state == VersionState.APPROVED:
        version.audience = version.article.audience
    version.save(update_fields=["state", "review_comment", "reviewer", "reviewed_at", "audience"])
