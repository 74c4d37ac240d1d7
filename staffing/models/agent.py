from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import Employment
from staffing.models.organisation import Position, Skill, Team
from staffing.querysets import AgentQuerySet, CertificateQuerySet


class Agent(models.Model):
    """A member of the department who can be put on duty."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.PROTECT,
        related_name="agent",
    )
    staff_no = models.CharField(_("staff number"), max_length=20, unique=True)
    team = models.ForeignKey(Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="agents")
    position = models.ForeignKey(
        Position,
        verbose_name=_("position"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agents",
    )
    employment = models.CharField(
        _("employment"), max_length=20, choices=Employment.choices, default=Employment.FULL_TIME
    )
    weekly_hours = models.DecimalField(
        _("hours a week"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(40)],
        help_text=_("By contract, where it is less than the standard week. Empty: the standard week."),
    )
    joined_on = models.DateField(_("joined on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    max_open_tickets = models.PositiveSmallIntegerField(
        _("most open tickets"),
        default=30,
        validators=[MinValueValidator(1)],
        help_text=_("Automatic assignment stops at this many matters in hand."),
    )

    objects = AgentQuerySet.as_manager()

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = ["staff_no"]
        permissions = [
            ("import_agent", _("Can import agents")),
            ("export_agent", _("Can export agents")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_on=None) | models.Q(left_on__gte=models.F("joined_on")),
                name="agent_leaves_after_joining",
            ),
            models.CheckConstraint(
                condition=models.Q(weekly_hours=None) | models.Q(weekly_hours__range=(1, 40)),
                name="agent_hours_within_a_week",
            ),
        ]

    def __str__(self) -> str:
        return self.user.name

    def is_employed(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on <= self.left_on)

    @property
    def zone(self) -> ZoneInfo:
        """The place by whose wall clock the agent works."""
        return self.team.department.zone

    def local_date(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()


class Certificate(models.Model):
    """The right to use a skill on duty, for a time. Renewal is a new cycle; the old one stays."""

    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="certificates"
    )
    skill = models.ForeignKey(
        Skill, verbose_name=_("skill"), on_delete=models.PROTECT, related_name="certificates"
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), help_text=_("The last valid day."))
    revoked_on = models.DateField(_("revoked on"), null=True, blank=True)
    revoked_reason = models.CharField(_("reason for revoking"), max_length=200, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["agent", "skill", "-cycle"]
        permissions = [
            ("import_certificate", _("Can import certificates")),
            ("export_certificate", _("Can export certificates")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agent", "skill", "cycle"], name="certificate_once_per_cycle"),
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")),
                name="certificate_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(fields=["skill", "valid_until"], name="certificate_skill_until"),
            models.Index(fields=["valid_until", "id"], name="certificate_until"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.skill}"
