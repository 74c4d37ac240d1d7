"""The vocabulary in which staffing's rows are asked for."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portal.choices import Role
from staffing.choices import DutyState

if TYPE_CHECKING:
    from portal.models import User

SEES_ALL = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR)


def own_teams(user: User, *, path: str = "") -> Q:
    """The rows of the teams a person belongs to or leads; `path` leads from the row to its agent."""
    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}team__agents__user": user}) | Q(**{f"{prefix}team__leader__user": user})


class AgentQuerySet(models.QuerySet["Agent"]):
    def employed(self, on: date) -> AgentQuerySet:
        return self.filter(Q(left_on=None) | Q(left_on__gte=on), joined_on__lte=on)

    def certified(self, skill_id: int, on: date) -> AgentQuerySet:
        """Those whose certificate for the skill is valid on that day (0 skills required: everybody)."""
        from staffing.models import Certificate  # noqa: PLC0415 - the model imports this module

        valid = Certificate.objects.valid(on).filter(agent=models.OuterRef("pk"), skill=skill_id)
        return self.filter(models.Exists(valid))

    def on_duty(self, at: datetime) -> AgentQuerySet:
        """Those whose published shift covers the instant and who are signed in."""
        from staffing.models import Attendance, DutyAssignment  # noqa: PLC0415

        duty = DutyAssignment.objects.covering(at).filter(agent=models.OuterRef("pk"))
        present = Attendance.objects.open().filter(agent=models.OuterRef("pk"))
        return self.filter(models.Exists(duty), models.Exists(present))

    def visible_to(self, user: User) -> AgentQuerySet:
        """Everybody for those who look after the whole department; else one's own team."""
        if user.has_role(*SEES_ALL):
            return self
        return self.filter(own_teams(user)).distinct()


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def valid(self, on: date) -> CertificateQuerySet:
        return self.filter(Q(revoked_on=None) | Q(revoked_on__gt=on), valid_from__lte=on, valid_until__gte=on)

    def visible_to(self, user: User) -> CertificateQuerySet:
        if user.has_role(*SEES_ALL):
            return self
        return self.filter(own_teams(user, path="agent")).distinct()


class DutyQuerySet(models.QuerySet["DutyAssignment"]):
    def published(self) -> DutyQuerySet:
        return self.filter(state=DutyState.PUBLISHED)

    def covering(self, at: datetime) -> DutyQuerySet:
        return self.published().filter(starts_at__lte=at, ends_at__gt=at)

    def visible_to(self, user: User) -> DutyQuerySet:
        if user.has_role(*SEES_ALL):
            return self
        return self.filter(own_teams(user, path="agent")).distinct()


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def open(self) -> AttendanceQuerySet:
        return self.filter(signed_out_at=None)

    def visible_to(self, user: User) -> AttendanceQuerySet:
        if user.has_role(*SEES_ALL):
            return self
        return self.filter(own_teams(user, path="agent")).distinct()
