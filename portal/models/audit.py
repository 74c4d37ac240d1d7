from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import AuditAction
from portal.querysets import AuditQuerySet


class AuditEntry(models.Model):
    """Who did what to which object, when, from where. Only ever added; sealed in batches (AuditSeal).

    The object is named, not related: the log outlives what it tells of. Values of personal fields are
    masked before they get here.
    """

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_roles = models.CharField(_("roles"), max_length=120, blank=True)
    address = models.GenericIPAddressField(_("network address"), null=True)
    action = models.CharField(_("action"), max_length=60, choices=AuditAction.choices)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=40)
    object_label = models.CharField(_("label"), max_length=200, blank=True)
    changes = models.JSONField(_("changes"), default=dict)
    reason = models.TextField(_("reason"), blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="audit_object"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["action", "-id"], name="audit_action"),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.object_label}"


class AuditSeal(models.Model):
    """A keyed digest over the entries since the seal before it: a row changed, removed or added breaks it.

    `marks` holds a short keyed digest for each entry, so that the very row can be named.
    """

    last_entry_id = models.BigIntegerField(unique=True)
    marks = models.JSONField(help_text="[[entry id, digest], ...]")
    digest = models.CharField(max_length=64)
    previous = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="next")
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")
        ordering = ["-id"]
