from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import DeliveryState, MessageChannel
from portal.privacy import PersonalTextField
from portal.querysets import NoticeQuerySet, OutboxQuerySet


class OutboxMessage(models.Model):
    """Something owed to somebody, written in the transaction of the act that owes it.

    `key` names the debt (event, recipient, channel): the same debt is never written twice. It is delivered at
    least once: a worker leases the row, sends, then marks it; a dead worker's lease runs out.
    """

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=10, choices=MessageChannel.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recipient"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = PersonalTextField(_("address"), blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = PersonalTextField(_("text"), blank=True)
    link = models.CharField(_("link"), max_length=200, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING
    )
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("due at"))
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        ordering = ["-id"]
        permissions = [("retry_outboxmessage", _("Can send a given-up message again"))]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state=DeliveryState.PENDING),
                name="outbox_pending",
            ),
            models.Index(fields=["state", "-id"], name="outbox_state"),
        ]

    def __str__(self) -> str:
        return self.subject


class Notice(models.Model):
    """A message that has reached its reader's bell in the portal."""

    message = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT, related_name="notice")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices")
    text = models.CharField(_("text"), max_length=200)
    link = models.CharField(_("link"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["user", "-id"],
                condition=models.Q(read_at=None),
                name="notice_unread",
            )
        ]

    def __str__(self) -> str:
        return self.text
