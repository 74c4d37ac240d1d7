from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from training import policy
from training.choices import CourseState, EnrolmentSource, EnrolmentState, Presence, SessionState
from training.querysets.sight import of_agents_seen
from training.querysets.topic import within

if TYPE_CHECKING:
    from portal.models import User
    from training.models import (  # noqa: F401 - in the quoted bases
        Course,
        CourseAudience,
        Enrolment,
        Lesson,
        SessionBooking,
        Topic,
        TrainingSession,
    )

CAME = (Presence.PRESENT, Presence.LATE)
UNFINISHED = (EnrolmentState.TO_DO, EnrolmentState.IN_PROGRESS)


def _counts() -> Q:
    done = Q(state=EnrolmentState.COMPLETED, course_version__gte=F("course__counts_from"))
    return done | Q(state=EnrolmentState.WAIVED)


class CourseQuerySet(models.QuerySet["Course"]):
    def open(self) -> CourseQuerySet:
        return self.filter(state=CourseState.OPEN)

    def within(self, topic: Topic | int) -> CourseQuerySet:
        """Of a topic and of those below it."""
        return self.filter(within(topic))

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
    def to_do(self) -> EnrolmentQuerySet:
        """Not begun."""
        return self.filter(state=EnrolmentState.TO_DO)

    def unfinished(self) -> EnrolmentQuerySet:
        return self.filter(state__in=UNFINISHED)

    def counting(self) -> EnrolmentQuerySet:
        """Completed in an edition that still counts, or waived, which holds for later ones, too."""
        return self.filter(_counts())

    def lacking(self) -> EnrolmentQuerySet:
        """Those that do not count: to do, in progress, failed, or completed in an old edition."""
        return self.filter(~_counts())

    def last_cycles(self) -> EnrolmentQuerySet:
        """Of each person and course the last one that was not withdrawn."""
        later = self._of_the_same().filter(cycle__gt=OuterRef("cycle"))
        return self.exclude(state=EnrolmentState.WITHDRAWN).filter(~Exists(later))

    def required(self) -> EnrolmentQuerySet:
        """Of courses that anybody but himself has given him, though he began the last cycle himself."""
        return self.filter(Exists(self._of_the_same().exclude(source=EnrolmentSource.SELF)))

    def _of_the_same(self) -> EnrolmentQuerySet:
        standing: EnrolmentQuerySet = self.model._default_manager.exclude(state=EnrolmentState.WITHDRAWN)
        return standing.filter(agent=OuterRef("agent"), course=OuterRef("course"))

    def of_staff(self, on: date) -> EnrolmentQuerySet:
        """Of people who are employed on that day."""
        still = Q(agent__left_on=None) | Q(agent__left_on__gte=on)
        return self.filter(still, agent__joined_on__lte=on)

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

    def touching(self, start: datetime, end: datetime) -> TrainingSessionQuerySet:
        """Those with a moment in common with the span; what ends as another begins has none."""
        return self.filter(starts_at__lt=end, starts_at__gt=start - policy.LONGEST_SESSION, ends_at__gt=start)

    def with_seats_taken(self) -> TrainingSessionQuerySet:
        """Each with `taken`, the seats that are booked."""
        taken = models.Count("bookings", filter=Q(bookings__is_cancelled=False))
        return self.annotate(taken=taken)

    def with_seats_free(self) -> TrainingSessionQuerySet:
        return self.with_seats_taken().filter(seats__gt=models.F("taken"))

    def visible_to(self, user: User) -> TrainingSessionQuerySet:
        """Everybody may know when something is taught; who comes is another matter."""
        return self


class SessionBookingQuerySet(models.QuerySet["SessionBooking"]):
    def standing(self) -> SessionBookingQuerySet:
        return self.filter(is_cancelled=False).exclude(session__state=SessionState.CANCELLED)

    def marked(self) -> SessionBookingQuerySet:
        return self.exclude(presence=Presence.UNMARKED)

    def came(self) -> SessionBookingQuerySet:
        return self.filter(presence__in=CAME)

    def of_sessions_touching(self, start: datetime, end: datetime) -> SessionBookingQuerySet:
        """Seats in sessions that have a moment in common with the span."""
        return self.standing().filter(
            session__starts_at__lt=end,
            session__starts_at__gt=start - policy.LONGEST_SESSION,
            session__ends_at__gt=start,
        )

    def visible_to(self, user: User) -> SessionBookingQuerySet:
        """As of other rows, and of the sessions that one teaches."""
        seen = of_agents_seen(user)
        return self.filter(seen | Q(session__trainer=user)) if seen else self
