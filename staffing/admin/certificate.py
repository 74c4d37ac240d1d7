from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin import refusals
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing import people, policy
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import CertificateState, ScopedRelationFilter
from staffing.admin.permits import Permits
from staffing.models import Certificate
from staffing.resources import CertificateResource

STATE_COLOURS = {
    "valid": "success",
    "expiring": "warning",
    "expired": "danger",
    "revoked": "danger",
    "future": "info",
}


def certificate_state(certificate: Any) -> tuple[str, Any]:
    """The state on today's date, as key and words. The certificate comes with `is_renewed`."""
    today = timezone.localdate()
    if certificate.revoked_on is not None:
        return "revoked", _("Revoked")
    if certificate.valid_until < today:
        return "expired", _("Expired")
    if certificate.valid_from > today:
        return "future", _("Begins later")
    if certificate.valid_until <= today + policy.CERTIFICATE_WARNING and not certificate.is_renewed:
        return "expiring", _("Expires soon")
    return "valid", _("Valid")


@admin.register(Certificate)
class CertificateAdmin(Permits, TableAdmin):
    """A certificate given is not changed: it is renewed, or revoked with a reason."""

    has_own_ledger = True
    resource_classes = [CertificateResource]
    import_kind = "certificates"
    list_display = ["agent", "team", "skill", "cycle", "valid_from", "valid_until", "state"]
    list_filter = [CertificateState, ("agent__team", ScopedRelationFilter), ("skill", ScopedRelationFilter)]
    list_select_related = ["agent__user", "agent__team", "skill"]
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    ordering = ["valid_until", "id"]
    autocomplete_fields = ["agent", "skill"]
    actions = ["renew_chosen"]
    actions_row = ["renew", "revoke"]
    actions_detail = ["renew", "revoke"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen: Any = super().get_queryset(request)
        return seen.with_renewed()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        given = ["agent", "skill", "valid_from", "valid_until"]
        return [*given, "cycle", "revoked_on", "revoked_reason"] if obj else given

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Certificate, form: forms.ModelForm, change: bool) -> None:
        given = form.cleaned_data
        certificate = people.certify(
            given["agent"],
            given["skill"],
            valid_from=given["valid_from"],
            valid_until=given["valid_until"],
            by=person(request),
            at=timezone.now(),
        )
        obj.pk = certificate.pk

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, certificate: Certificate) -> str:
        return certificate.agent.team.name

    @display(description=_("state"), label=STATE_COLOURS)
    def state(self, certificate: Certificate) -> tuple[str, Any]:
        return certificate_state(certificate)

    @admin.action(description=_("Renew for as long again"), permissions=["certify"])
    def renew_chosen(self, request: HttpRequest, chosen: QuerySet[Certificate]) -> None:
        by, at = person(request), timezone.now()
        refusals.act_on_each(
            request,
            chosen.select_related("agent__team__department", "skill"),
            lambda certificate: people.renew(certificate, by=by, at=at),
            done=_("%(count)s certificates renewed."),
        )

    @dialog_action(
        _("Renew"),
        text=_("For as long again, from the day after its end, or from today if it has run out."),
        done=_("The certificate is renewed."),
        permissions=["certify"],
        icon="autorenew",
    )
    def renew(self, request: HttpRequest, certificate: Certificate, form: Any) -> None:
        people.renew(certificate, by=person(request), at=timezone.now())

    @dialog_action(
        _("Revoke"),
        form_class=ReasonForm,
        text=_("From today on it does not count, and no matter that needs it is assigned."),
        done=_("The certificate is revoked."),
        permissions=["revoke"],
        icon="block",
    )
    def revoke(self, request: HttpRequest, certificate: Certificate, form: ReasonForm) -> None:
        people.revoke(certificate, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())
