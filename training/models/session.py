from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import Presence, SessionState
from training.models.course import Course
from training.querysets import SessionBookingQuerySet, TrainingSessionQuerySet


class Room(models.Model):
    name = models.CharField(_("name"), max_length=60, unique=True)
    seats = models.PositiveSmallIntegerField(_("seats"), default=20, validators=[MinValueValidator(1)])
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("training room")
        verbose_name_plural = _("training rooms")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TrainingSession(models.Model):
    """A course held at a time by somebody, in a room or online, for so many."""

    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="sessions"
    )
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("trainer"),
        on_delete=models.PROTECT,
        related_name="training_sessions",
    )
    room = models.ForeignKey(
        Room, verbose_name=_("room"), null=True, blank=True, on_delete=models.PROTECT, related_name="sessions"
    )
    url = models.URLField(_("online at"), blank=True, max_length=500)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    state = models.CharField(
        _("state"), max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("training session")
        verbose_name_plural = _("training sessions")
        ordering = ["-starts_at", "-id"]
        permissions = [("export_trainingsession", _("Can export training sessions"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="session_ends_after_start"
            )
        ]
        indexes = [
            models.Index(fields=["-starts_at", "-id"], name="session_latest"),
            models.Index(fields=["trainer", "starts_at"], name="session_trainer_span"),
            models.Index(fields=["room", "starts_at"], name="session_room_span"),
        ]

    def __str__(self) -> str:
        return str(self.course)

    @property
    def is_planned(self) -> bool:
        return self.state == SessionState.PLANNED

    @property
    def when(self) -> str:
        """2026-03-11 14:00–16:00, by the portal's clock: a course belongs to no department."""
        starts_at, ends_at = localtime(self.starts_at), localtime(self.ends_at)
        return f"{starts_at:%Y-%m-%d %H:%M}–{ends_at:%H:%M}"

    @property
    def place(self) -> str:
        return str(self.room) if self.room else self.url


class SessionBooking(models.Model):
    """A seat in a session, and whether it was taken."""

    session = models.ForeignKey(
        TrainingSession, verbose_name=_("session"), on_delete=models.CASCADE, related_name="bookings"
    )
    agent = models.ForeignKey(
        "staffing.Agent", verbose_name=_("agent"), on_delete=models.PROTECT, related_name="training_bookings"
    )
    is_cancelled = models.BooleanField(_("seat given back"), default=False)
    presence = models.CharField(
        pgettext_lazy("training", "attendance"),
        max_length=10,
        choices=Presence.choices,
        default=Presence.UNMARKED,
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        help_text=_("Why it was booked in spite of a clash, or given back."),
    )
    is_walk_in = models.BooleanField(_("came without a seat"), default=False)
    booked_at = models.DateTimeField(_("booked at"))
    marked_at = models.DateTimeField(_("marked at"), null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SessionBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("session booking")
        verbose_name_plural = _("session bookings")
        ordering = ["session", "id"]
        permissions = [("export_sessionbooking", _("Can export session bookings"))]
        constraints = [models.UniqueConstraint(fields=["session", "agent"], name="session_booking_once")]

    def __str__(self) -> str:
        return str(self.agent)
