from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import ProposalKind, RunKind, RunState
from staffing.models.roster import Roster
from staffing.planning import policy
from staffing.querysets import RosterRunQuerySet
from staffing.querysets.roster_run import OPEN_RUNS


class RosterRun(models.Model):
    """A roster planned by machine: what was asked, how far it is, who works on it, what came of it.

    `base` is the plan as it stood when the run began, shift codes by agent and day, and what it was worth.
    Nothing of a run changes the roster; that does whoever applies one of its proposals.
    """

    roster = models.ForeignKey(
        Roster, verbose_name=_("roster"), on_delete=models.CASCADE, related_name="runs"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=RunKind.choices, default=RunKind.GENERATE)
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    seed = models.PositiveIntegerField(_("seed"), default=1)
    seconds = models.PositiveSmallIntegerField(
        _("seconds"),
        default=policy.USUAL_SECONDS,
        validators=[MinValueValidator(5), MaxValueValidator(policy.MOST_SECONDS)],
    )
    weights = models.JSONField(_("weights"), default=dict)
    options = models.JSONField(default=dict)
    progress = models.JSONField(_("progress"), default=dict, blank=True)
    explanation = models.JSONField(default=list, blank=True)
    base = models.JSONField(default=dict, blank=True)
    base_figures = models.JSONField(default=dict, blank=True)
    is_stop_asked = models.BooleanField(_("asked to stop"), default=False)
    failure = models.TextField(_("why it failed"), blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("asked by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked_at = models.DateTimeField(_("asked at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = RosterRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("planning run")
        verbose_name_plural = _("planning runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["roster"],
                condition=models.Q(state__in=OPEN_RUNS),
                name="roster_run_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["roster", "-id"], name="roster_run_latest"),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(state__in=OPEN_RUNS),
                name="roster_run_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster} · {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_RUNS


class RosterProposal(models.Model):
    """One way to fill the roster: `cells` hold all of it, `changes` where it differs from the run's base.

    A change is (agent, day, shift codes before, shift codes after).
    """

    run = models.ForeignKey(RosterRun, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(_("kind"), max_length=15, choices=ProposalKind.choices)
    place = models.PositiveSmallIntegerField(default=1)
    cells = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    value = models.FloatField(_("penalty"), default=0)
    figures = models.JSONField(default=dict)
    shortfalls = models.JSONField(default=list)
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("applied by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["run", "place"]
        constraints = [models.UniqueConstraint(fields=["run", "kind"], name="roster_proposal_once")]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @property
    def is_applied(self) -> bool:
        return self.applied_at is not None
