from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from portal.choices import Role
from staffing.querysets.sight import sees_all
from training import policy
from training.choices import AnnouncementState, NeedState
from training.querysets.sight import of_agents_seen
from training.querysets.topic import within

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Announcement,
        AnnouncementReading,
        Topic,
        TrainingNeed,
    )

OPEN_NEEDS = (NeedState.OPEN, NeedState.PLANNED)


def _still_there(on: date) -> Q:
    return Q(agent__left_on=None) | Q(agent__left_on__gte=on)


def _teams_of(user: User) -> models.QuerySet[Any]:
    from staffing.models import Team  # noqa: PLC0415 - the models import this module

    return Team.objects.of(user).order_by().values("pk")


def follows_up(user: User) -> bool:
    """Whether somebody may read who has confirmed, of those whom he sees."""
    return user.has_perm("training.change_announcement") or user.has_role(Role.DIRECTOR, Role.AUDITOR)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self) -> AnnouncementQuerySet:
        return self.filter(state=AnnouncementState.PUBLISHED)

    def visible_to(self, user: User) -> AnnouncementQuerySet:
        """What was published to one; to those who follow it up also that of their teams, and their own.

        Drafts are their author's, and of those who look after the whole department.
        """
        from training.models import AnnouncementReading  # noqa: PLC0415 - the model imports this module

        mine = AnnouncementReading.objects.filter(announcement=OuterRef("pk"), agent__user=user)
        seen = Q(Exists(mine))
        if follows_up(user):
            if sees_all(user):
                return self
            seen |= ~Q(Exists(self._addressed())) | Q(
                Exists(self._addressed().filter(team__in=_teams_of(user)))
            )
        return self.filter(seen & ~Q(state=AnnouncementState.DRAFT) | Q(author=user))

    def _addressed(self) -> models.QuerySet[models.Model]:
        """The teams it is for, none for the whole department. Not joined: it would be there once for each."""
        return self.model.teams.through.objects.filter(announcement=OuterRef("pk"))


class AnnouncementReadingQuerySet(models.QuerySet["AnnouncementReading"]):
    def current(self) -> AnnouncementReadingQuerySet:
        """Of the latest text of announcements that stand."""
        return self.filter(
            announcement__state=AnnouncementState.PUBLISHED, version=F("announcement__version")
        )

    def unconfirmed(self) -> AnnouncementReadingQuerySet:
        return self.current().filter(confirmed_at=None)

    def overdue(self, on: date) -> AnnouncementReadingQuerySet:
        return self.unconfirmed().filter(due_on__lt=on)

    def of_employed(self, on: date) -> AnnouncementReadingQuerySet:
        """Whoever has left need confirm nothing."""
        return self.filter(_still_there(on))

    def counting(self, on: date) -> AnnouncementReadingQuerySet:
        """Who has confirmed, or still has to: whoever has left without is not counted."""
        return self.filter(~Q(confirmed_at=None) | _still_there(on))

    def visible_to(self, user: User) -> AnnouncementReadingQuerySet:
        """One's own; those of one's teams, or all, for whoever follows them up."""
        return self.filter(of_agents_seen(user) if follows_up(user) else Q(agent__user=user))


class TrainingNeedQuerySet(models.QuerySet["TrainingNeed"]):
    def open(self) -> TrainingNeedQuerySet:
        """Not yet satisfied or dismissed."""
        return self.filter(state__in=OPEN_NEEDS)

    def within(self, topic: Topic | int) -> TrainingNeedQuerySet:
        """Of a topic and of those below it."""
        return self.filter(within(topic))

    def raised_by(self, source: str) -> TrainingNeedQuerySet:
        """Those that were raised, perhaps among others, in that way."""
        from training.models import NeedReason  # noqa: PLC0415 - the model imports this module

        return self.filter(Exists(NeedReason.objects.filter(need=OuterRef("pk"), source=source)))

    def to_be_measured(self, at: datetime) -> TrainingNeedQuerySet:
        """Satisfied so long ago that the figure can be taken again."""
        return self.filter(
            state=NeedState.SATISFIED, measured_at=None, settled_at__lte=at - policy.EFFECT_WINDOW
        ).exclude(measure="")

    def visible_to(self, user: User) -> TrainingNeedQuerySet:
        return self.filter(of_agents_seen(user))
