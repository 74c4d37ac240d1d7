from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import AttemptResult, CallbackPurpose, CallbackState
from complaints.models.customer import Customer
from complaints.models.ticket import Ticket
from complaints.querysets import CallbackQuerySet


class Callback(models.Model):
    """A call that is owed to a customer, with its attempts."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="callbacks"
    )
    ticket = models.ForeignKey(
        Ticket,
        verbose_name=_("ticket"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="callbacks",
    )
    cycle = models.PositiveSmallIntegerField(default=1, editable=False)
    purpose = models.CharField(_("purpose"), max_length=20, choices=CallbackPurpose.choices)
    agent = models.ForeignKey(
        "staffing.Agent",
        verbose_name=_("agent"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="callbacks",
    )
    due_at = models.DateTimeField(
        _("due at"), help_text=_("By when it was owed; a later attempt does not move it.")
    )
    next_attempt_at = models.DateTimeField(_("next attempt"))
    state = models.CharField(
        _("state"), max_length=15, choices=CallbackState.choices, default=CallbackState.DUE
    )
    note = models.CharField(_("what about"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, editable=False)

    objects = CallbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        ordering = ["next_attempt_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "cycle"],
                condition=models.Q(purpose=CallbackPurpose.AFTER_COMPLAINT),
                name="callback_once_per_complaint_cycle",
            )
        ]
        indexes = [
            models.Index(
                fields=["agent", "next_attempt_at"],
                condition=models.Q(state=CallbackState.DUE),
                name="callback_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.customer}"


class CallbackAttempt(models.Model):
    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(_("result"), max_length=15, choices=AttemptResult.choices)
    is_satisfied = models.BooleanField(_("satisfied"), null=True)
    counts = models.BooleanField(
        _("counts"),
        default=True,
        help_text=_("An unanswered call before its time does not count among the attempts."),
    )
    note = models.TextField(_("reaction"), blank=True)
    next_at = models.DateTimeField(_("next attempt"), null=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["callback", "number"]
        constraints = [models.UniqueConstraint(fields=["callback", "number"], name="attempt_number_once")]
