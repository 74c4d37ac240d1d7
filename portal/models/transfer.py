import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import TransferStatus
from portal.transfers.querysets import UNFINISHED, TransferJobQuerySet


def random_name(_job: models.Model, _name: str) -> str:
    """A name that tells nothing and that nothing runs; what the person called the file is only text."""
    return f"transfers/{secrets.token_hex(16)}"


class TransferJob(models.Model):
    """A file on its way in: what was uploaded, how far it has come, and who holds it at the moment.

    A worker works under a lease (`lease_token`, `leased_until`), and writes progress in the transaction of
    the rows themselves: whoever takes the job up goes on with the first row that was not taken in.
    """

    kind = models.CharField(_("kind"), max_length=60)
    status = models.CharField(
        _("status"), max_length=20, choices=TransferStatus.choices, default=TransferStatus.UPLOADED
    )
    file = models.FileField(_("file"), upload_to=random_name, blank=True)
    original_name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    layout = models.CharField(_("layout"), max_length=60, blank=True)
    preview = models.JSONField(default=dict, blank=True)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(_("rows done"), default=0)
    created_count = models.PositiveIntegerField(_("new"), default=0)
    updated_count = models.PositiveIntegerField(_("changed"), default=0)
    unchanged_count = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected_count = models.PositiveIntegerField(_("rejected"), default=0)
    error_file = models.FileField(_("error file"), upload_to=random_name, blank=True)
    failure = models.TextField(_("why it failed"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("uploaded at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("confirmed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = TransferJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import job")
        verbose_name_plural = _("import jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_by", "-id"], name="transfer_uploader"),
            models.Index(fields=["kind", "-id"], name="transfer_kind"),
            models.Index(
                fields=["leased_until"],
                condition=models.Q(status__in=UNFINISHED),
                name="transfer_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def is_unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def rows_accepted(self) -> int:
        """The rows that a check found good, or that were taken in."""
        return self.created_count + self.updated_count + self.unchanged_count


class TransferError(models.Model):
    """Why a row was rejected: where and what, never the value itself."""

    job = models.ForeignKey(TransferJob, on_delete=models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    message = models.CharField(_("message"), max_length=500)

    class Meta:
        verbose_name = _("import error")
        verbose_name_plural = _("import errors")
        ordering = ["row", "id"]
        indexes = [models.Index(fields=["job", "row"], name="transfer_error_row")]
