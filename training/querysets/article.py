from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from portal.choices import Role
from training.choices import ArticleState, Audience, MissingState, VersionState
from training.querysets.topic import within

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Article,
        ArticleFlag,
        ArticleVersion,
        MissingAnswer,
        SynonymGroup,
        Topic,
    )

LEADERS = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR)
ALIVE = (VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.RETURNED)


def audiences_of(user: User) -> tuple[Audience, ...]:
    """What may be told to somebody; a connected system speaks to customers."""
    if user.is_system:
        return (Audience.CUSTOMERS,)
    if user.has_role(*LEADERS):
        return (Audience.CUSTOMERS, Audience.AGENTS, Audience.LEADERS)
    return (Audience.CUSTOMERS, Audience.AGENTS)


def writes(user: User) -> bool:
    """Whether somebody works on articles, and so sees what he has written himself."""
    return not user.is_system and user.has_perm("training.change_article")


def publishes(user: User) -> bool:
    """Whether somebody looks over what others write, and so sees all of it."""
    return not user.is_system and user.has_perm("training.publish_article")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, on: date) -> ArticleQuerySet:
        """What readers see on a day: published, begun and not expired."""
        begun = Q(valid_from=None) | Q(valid_from__lte=on)
        unexpired = Q(valid_until=None) | Q(valid_until__gte=on)
        return self.filter(begun, unexpired, state=ArticleState.PUBLISHED)

    def within(self, topic: Topic | int) -> ArticleQuerySet:
        """Of a topic and of those below it."""
        return self.filter(within(topic))

    def expired(self, on: date) -> ArticleQuerySet:
        return self.filter(state=ArticleState.PUBLISHED, valid_until__lt=on)

    def due(self, on: date) -> ArticleQuerySet:
        """Published, and to be looked at again."""
        return self.filter(state=ArticleState.PUBLISHED, review_on__lte=on)

    def for_bots(self, on: date) -> ArticleQuerySet:
        """What may be told to customers without a person in between: nothing that is due for review."""
        fresh = Q(review_on=None) | Q(review_on__gt=on)
        return self.published(on).filter(fresh, audience=Audience.CUSTOMERS)

    def readable_by(self, user: User, on: date) -> ArticleQuerySet:
        """What somebody may be answered with on a day; the only way to a reader's list, search or export."""
        return self.published(on).filter(audience__in=audiences_of(user))

    def kept_by(self, user: User) -> ArticleQuerySet:
        """Those that somebody keeps up, or has written a version of."""
        written = self.model._default_manager.filter(versions__author=user).order_by()
        return self.filter(Q(owner=user) | Q(pk__in=written.values("pk")))

    def visible_to(self, user: User) -> ArticleQuerySet:
        """In lists: what is published today; one's own, for those who write; all, for those who publish."""
        if not writes(user):
            return self.readable_by(user, localdate())
        seen = self.filter(audience__in=audiences_of(user))
        if publishes(user):
            return seen
        own = self.model._default_manager.kept_by(user).order_by()
        today = self.model._default_manager.readable_by(user, localdate()).order_by()
        return seen.filter(Q(pk__in=today.values("pk")) | Q(pk__in=own.values("pk")))


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    def alive(self) -> ArticleVersionQuerySet:
        """Still being written or reviewed."""
        return self.filter(state__in=ALIVE)

    def in_review(self) -> ArticleVersionQuerySet:
        return self.filter(state=VersionState.IN_REVIEW)

    def visible_to(self, user: User) -> ArticleVersionQuerySet:
        """History is for those who write, as far as readers may see the article; a draft for its author.

        Whoever may publish sees all of his audience. What was published for another audience stays with it.
        """
        if not writes(user):
            return self.none()
        own = audiences_of(user)
        then = Q(audience="") | Q(audience__in=own) | Q(pk=F("article__current"))
        seen = self.filter(then, article__audience__in=own)
        if publishes(user):
            return seen
        from training.models import Article  # noqa: PLC0415 - the model imports this module

        today = Article.objects.readable_by(user, localdate()).order_by().values("pk")
        return seen.filter(Q(author=user) | Q(state=VersionState.APPROVED, article__in=today))


class ArticleFlagQuerySet(models.QuerySet["ArticleFlag"]):
    def open(self) -> ArticleFlagQuerySet:
        return self.filter(settled_at=None)

    def visible_to(self, user: User) -> ArticleFlagQuerySet:
        """One's own, and those of the articles one keeps up; all for those who look articles over."""
        seen = self.filter(article__audience__in=audiences_of(user))
        if publishes(user) or user.has_role(Role.AUDITOR):
            return seen
        return seen.filter(Q(raised_by=user) | Q(article__owner=user))


class MissingAnswerQuerySet(models.QuerySet["MissingAnswer"]):
    def open(self) -> MissingAnswerQuerySet:
        return self.filter(state=MissingState.OPEN)


class SynonymGroupQuerySet(models.QuerySet["SynonymGroup"]):
    def in_force(self) -> SynonymGroupQuerySet:
        return self.filter(state="published")
