from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import DutyState
from staffing.models.agent import Agent
from staffing.models.organisation import Skill
from staffing.querysets import AttendanceQuerySet, DutyQuerySet


class ShiftType(models.Model):
    """A kind of shift. One that ends at or before its start ends on the next day."""

    code = models.CharField(_("code"), max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=40)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    break_minutes = models.PositiveSmallIntegerField(_("break, minutes"), default=0)
    colour = models.CharField(
        _("colour"),
        max_length=7,
        default="#3b82f6",
        validators=[RegexValidator(r"\A#[0-9a-fA-F]{6}\Z", _("Write the colour as #rrggbb."))],
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shift_types",
        help_text=_(
            "Only for holders of a valid certificate: coming duties of others are cancelled."
            " Empty: for everybody."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("shift type")
        verbose_name_plural = _("shift types")
        ordering = ["starts", "code"]
        permissions = [
            ("import_shifttype", _("Can import shift types")),
            ("export_shifttype", _("Can export shift types")),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if None in (self.starts, self.ends, self.break_minutes):  # Told at their fields.
            return
        if timedelta(minutes=self.break_minutes) >= self.length:
            raise ValidationError({"break_minutes": _("The break is as long as the shift, or longer.")})

    @property
    def is_overnight(self) -> bool:
        return self.ends <= self.starts

    @property
    def length(self) -> timedelta:
        """By the clock on the wall, the break included."""
        starts, ends = (timedelta(hours=at.hour, minutes=at.minute) for at in (self.starts, self.ends))
        return ends - starts + timedelta(days=self.is_overnight)

    @property
    def hours(self) -> str:
        """09:00-18:00, or 22:00-06:00 +1 when it ends on the next day."""
        text = f"{self.starts:%H:%M}–{self.ends:%H:%M}"
        return f"{text} +1" if self.is_overnight else text


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
    roster = models.ForeignKey(
        "staffing.Roster",
        verbose_name=_("roster"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="duties",
    )
    is_withdrawn = models.BooleanField(
        _("withdrawn"),
        default=False,
        help_text=_("In force until the roster is published again, which takes it away."),
    )
    published_in = models.PositiveIntegerField(_("in force since version"), null=True, blank=True)
    cancelled_in = models.PositiveIntegerField(_("taken away in version"), null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        ordering = ["-starts_at", "-id"]
        permissions = [
            ("import_dutyassignment", _("Can import duties")),
            ("export_dutyassignment", _("Can export duties")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "starts_at"],
                condition=~models.Q(state=DutyState.CANCELLED) & models.Q(is_withdrawn=False),
                name="duty_once_per_start",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_has_length"
            ),
        ]
        indexes = [
            models.Index(fields=["starts_at", "ends_at"], name="duty_span"),
            models.Index(fields=["-starts_at", "-id"], name="duty_latest"),
            models.Index(fields=["agent", "on"], name="duty_agent_day"),
            models.Index(fields=["agent", "starts_at"], name="duty_agent_span"),
            models.Index(fields=["roster", "on"], name="duty_roster_day"),
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
    late_by = models.DurationField(
        _("late by"), null=True, blank=True, help_text=_("Empty when in time, or outside any shift.")
    )
    is_forgotten = models.BooleanField(
        _("sign-out forgotten"),
        default=False,
        help_text=_("Nobody signed out: it was closed at the end of the shift."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["-signed_in_at", "-id"]
        permissions = [("export_attendance", _("Can export attendance"))]
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
        indexes = [
            models.Index(fields=["-signed_in_at", "-id"], name="attendance_latest"),
            models.Index(fields=["agent", "-signed_in_at"], name="attendance_agent_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.signed_in_at:%Y-%m-%d}"

    @property
    def business_day(self) -> date:
        """The day it counts for: that on which its shift starts, else that of signing in."""
        return self.duty.on if self.duty else self.agent.local_date(self.signed_in_at)

    @property
    def late_minutes(self) -> int | None:
        return None if self.late_by is None else int(self.late_by.total_seconds() // 60)
