from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import Employment, RestrictionKind, Severity
from staffing.labour.rules import DAYS, HOURS, REGULATED
from staffing.models.agent import Agent
from staffing.models.organisation import Team
from staffing.querysets import LabourRuleQuerySet, RestrictionQuerySet

LONGEST_LIMIT = 744
"""Hours of a month of 31 days."""


class LabourRule(models.Model):
    """A limit of working time, and what breaking it means; for all, or a team, an employment, a person.

    The narrowest that is in force on a day wins. A rule that changes is ended, and a new one begins: what was
    worked before stays as it was judged.
    """

    code = models.CharField(
        _("rule"), max_length=20, choices=[(code.value, code.label) for code in REGULATED]
    )
    limit = models.DecimalField(
        _("limit of the rule"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(LONGEST_LIMIT)],
        help_text=_("In hours; rest days and days in a row in days. 0 where the rule has no limit."),
    )
    severity = models.CharField(_("when broken"), max_length=10, choices=Severity.choices)
    article = models.CharField(
        _("article"), max_length=100, blank=True, help_text=_("Where it stands: law, regulation, house rule.")
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True, help_text=_("Empty: since ever."))
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last valid day. Empty: until further notice."),
    )
    team = models.ForeignKey(
        Team,
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="labour_rules",
        help_text=_("Empty: for every team."),
    )
    employment = models.CharField(
        _("employment"),
        max_length=20,
        choices=Employment.choices,
        blank=True,
        help_text=_("Empty: for every employment."),
    )
    agent = models.ForeignKey(
        Agent,
        verbose_name=_("agent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="labour_rules",
        help_text=_("Empty: for everybody."),
    )

    objects = LabourRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of working time")
        verbose_name_plural = _("rules of working time")
        ordering = ["code", "agent", "team", "employment", "valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="labour_rule_ends_after_start",
            ),
            models.CheckConstraint(condition=models.Q(limit__gte=0), name="labour_rule_limit_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())

    def clean(self) -> None:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last valid day lies before the first.")})
        if self.limit and self.code in set(REGULATED) - HOURS - DAYS:
            raise ValidationError({"limit": _("This rule has no limit: write 0.")})
        if self.limit and self.code in DAYS and self.limit != self.limit.to_integral_value():
            raise ValidationError({"limit": _("Write whole days.")})


class WorkRestriction(models.Model):
    """Days on which somebody is protected from night work or overtime. Why is nobody's business here."""

    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="restrictions"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=RestrictionKind.choices)
    first_on = models.DateField(_("first protected day"))
    last_on = models.DateField(
        _("last protected day"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )
    note = models.CharField(
        _("note"),
        max_length=100,
        blank=True,
        help_text=_("For planning only. Never write a reason: health and family are not for the roster."),
    )

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        verbose_name = _("work restriction")
        verbose_name_plural = _("work restrictions")
        ordering = ["-first_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on=None) | models.Q(last_on__gte=models.F("first_on")),
                name="restriction_ends_after_start",
            )
        ]
        indexes = [models.Index(fields=["agent", "first_on"], name="restriction_agent_first")]

    def __str__(self) -> str:
        return f"{self.agent} · {self.get_kind_display()}"
