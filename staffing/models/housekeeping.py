from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.choices import TurnState
from staffing.models.agent import Agent
from staffing.models.organisation import Team
from staffing.querysets import HousekeepingTaskQuerySet, HousekeepingTurnQuerySet

WEEKDAYS = range(7)


def validate_weekdays(days: object) -> None:
    is_list = isinstance(days, list) and days == sorted({day for day in days if day in WEEKDAYS})
    if not is_list or not days:
        raise ValidationError(_("Choose at least one day of the week."))


class HousekeepingTask(models.Model):
    """What a team keeps in order on certain days, one person each time."""

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="housekeeping_tasks"
    )
    name = models.CharField(_("task"), max_length=60)
    weekdays = models.JSONField(
        _("days"), default=list, validators=[validate_weekdays], help_text=_("0 is Monday.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = HousekeepingTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("housekeeping task")
        verbose_name_plural = _("housekeeping tasks")
        ordering = ["team__name", "name"]
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="housekeeping_task_once")]

    def __str__(self) -> str:
        return self.name

    def falls_on(self, on: date) -> bool:
        return self.is_active and on.weekday() in self.weekdays


class HousekeepingTurn(models.Model):
    """One task on one day by one agent. A fixed one was given by hand and is not planned anew."""

    task = models.ForeignKey(
        HousekeepingTask, verbose_name=_("task"), on_delete=models.PROTECT, related_name="turns"
    )
    on = models.DateField(_("date"))
    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="housekeeping_turns"
    )
    state = models.CharField(_("state"), max_length=10, choices=TurnState.choices, default=TurnState.PLANNED)
    is_fixed = models.BooleanField(_("given by hand"), default=False)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    reason = models.CharField(
        _("reason"), max_length=200, blank=True, help_text=_("Empty: not on duty that day.")
    )

    objects = HousekeepingTurnQuerySet.as_manager()

    class Meta:
        verbose_name = _("housekeeping turn")
        verbose_name_plural = _("housekeeping roster")
        ordering = ["-on", "-id"]
        permissions = [("export_housekeepingturn", _("Can export the housekeeping roster"))]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "on"],
                condition=~models.Q(state=TurnState.EXCUSED),
                name="housekeeping_turn_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state=TurnState.DONE, done_at__isnull=False)
                | (~models.Q(state=TurnState.DONE) & models.Q(done_at=None)),
                name="housekeeping_done_at",
            ),
        ]
        indexes = [
            models.Index(fields=["-on", "-id"], name="housekeeping_latest"),
            models.Index(fields=["agent", "on"], name="housekeeping_agent_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.task} {self.agent}"
