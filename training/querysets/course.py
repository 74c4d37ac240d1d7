from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from training.choices import CourseState, EnrolmentState, SessionState
from training.querysets.sight import of_agents_seen

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Course,
        CourseAudience,
        Enrolment,
        Lesson,
        SessionBooking,
        TrainingSession,
    )

UNFINISHED = (EnrolmentState.TO_DO, EnrolmentState.IN_PROGRESS)


class CourseQuerySet(models.QuerySet["Course"]):
    def open(self) -> CourseQuerySet:
        return self.filter(state=CourseState.OPEN)

    def visible_to(self, user: User) -> CourseQuerySet:
        """Whoever works on courses sees drafts, too."""
        return self if user.has_perm("training.change_course") else self.exclude(state=CourseState.DRAFT)


class LessonQuerySet(models.QuerySet["Lesson"]):
    def shown(self) -> LessonQuerySet:
        return self.filter(is_retired=False)


class AudienceQuerySet(models.QuerySet["CourseAudience"]):
    def enrolling(self) -> AudienceQuerySet:
        return self.filter(is_active=True, course__state=CourseState.OPEN)


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def unfinished(self) -> EnrolmentQuerySet:
        return self.filter(state__in=UNFINISHED)

    def overdue(self, on: date) -> EnrolmentQuerySet:
        return self.unfinished().filter(due_on__lt=on)

    def visible_to(self, user: User) -> EnrolmentQuerySet:
        return self.filter(of_agents_seen(user))


class TrainingSessionQuerySet(models.QuerySet["TrainingSession"]):
    def planned(self) -> TrainingSessionQuerySet:
        return self.filter(state=SessionState.PLANNED)

    def standing(self) -> TrainingSessionQuerySet:
        """Planned or held."""
        return self.exclude(state=SessionState.CANCELLED)

    def visible_to(self, user: User) -> TrainingSessionQuerySet:
        """Everybody may know when something is taught; who comes is another matter."""
        return self


class SessionBookingQuerySet(models.QuerySet["SessionBooking"]):
    def standing(self) -> SessionBookingQuerySet:
        return self.filter(is_cancelled=False).exclude(session__state=SessionState.CANCELLED)

    def visible_to(self, user: User) -> SessionBookingQuerySet:
        return self.filter(of_agents_seen(user) | Q(session__trainer=user))
