from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from portal.choices import Role
from training.choices import ArticleState, Audience, MissingState, VersionState

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Article,
        ArticleFlag,
        ArticleVersion,
        MissingAnswer,
        SynonymGroup,
    )

LEADERS = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR)
ALIVE = (VersionState.DRAFT, VersionState.IN_REVIEW)


def audiences_of(user: User) -> tuple[Audience, ...]:
    """What may be told to somebody; a connected system speaks to customers."""
    if user.is_system:
        return (Audience.CUSTOMERS,)
    if user.has_role(*LEADERS):
        return (Audience.CUSTOMERS, Audience.AGENTS, Audience.LEADERS)
    return (Audience.CUSTOMERS, Audience.AGENTS)


def writes(user: User) -> bool:
    """Whether somebody works on articles, and so sees more than readers do."""
    return not user.is_system and user.has_perm("training.change_article")


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, on: date) -> ArticleQuerySet:
        """What readers see on a day: published, begun and not expired."""
        begun = Q(valid_from=None) | Q(valid_from__lte=on)
        unexpired = Q(valid_until=None) | Q(valid_until__gte=on)
        return self.filter(begun, unexpired, state=ArticleState.PUBLISHED)

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

    def visible_to(self, user: User) -> ArticleQuerySet:
        """In lists: readers see what is published today, those who write all of their audience."""
        if writes(user):
            return self.filter(audience__in=audiences_of(user))
        return self.readable_by(user, localdate())


class ArticleVersionQuerySet(models.QuerySet["ArticleVersion"]):
    def alive(self) -> ArticleVersionQuerySet:
        """Still being written or reviewed."""
        return self.filter(state__in=ALIVE)

    def in_review(self) -> ArticleVersionQuerySet:
        return self.filter(state=VersionState.IN_REVIEW)

    def visible_to(self, user: User) -> ArticleVersionQuerySet:
        """History and drafts are for those who write; a draft that is not handed in for its author only.

        Whoever may publish sees the drafts of all.
        """
        if not writes(user):
            return self.none()
        seen = self.filter(article__audience__in=audiences_of(user))
        if user.has_perm("training.publish_article"):
            return seen
        return seen.filter(~Q(state__in=(VersionState.DRAFT, VersionState.DROPPED)) | Q(author=user))


class ArticleFlagQuerySet(models.QuerySet["ArticleFlag"]):
    def open(self) -> ArticleFlagQuerySet:
        return self.filter(settled_at=None)

    def visible_to(self, user: User) -> ArticleFlagQuerySet:
        return self.filter(article__audience__in=audiences_of(user))


class MissingAnswerQuerySet(models.QuerySet["MissingAnswer"]):
    def open(self) -> MissingAnswerQuerySet:
        return self.filter(state=MissingState.OPEN)


class SynonymGroupQuerySet(models.QuerySet["SynonymGroup"]):
    def in_force(self) -> SynonymGroupQuerySet:
        return self.filter(state="published")
