from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import HandOver, OwnershipKind, PromiseOutcome
from complaints.models.ticket import Ticket
from complaints.querysets import OwnershipQuerySet, PromiseQuerySet


class OwnershipEntry(models.Model):
    """One hand-over of a matter: from whom, to whom, why, accepted when, held until when."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="ownership")
    kind = models.CharField(_("kind"), max_length=20, choices=OwnershipKind.choices)
    state = models.CharField(_("state"), max_length=10, choices=HandOver.choices)
    giver = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("given by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    receiver = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("given to"),
        null=True,
        on_delete=models.PROTECT,
        related_name="received_hand_overs",
        help_text=_("Empty: back to the queue."),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    respond_by = models.DateTimeField(
        _("answer by"), null=True, help_text=_("After this a silent receiver has let it return.")
    )
    accepted_at = models.DateTimeField(_("accepted at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = OwnershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("ownership ledger")
        ordering = ["ticket", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state=HandOver.PENDING),
                name="ownership_one_pending",
            ),
            models.UniqueConstraint(
                fields=["ticket"],
                condition=models.Q(state=HandOver.HOLDING),
                name="ownership_one_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["receiver", "-id"], name="ownership_receiver"),
            models.Index(
                fields=["respond_by"],
                condition=models.Q(state__in=[HandOver.PENDING, HandOver.HOLDING], accepted_at=None),
                name="ownership_unanswered",
            ),
        ]


class Promise(models.Model):
    """A time by which an agent promised the customer an answer. Kept by an answer in time, else broken."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="promises")
    agent = models.ForeignKey("staffing.Agent", on_delete=models.PROTECT, related_name="promises")
    due_at = models.DateTimeField(_("promised for"))
    made_at = models.DateTimeField(_("made at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=PromiseOutcome.choices, default=PromiseOutcome.OPEN
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_at"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(outcome=PromiseOutcome.OPEN),
                name="promise_open_by_due",
            )
        ]
