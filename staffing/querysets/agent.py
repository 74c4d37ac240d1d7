from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from staffing import policy
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User
    from staffing.models import Agent, Certificate  # noqa: F401 - in the quoted bases


class AgentQuerySet(models.QuerySet["Agent"]):
    def locked(self) -> AgentQuerySet:
        """For writing: what is done to one agent is done one after the other.

        His key stays, so rows that name him can be written meanwhile by whoever does nothing to him; else who
        holds such a row would wait for him, and who holds him for that row. On SQLite the transaction itself
        already holds the lock.
        """
        return self.select_for_update(of=("self",), no_key=True)

    def held(self) -> AgentQuerySet:
        """Under their locks, in the order of their keys, with whom they belong to.

        Locked alone, and read again: over the join PostgreSQL would leave out whoever has just changed teams.
        """
        rows = self.order_by("pk")
        list(rows.locked().values_list("pk"))
        return rows.select_related("user", "team__department")

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

    def renewed(self) -> CertificateQuerySet:
        """Those that a longer one of the same skill follows."""
        return self.filter(self._has_renewal())

    def unrenewed(self) -> CertificateQuerySet:
        return self.filter(~self._has_renewal())

    def with_renewed(self) -> CertificateQuerySet:
        """Each with `is_renewed`."""
        return self.annotate(is_renewed=self._has_renewal())

    def expiring(self, on: date) -> CertificateQuerySet:
        """Valid, about to run out, and not yet renewed."""
        return self.valid(on).unrenewed().filter(valid_until__lte=on + policy.CERTIFICATE_WARNING)

    def visible_to(self, user: User) -> CertificateQuerySet:
        return self if sees_all(user) else self.filter(own_teams(user, path="agent"))

    def _has_renewal(self) -> Exists:
        same = {"agent": OuterRef("agent"), "skill": OuterRef("skill")}
        later = self.model.objects.unrevoked().filter(**same, valid_until__gt=OuterRef("valid_until"))
        return Exists(later)
