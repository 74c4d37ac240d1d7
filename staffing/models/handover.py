from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.privacy import PersonalTextField
from staffing.choices import HandOverState
from staffing.models.agent import Agent
from staffing.models.duty import DutyAssignment
from staffing.models.organisation import Team
from staffing.querysets import HandOverQuerySet

S = HandOverState


class HandOver(models.Model):
    """What somebody who goes tells the next shift. Work changes hands by transfer or leave cover, not here.

    `due_at` is the end of the shift; outside any shift, when it was written.
    """

    team = models.ForeignKey(
        Team, verbose_name=_("team"), on_delete=models.PROTECT, related_name="hand_overs"
    )
    agent = models.ForeignKey(
        Agent, verbose_name=_("agent"), on_delete=models.PROTECT, related_name="hand_overs"
    )
    duty = models.ForeignKey(
        DutyAssignment,
        verbose_name=_("duty"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hand_overs",
        help_text=_("The shift that ends; empty outside any shift."),
    )
    receiver = models.ForeignKey(
        Agent,
        verbose_name=_("handed to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hand_overs_to_receive",
        help_text=_("Empty: whoever is on the next shift."),
    )
    state = models.CharField(_("state"), max_length=15, choices=S.choices)
    note = PersonalTextField(_("note to the next shift"), blank=True)
    due_at = models.DateTimeField(_("end of shift"))
    made_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acknowledged by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift hand-over")
        verbose_name_plural = _("shift hand-overs")
        ordering = ["-due_at", "-id"]
        permissions = [("export_handover", _("Can export shift hand-overs"))]
        constraints = [
            models.UniqueConstraint(
                fields=["duty"], condition=models.Q(state=S.OWED), name="handover_owed_once_per_duty"
            ),
            models.UniqueConstraint(
                fields=["agent"], condition=models.Q(state=S.WRITTEN), name="handover_one_waiting"
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.OWED, made_at=None)
                | (~models.Q(state=S.OWED) & models.Q(made_at__isnull=False)),
                name="handover_made_when_written",
            ),
            models.CheckConstraint(
                condition=models.Q(state=S.ACKNOWLEDGED, acknowledged_at__isnull=False)
                | (~models.Q(state=S.ACKNOWLEDGED) & models.Q(acknowledged_at=None)),
                name="handover_acknowledged_at",
            ),
        ]
        indexes = [
            models.Index(fields=["-due_at", "-id"], name="handover_latest"),
            models.Index(fields=["team", "state", "-due_at"], name="handover_team"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} {self.agent.local_date(self.due_at)}"


class HandOverLine(models.Model):
    """One open matter as it stood when the shift was handed over: number, kind and due time, no customer."""

    hand_over = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    reference = models.CharField(_("reference"), max_length=40)
    link = models.CharField(max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    severity = models.CharField(_("severity"), max_length=20, blank=True)
    is_grave = models.BooleanField(default=False)
    due_at = models.DateTimeField(_("due at"), null=True)
    is_overdue = models.BooleanField(_("was overdue"), default=False)
    remark = PersonalTextField(_("remark"), blank=True)

    class Meta:
        verbose_name = _("matter left open")
        verbose_name_plural = _("matters left open")
        ordering = ["hand_over", "position"]
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "source", "key"], name="handover_line_once")
        ]

    def __str__(self) -> str:
        return self.reference
