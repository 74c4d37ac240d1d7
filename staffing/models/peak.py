from datetime import date
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import NeedState, PeakKind, PeakState, PeopleSource, PhaseKind
from staffing.models.agent import Agent
from staffing.models.organisation import Department, Skill, Team
from staffing.querysets import PeakPlanQuerySet, PeakTaskQuerySet


class PeakPlan(models.Model):
    """How a department, or some of its teams, gets through a shopping festival."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("event"), max_length=20, choices=PeakKind.choices)
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="peak_plans"
    )
    teams = models.ManyToManyField(
        Team,
        verbose_name=_("teams"),
        blank=True,
        related_name="peak_plans",
        help_text=_("None: the whole department."),
    )
    prepared_from = models.DateField(_("preparation from"))
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    baseline = models.PositiveSmallIntegerField(
        _("people on an ordinary day"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: counted from the roster of the four weeks before preparation."),
    )
    service_level = models.PositiveSmallIntegerField(
        _("service level, %"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("So many of a hundred are answered within the first response below."),
    )
    first_response = models.PositiveSmallIntegerField(
        _("first response, seconds"), default=60, validators=[MinValueValidator(1)]
    )
    note = models.TextField(_("remarks"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=PeakState.choices, default=PeakState.DRAFT)
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    submitted_at = models.DateTimeField(_("sent for approval at"), null=True, blank=True)
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PeakPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("peak plan")
        verbose_name_plural = _("peak plans")
        ordering = ["-first_on", "-id"]
        permissions = [
            ("approve_peakplan", _("Can approve peak plans")),
            ("export_peakplan", _("Can export peak plans")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="peak_ends_after_start"
            ),
            models.CheckConstraint(
                condition=models.Q(prepared_from__lte=models.F("first_on")), name="peak_prepared_before_start"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("created_by")),
                name="peak_approved_by_another",
            ),
        ]
        indexes = [models.Index(fields=["-first_on", "-id"], name="peak_latest")]

    def __str__(self) -> str:
        return self.name

    def covers(self, on: date) -> bool:
        return self.first_on <= on <= self.last_on


class PeakPhase(models.Model):
    """Days of one event on which as many times the ordinary contacts are expected."""

    plan = models.ForeignKey(
        PeakPlan, verbose_name=_("peak plan"), on_delete=models.CASCADE, related_name="phases"
    )
    kind = models.CharField(_("phase"), max_length=10, choices=PhaseKind.choices)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    factor = models.DecimalField(
        _("uplift"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(50))],
        help_text=_("Times the contacts of an ordinary day, such as 2.5."),
    )
    note = models.CharField(_("remarks"), max_length=200, blank=True)
    events = models.ManyToManyField(
        "staffing.DemandEvent", blank=True, editable=False, related_name="peak_phases"
    )
    """What the forecast knows of it, once the plan is approved."""

    class Meta:
        verbose_name = _("phase")
        verbose_name_plural = _("phases")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="peak_phase_ends_after_start"
            ),
            models.CheckConstraint(condition=models.Q(factor__gt=0), name="peak_phase_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first_on}"


class PeakNeed(models.Model):
    """So many people from one source, for one team, for some days."""

    plan = models.ForeignKey(
        PeakPlan, verbose_name=_("peak plan"), on_delete=models.CASCADE, related_name="needs"
    )
    source = models.CharField(_("source"), max_length=20, choices=PeopleSource.choices)
    team = models.ForeignKey(
        Team, verbose_name=_("for the team"), on_delete=models.PROTECT, related_name="peak_needs"
    )
    from_team = models.ForeignKey(
        Team,
        verbose_name=_("from the team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="peak_support",
        help_text=_("Which team lends them; for cross-team support only."),
    )
    skill = models.ForeignKey(
        Skill,
        verbose_name=_("skill"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="peak_needs",
        help_text=_("Whoever holds its certificate counts as trained."),
    )
    head_count = models.PositiveSmallIntegerField(_("head count"), validators=[MinValueValidator(1)])
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("to"))
    hired_by = models.DateField(_("found by"), null=True, blank=True)
    trained_by = models.DateField(_("trained by"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="peak_needs",
    )
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.PLANNED)
    people = models.ManyToManyField(Agent, verbose_name=_("who"), blank=True, related_name="peak_needs")
    note = models.CharField(_("remarks"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("people wanted")
        verbose_name_plural = _("people wanted")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_on__gte=models.F("first_on")), name="peak_need_ends_after_start"
            ),
            models.CheckConstraint(condition=models.Q(head_count__gte=1), name="peak_need_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} × {self.head_count} · {self.team}"


class PeakTask(models.Model):
    """One item of the check-list; or what the review decided, to be better next time."""

    plan = models.ForeignKey(
        PeakPlan, verbose_name=_("peak plan"), on_delete=models.CASCADE, related_name="tasks"
    )
    text = models.CharField(_("task"), max_length=200)
    due_on = models.DateField(_("due on"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="peak_tasks",
    )
    is_follow_up = models.BooleanField(
        _("from the review"), default=False, help_text=_("Decided in the review, for the next time.")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = PeakTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("peak task")
        verbose_name_plural = _("peak tasks")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=False) | models.Q(done_by=None),
                name="peak_task_done_by_nobody_yet",
            )
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="peak_task_due"),
            models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="peak_task_open"),
        ]

    def __str__(self) -> str:
        return self.text

    def is_overdue(self, today: date) -> bool:
        return self.done_at is None and self.due_on < today


class PeakContingency(models.Model):
    """What may go wrong, how one notices, and what is done then."""

    plan = models.ForeignKey(
        PeakPlan, verbose_name=_("peak plan"), on_delete=models.CASCADE, related_name="contingencies"
    )
    risk = models.CharField(_("risk"), max_length=200)
    trigger = models.CharField(_("trigger"), max_length=200)
    measure = models.TextField(_("measure"), max_length=1000)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("contingency")
        verbose_name_plural = _("contingencies")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.risk


class PeakReview(models.Model):
    """What was learnt. What follows from it are tasks of the plan."""

    plan = models.OneToOneField(
        PeakPlan, verbose_name=_("peak plan"), on_delete=models.CASCADE, related_name="review"
    )
    went_well = models.TextField(_("what went well"), max_length=2000)
    went_badly = models.TextField(_("what did not"), max_length=2000)
    conclusions = models.TextField(_("conclusions"), max_length=2000)
    at = models.DateTimeField(_("reviewed at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return str(self.plan)
