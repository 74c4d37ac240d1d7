from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q

from staffing import policy
from staffing.choices import DutyState
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import Attendance, DutyAssignment  # noqa: F401 - in the quoted bases


class DutyQuerySet(models.QuerySet["DutyAssignment"]):
    def standing(self) -> DutyQuerySet:
        """Draft or published, but not cancelled."""
        return self.exclude(state=DutyState.CANCELLED)

    def planned(self) -> DutyQuerySet:
        """What will be in force once the rosters are published: the drafts in, the withdrawn out."""
        return self.standing().filter(is_withdrawn=False)

    def pending(self) -> DutyQuerySet:
        """What the next publication of its roster brings or takes."""
        return self.filter(Q(state=DutyState.DRAFT) | Q(state=DutyState.PUBLISHED, is_withdrawn=True))

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
        """Those of one's teams; drafts only for whoever plans: nobody is told before the roster is out."""
        duties = self if sees_all(user) else self.filter(own_teams(user, path="agent"))
        return duties if user.has_perm("staffing.view_roster") else duties.exclude(state=DutyState.DRAFT)


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
