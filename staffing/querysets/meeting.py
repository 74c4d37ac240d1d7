from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from staffing.choices import ActionState
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import ActionItem, Meeting  # noqa: F401 - in the quoted bases


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """Those of one's teams, and those to which one was asked."""
        from staffing.models import MeetingAttendee  # noqa: PLC0415 - the model imports this module

        if sees_all(user):
            return self
        asked = MeetingAttendee.objects.filter(meeting=OuterRef("pk"), agent__user=user)
        return self.filter(own_teams(user) | Q(chaired_by__user=user) | Q(Exists(asked)))


class ActionItemQuerySet(models.QuerySet["ActionItem"]):
    def open(self) -> ActionItemQuerySet:
        return self.filter(state=ActionState.OPEN)

    def overdue(self, on: date) -> ActionItemQuerySet:
        return self.open().filter(due_on__lt=on)

    def visible_to(self, user: User) -> ActionItemQuerySet:
        """Those of meetings that one may see, and one's own."""
        from staffing.models import Meeting  # noqa: PLC0415 - the model imports this module

        if sees_all(user):
            return self
        meetings = Meeting.objects.visible_to(user).order_by().values("pk")
        return self.filter(Q(owner__user=user) | Q(meeting__in=meetings))
