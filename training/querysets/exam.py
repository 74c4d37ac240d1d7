from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef

from staffing.models import Certificate
from training import policy
from training.choices import AttemptState, ExamState
from training.querysets.sight import of_agents_seen
from training.querysets.topic import within

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Exam,
        ExamAttempt,
        IssuedCertificate,
        Question,
        Topic,
    )

OPEN_ATTEMPTS = (AttemptState.RUNNING, AttemptState.TO_MARK)


class QuestionQuerySet(models.QuerySet["Question"]):
    def active(self) -> QuestionQuerySet:
        return self.filter(is_active=True)

    def within(self, topic: Topic | int) -> QuestionQuerySet:
        """Of a topic and of those below it."""
        return self.filter(within(topic))

    def visible_to(self, user: User) -> QuestionQuerySet:
        """Whoever may not see the bank sees nothing of it, whatever page asks."""
        return self if user.has_perm("training.view_question") else self.none()


class ExamQuerySet(models.QuerySet["Exam"]):
    def open(self) -> ExamQuerySet:
        return self.filter(state=ExamState.OPEN)

    def visible_to(self, user: User) -> ExamQuerySet:
        return self if user.has_perm("training.change_exam") else self.exclude(state=ExamState.DRAFT)


class ExamAttemptQuerySet(models.QuerySet["ExamAttempt"]):
    def running(self) -> ExamAttemptQuerySet:
        return self.filter(state=AttemptState.RUNNING)

    def run_out(self, at: datetime) -> ExamAttemptQuerySet:
        """Running, though even what was on its way at the deadline is no longer taken."""
        return self.running().filter(deadline_at__lt=at - policy.GRACE)

    def to_mark(self) -> ExamAttemptQuerySet:
        return self.filter(state=AttemptState.TO_MARK)

    def unjudged(self) -> ExamAttemptQuerySet:
        return self.filter(state__in=OPEN_ATTEMPTS)

    def judged(self) -> ExamAttemptQuerySet:
        return self.filter(state__in=(AttemptState.PASSED, AttemptState.FAILED))

    def visible_to(self, user: User) -> ExamAttemptQuerySet:
        return self.filter(of_agents_seen(user))


class IssuedCertificateQuerySet(models.QuerySet["IssuedCertificate"]):
    def valid(self, on: date) -> IssuedCertificateQuerySet:
        return self.filter(certificate__in=Certificate.objects.valid(on))

    def due(self, on: date) -> IssuedCertificateQuerySet:
        """Valid, in the window of re-certification, and not yet renewed."""
        soon = on + policy.RENEWAL_WINDOW
        return self.filter(
            certificate__in=Certificate.objects.valid(on).unrenewed().filter(valid_until__lte=soon)
        )

    def with_renewed(self) -> IssuedCertificateQuerySet:
        """Each with `is_renewed`."""
        return self.annotate(
            is_renewed=Exists(Certificate.objects.renewed().filter(pk=OuterRef("certificate")))
        )

    def expired(self, on: date) -> IssuedCertificateQuerySet:
        return self.filter(certificate__in=Certificate.objects.expired(on))

    def revoked(self) -> IssuedCertificateQuerySet:
        return self.exclude(certificate__revoked_on=None)

    def visible_to(self, user: User) -> IssuedCertificateQuerySet:
        return self.filter(of_agents_seen(user, path="certificate__agent"))
