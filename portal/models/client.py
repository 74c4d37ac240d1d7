from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.privacy import PersonalTextField


class ApiClient(models.Model):
    """A connected system: a token of which only the digest is kept, and what it may do."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("acts as"),
        on_delete=models.PROTECT,
        related_name="api_client",
    )
    token_digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(_("scopes"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))
    last_used_on = models.DateField(_("last used on"), null=True, blank=True)

    class Meta:
        verbose_name = _("connected system")
        verbose_name_plural = _("connected systems")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IdempotentReply(models.Model):
    """The first answer to a write, given again when the same caller repeats its key."""

    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = PersonalTextField(help_text="As sent, JSON; enciphered, since answers carry customers.")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("repeated answer")
        verbose_name_plural = _("repeated answers")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotent_reply_once")]
