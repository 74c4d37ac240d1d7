from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import DutyState
from staffing.models.agent import Agent
from staffing.querysets import AttendanceQuerySet, DutyQuerySet


class ShiftType(models.Model):
    """A kind of shift. One that ends at or before its start ends on the next day."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=40)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    break_minutes = models.PositiveSmallIntegerField(_("break, minutes"), default=0)
    colour = models.CharField(_("colour"), max_length=7, default="#3b82f6")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("shift type")
        verbose_name_plural = _("shift types")
        ordering = ["starts", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_overnight(self) -> bool:
        return self.ends <= self.starts


class DutyAssignment(models.Model):
    """One agent on one shift: two instants, and the day to which the shift belongs (the day it starts)."""

    agent = models.ForeignKey(Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="duties")
    shift_type = models.ForeignKey(
        ShiftType, verbose_name=_("shift"), on_delete=models.PROTECT, related_name="duties"
    )
    on = models.DateField(_("date"), help_text=_("The day on which the shift starts."))
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    state = models.CharField(
        _("state"), max_length=10, choices=DutyState.choices, default=DutyState.PUBLISHED
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "starts_at"],
                condition=~models.Q(state=DutyState.CANCELLED),
                name="duty_once_per_start",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_has_length"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "ends_at"], name="duty_span"),
            models.Index(fields=["agent", "on"], name="duty_agent_day"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.on} {self.shift_type}"


class Attendance(models.Model):
    """From signing in to signing out. At most one is open per agent."""

    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="attendances"
    )
    duty = models.ForeignKey(
        DutyAssignment,
        verbose_name=_("duty"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attendances",
        help_text=_("The shift it belongs to; empty when signed in outside any shift."),
    )
    signed_in_at = models.DateTimeField(_("signed in at"))
    signed_out_at = models.DateTimeField(_("signed out at"), null=True, blank=True)
    late_by = models.DurationField(_("late by"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["-signed_in_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent"],
                condition=models.Q(signed_out_at=None),
                name="attendance_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_out_at=None)
                | models.Q(signed_out_at__gte=models.F("signed_in_at")),
                name="attendance_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.signed_in_at:%Y-%m-%d}"
