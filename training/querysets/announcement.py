from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F

from portal.choices import Role
from training.choices import AnnouncementState, NeedState
from training.querysets.sight import of_agents_seen

if TYPE_CHECKING:
    from portal.models import User
    from training.models import Announcement, AnnouncementReading, TrainingNeed  # noqa: F401 - in the quoted bases

OPEN_NEEDS = (NeedState.OPEN, NeedState.PLANNED)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def published(self) -> AnnouncementQuerySet:
        return self.filter(state=AnnouncementState.PUBLISHED)

    def visible_to(self, user: User) -> AnnouncementQuerySet:
        """What was published to one; those who write see all."""
        if user.has_perm("training.change_announcement") or user.has_role(Role.DIRECTOR, Role.AUDITOR):
            return self
        return self.filter(readings__agent__user=user).exclude(state=AnnouncementState.DRAFT).distinct()


class AnnouncementReadingQuerySet(models.QuerySet["AnnouncementReading"]):
    def current(self) -> AnnouncementReadingQuerySet:
        """Of the latest text of announcements that stand."""
        return self.filter(
            announcement__state=AnnouncementState.PUBLISHED, version=F("announcement__version")
        )

    def unconfirmed(self) -> AnnouncementReadingQuerySet:
        return self.current().filter(confirmed_at=None)

    def overdue(self, on: date) -> AnnouncementReadingQuerySet:
        return self.unconfirmed().filter(announcement__due_on__lt=on)

    def visible_to(self, user: User) -> AnnouncementReadingQuerySet:
        return self.filter(of_agents_seen(user))


class TrainingNeedQuerySet(models.QuerySet["TrainingNeed"]):
    def open(self) -> TrainingNeedQuerySet:
        """Not yet satisfied or dismissed."""
        return self.filter(state__in=OPEN_NEEDS)

    def visible_to(self, user: User) -> TrainingNeedQuerySet:
        return self.filter(of_agents_seen(user))
