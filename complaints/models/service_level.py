from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import (
    Channel,
    ClockKind,
    ClockOutcome,
    CustomerLevel,
    Kind,
    Severity,
)
from complaints.models.ticket import Ticket
from complaints.querysets import ClockQuerySet, PolicyQuerySet


class ServicePolicy(models.Model):
    """One edition of what the department promises. Once in force it is never edited, only followed."""

    number = models.PositiveIntegerField(_("edition"), unique=True)
    in_force_from = models.DateTimeField(_("in force from"))
    note = models.CharField(_("what changed"), max_length=200, blank=True)
    crisis_factor = models.DecimalField(
        _("factor for a crisis"), max_digits=4, decimal_places=2, default=Decimal("0.50")
    )
    key_account_factor = models.DecimalField(
        _("factor for key accounts"), max_digits=4, decimal_places=2, default=Decimal("0.75")
    )
    warn_share = models.DecimalField(
        _("warn after this share of the time"),
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.80"),
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal("0.99"))],
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(_("Edition %(number)s") % {"number": self.number})


class ServiceTarget(models.Model):
    """How long one clock may run for the matters it fits. Of several that fit, the most specific counts."""

    policy = models.ForeignKey(ServicePolicy, on_delete=models.CASCADE, related_name="targets")
    clock = models.CharField(_("clock"), max_length=20, choices=ClockKind.choices)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, blank=True)
    level = models.CharField(_("customer level"), max_length=10, choices=CustomerLevel.choices, blank=True)
    limit = models.DurationField(_("limit"))
    calendar = models.ForeignKey(
        "staffing.Calendar",
        verbose_name=_("calendar"),
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("By which hours the limit counts."),
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["clock", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "clock", "kind", "channel", "severity", "level"],
                name="target_once_per_fit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.limit}"


class Clock(models.Model):
    """One running of one clock on a ticket. Decided by its instants, never by when somebody looked."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(_("clock"), max_length=20, choices=ClockKind.choices)
    cycle = models.PositiveSmallIntegerField(_("cycle"))
    round = models.PositiveSmallIntegerField(
        _("round"), default=1, help_text=_("Counts the runnings of one clock within a cycle.")
    )
    policy = models.ForeignKey(ServicePolicy, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey("staffing.Calendar", on_delete=models.PROTECT, related_name="+")
    calendar_version = models.PositiveIntegerField()
    limit = models.DurationField(_("limit"))
    started_at = models.DateTimeField(_("started at"))
    warn_at = models.DateTimeField(_("warning at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True, help_text=_("Empty while the clock is paused."))
    paused_at = models.DateTimeField(_("paused since"), null=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=ClockOutcome.choices, default=ClockOutcome.RUNNING
    )
    warned_at = models.DateTimeField(_("warned at"), null=True)
    breach_told_at = models.DateTimeField(_("breach told at"), null=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["ticket", "cycle", "kind", "round"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "cycle", "kind", "round"], name="clock_once_per_round")
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(outcome=ClockOutcome.RUNNING, breach_told_at=None),
                name="clock_breach_untold",
            ),
            models.Index(
                fields=["warn_at"],
                condition=models.Q(outcome=ClockOutcome.RUNNING, warned_at=None),
                name="clock_unwarned",
            ),
        ]


class ClockPause(models.Model):
    """A stretch in which a clock did not run, and why. An open one has no end yet."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="pauses")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"), null=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=models.Q(ends_at=None), name="pause_one_open")
        ]
