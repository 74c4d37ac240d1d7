"""The vocabulary in which staffing's rows are asked for. `visible_to` alone knows who may see what."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from portal.choices import Role
from staffing import policy
from staffing.choices import DutyState

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import (  # noqa: F401 - in the quoted bases
        Agent,
        Attendance,
        Certificate,
        DutyAssignment,
        Team,
    )

SEES_ALL = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR)


def sees_all(user: User) -> bool:
    """Those who look after the whole department, and connected systems, whose scope the door checks."""
    return user.has_role(*SEES_ALL) or user.is_system


def own_teams(user: User, *, path: str = "") -> Q:
    """The rows of the teams a person belongs to or leads; `path` leads from the row to its agent."""
    from staffing.models import Team  # noqa: PLC0415 - the model imports this module

    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}team__in": Team.objects.of(user).order_by().values("pk")})


class TeamQuerySet(models.QuerySet["Team"]):
    def of(self, user: User) -> TeamQuerySet:
        """The teams a person belongs to or leads."""
        from staffing.models import Agent  # noqa: PLC0415

        belongs = Agent.objects.filter(user=user).order_by().values("team")
        return self.filter(Q(pk__in=belongs) | Q(leader__user=user))

    def visible_to(self, user: User) -> TeamQuerySet:
        return self if sees_all(user) else self.of(user)


class AgentQuerySet(models.QuerySet["Agent"]):
    def locked(self) -> AgentQuerySet:
        """For writing: what is done to one agent is done one after the other.

        On SQLite the transaction itself already holds the lock.
        """
        return self.select_for_update(of=("self",))

    def employed(self, on: date) -> AgentQuerySet:
        return self.filter(Q(left_on=None) | Q(left_on__gte=on), joined_on__lte=on)

    def certified(self, skill_id: int, on: date) -> AgentQuerySet:
        """Those who hold a certificate for the skill that is valid on that day."""
        from staffing.models import Certificate  # noqa: PLC0415

        return self.filter(Exists(Certificate.objects.valid(on).filter(agent=OuterRef("pk"), skill=skill_id)))

    def on_shift(self, at: datetime) -> AgentQuerySet:
        """Those whose published shift covers the instant, present or not."""
        from staffing.models import DutyAssignment  # noqa: PLC0415

        return self.filter(Exists(DutyAssignment.objects.covering(at).filter(agent=OuterRef("pk"))))

    def signed_in(self, at: datetime) -> AgentQuerySet:
        from staffing.models import Attendance  # noqa: PLC0415

        return self.filter(Exists(Attendance.objects.present(at).filter(agent=OuterRef("pk"))))

    def on_duty(self, at: datetime) -> AgentQuerySet:
        """Those whose published shift covers the instant and who are signed in."""
        return self.on_shift(at).signed_in(at)

    def visible_to(self, user: User) -> AgentQuerySet:
        """Everybody for those who look after the whole department; else one's own teams."""
        return self if sees_all(user) else self.filter(own_teams(user))


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def unrevoked(self) -> CertificateQuerySet:
        return self.filter(revoked_on=None)

    def revoked(self) -> CertificateQuerySet:
        return self.exclude(revoked_on=None)

    def valid(self, on: date) -> CertificateQuerySet:
        return self.filter(Q(revoked_on=None) | Q(revoked_on__gt=on), valid_from__lte=on, valid_until__gte=on)

    def expired(self, on: date) -> CertificateQuerySet:
        return self.unrevoked().filter(valid_until__lt=on)

    def expiring(self, on: date) -> CertificateQuerySet:
        """Valid, about to run out, and not yet renewed."""
        renewal = self.model.objects.unrevoked().filter(
            agent=OuterRef("agent"), skill=OuterRef("skill"), valid_until__gt=OuterRef("valid_until")
        )
        soon = on + policy.CERTIFICATE_WARNING
        return self.valid(on).filter(~Exists(renewal), valid_until__lte=soon)

    def visible_to(self, user: User) -> CertificateQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user, path="agent"))


class DutyQuerySet(models.QuerySet["DutyAssignment"]):
    def standing(self) -> DutyQuerySet:
        """Draft or published, but not cancelled."""
        return self.exclude(state=DutyState.CANCELLED)

    def published(self) -> DutyQuerySet:
        return self.filter(state=DutyState.PUBLISHED)

    def touching(self, start: datetime, end: datetime) -> DutyQuerySet:
        """Those with a moment in common with the span, whose end does not count."""
        return self.filter(starts_at__lt=end, starts_at__gt=start - policy.LONGEST_SHIFT, ends_at__gt=start)

    def covering(self, at: datetime) -> DutyQuerySet:
        """Published and running: the start counts, the end does not."""
        return self.published().filter(
            starts_at__lte=at, starts_at__gt=at - policy.LONGEST_SHIFT, ends_at__gt=at
        )

    def visible_to(self, user: User) -> DutyQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user, path="agent"))


def _outlived(at: datetime) -> Q:
    """Attendances that nobody can still be in at the instant, though they are open.

    The shift has ended long ago, and no other of the agent adjoined; or another one did, and has ended long
    ago in its turn (the first of the run that none adjoins tells); or nobody stays so long.
    """
    from staffing.models import DutyAssignment  # noqa: PLC0415

    carried_until = ExpressionWrapper(
        OuterRef("ends_at") + policy.FORGOTTEN_AFTER, output_field=models.DateTimeField()
    )
    adjoining = DutyAssignment.objects.published().filter(
        agent=OuterRef("agent"), starts_at__gt=OuterRef("starts_at"), starts_at__lt=carried_until
    )
    last_of_a_run = DutyAssignment.objects.filter(
        Q(pk=OuterRef("duty")) | Q(state=DutyState.PUBLISHED),
        ~Exists(adjoining),
        agent=OuterRef("agent"),
        starts_at__gte=OuterRef("duty__starts_at"),
        ends_at__lte=at - policy.FORGOTTEN_AFTER,
    )
    return (
        Q(Exists(last_of_a_run))
        | Q(duty=None, signed_in_at__lte=at - policy.UNSCHEDULED_STAY)
        | Q(signed_in_at__lte=at - policy.LONGEST_ATTENDANCE)
    )


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def open(self) -> AttendanceQuerySet:
        return self.filter(signed_out_at=None)

    def forgotten(self, at: datetime) -> AttendanceQuerySet:
        """Open, although the shift, and what adjoined it, ended long ago (or longer than anybody stays)."""
        return self.open().filter(_outlived(at))

    def present(self, at: datetime) -> AttendanceQuerySet:
        """Signed in at the instant. A forgotten sign-out does not count, swept or not."""
        return self.filter(
            Q(signed_out_at=None) | Q(signed_out_at__gt=at),
            ~_outlived(at),
            signed_in_at__lte=at,
            signed_in_at__gt=at - policy.LONGEST_ATTENDANCE,
        )

    def late(self) -> AttendanceQuerySet:
        return self.exclude(late_by=None)

    def touching(self, start: datetime, end: datetime) -> AttendanceQuerySet:
        """Those with a moment in common with the span, whose end does not count."""
        return self.filter(Q(signed_out_at=None) | Q(signed_out_at__gt=start), signed_in_at__lt=end)

    def visible_to(self, user: User) -> AttendanceQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user, path="agent"))
