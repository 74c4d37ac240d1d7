from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import Channel, CustomerLevel, IdentityKind
from complaints.querysets import CustomerQuerySet
from portal.privacy import PersonalTextField


class Customer(models.Model):
    """The customer file: one person, however many channels he comes by."""

    name = PersonalTextField(_("full name"), blank=True)
    level = models.CharField(
        _("level"), max_length=10, choices=CustomerLevel.choices, default=CustomerLevel.ORDINARY
    )
    province = models.CharField(_("province"), max_length=20, blank=True)
    remarks = models.TextField(
        _("remarks"), blank=True, help_text=_("How to deal with this customer; no personal data.")
    )
    consented_at = models.DateTimeField(
        _("consented at"),
        null=True,
        blank=True,
        help_text=_("Agreed to be greeted and offered to."),
    )
    opted_out_at = models.DateTimeField(_("opted out at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["-id"]

    def __str__(self) -> str:
        from portal.privacy import mask_name  # noqa: PLC0415

        return mask_name(self.name) or f"#{self.pk}"


class CustomerIdentity(models.Model):
    """By what a customer is known again: found by keyed digest, stored enciphered."""

    customer = models.ForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.PROTECT, related_name="identities"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=IdentityKind.choices)
    channel = models.CharField(
        _("channel"),
        max_length=10,
        choices=Channel.choices,
        blank=True,
        help_text=_("Whose account it is; empty for phone and e-mail."),
    )
    digest = models.CharField(max_length=32)
    value = PersonalTextField(_("value"))

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [models.UniqueConstraint(fields=["kind", "channel", "digest"], name="identity_once")]

    def __str__(self) -> str:
        """Of whose file, never the value: it stands in the audit log."""
        return f"{self.get_kind_display()} · {self.customer}"
