"""Who is told what about articles, in his own language."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.choices import Role
from portal.errors import Text
from portal.models import User
from staffing.notices import tell
from training.knowledge import versions
from training.models import Article, ArticleFlag, ArticleVersion
from training.querysets.article import audiences_of, publishes


def keepers_of(article: Article, *, but: User | None = None) -> list[User]:
    """Who keeps the article up; where nobody does any more, the trainers."""
    owner = article.owner
    if owner is not None and owner.is_active and article.audience in audiences_of(owner):
        people = [owner]
    else:
        people = list(User.objects.filter(is_active=True, groups__name=Role.TRAINER))
    return [user for user in people if but is None or user.pk != but.pk]


def reviewers_of(version: ArticleVersion) -> list[User]:
    """Who keeps the article up, if he may publish and has not written on it himself; else the trainers."""
    article, writers = version.article, versions.writers_of(version)
    owner = article.owner
    if owner is not None and owner.is_active and publishes(owner) and owner.pk not in writers:
        return [owner]
    trainers = User.objects.filter(is_active=True, groups__name=Role.TRAINER)
    return [user for user in trainers if user.pk not in writers]


def handed_in(version: ArticleVersion, *, at: datetime) -> None:
    """Each time it is handed in."""
    text = _("%(name)s asks you to look over: %(title)s")
    facts = {"name": version.author or "", "title": version.title}
    _say(
        reviewers_of(version), f"article-in-review:{version.pk}:{_moment(at)}", text, facts, to=version, at=at
    )


def sent_back(version: ArticleVersion, *, at: datetime) -> None:
    text = _("Sent back: %(title)s. %(comment)s")
    facts = {"title": version.title, "comment": version.review_comment}
    key = f"article-sent-back:{version.pk}:{_moment(at)}"
    _say(_author_of(version), key, text, facts, to=version, at=at)


def published(version: ArticleVersion, *, by: User, at: datetime) -> None:
    """Who wrote it, and who keeps the article up."""
    people = [user for user in (*_author_of(version), version.article.owner) if user and user.pk != by.pk]
    text, facts = _("Published: %(title)s"), {"title": version.title}
    _say(people, f"article-published:{version.pk}", text, facts, to=version.article, at=at)


def dropped(version: ArticleVersion, reason: str, *, by: User | None, at: datetime) -> None:
    people = [user for user in _author_of(version) if by is None or user.pk != by.pk]
    text = _("Your draft “%(title)s” was dropped: %(reason)s")
    facts = {"title": version.title, "reason": reason}
    _say(people, f"article-dropped:{version.pk}", text, facts, to=version, at=at)


def retired(article: Article, reason: str, *, by: User | None, at: datetime) -> None:
    text, facts = _("Retired: %(title)s. %(reason)s"), {"title": article, "reason": reason}
    key = f"article-retired:{article.pk}:{_moment(at)}"
    _say(keepers_of(article, but=by), key, text, facts, to=article, at=at)


def due(article: Article, *, at: datetime) -> None:
    """Once for each day on which it is due."""
    text, facts = _("Please look whether it is still right: %(title)s"), {"title": article}
    key = f"article-due:{article.pk}:{article.review_on:%Y-%m-%d}"
    _say(keepers_of(article), key, text, facts, to=article, at=at)


def doubted(article: Article, comment: str, *, by: User, at: datetime) -> None:
    """A reader says what is wrong, or that it did not help him and why."""
    text = _("%(name)s on “%(title)s”: %(comment)s")
    facts = {"name": by, "title": article, "comment": comment}
    key = f"article-doubted:{article.pk}:{by.pk}:{_moment(at)}"
    _say(keepers_of(article, but=by), key, text, facts, to=article, at=at)


def settled(flag: ArticleFlag, *, at: datetime) -> None:
    text = _("What you said about “%(title)s” was looked into: %(answer)s")
    facts = {"title": flag.article, "answer": flag.answer}
    people = [] if flag.settled_by_id == flag.raised_by_id else [flag.raised_by]
    _say(people, f"article-flag-settled:{flag.pk}", text, facts, to=flag.article, at=at)


def _say(
    people: Iterable[User],
    key: str,
    text: Text,
    facts: Mapping[str, object],
    *,
    to: Article | ArticleVersion,
    at: datetime,
) -> None:
    link = reverse(f"admin:training_{to._meta.model_name}_change", args=[to.pk])
    tell(people, key, lambda: str(text) % facts, link=link, at=at)


def _author_of(version: ArticleVersion) -> list[User]:
    return [version.author] if version.author else []


def _moment(at: datetime) -> str:
    """In a key: the same may be told again at another time."""
    return f"{at.timestamp():.0f}"
