"""Certificates with their papers: how they stand today, and each to print."""

import io
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.house import ReadOnlyAdmin
from staffing.admin.filters import ScopedRelationFilter
from training.choices import Standing
from training.exams import certification, documents
from training.models import IssuedCertificate

COLOURS = {
    Standing.LATER: "info",
    Standing.VALID: "success",
    Standing.DUE: "warning",
    Standing.EXPIRED: "danger",
    Standing.REVOKED: "danger",
}
COMPUTED = ("holder", "team", "skill", "valid_from", "valid_until", "standing_told", "pdf", "check_address")


class StandingFilter(DropdownFilter):
    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(each.value, each.label) for each in Standing if each != Standing.LATER]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        today = timezone.localdate()
        match self.value():
            case Standing.VALID:
                return queryset.valid(today)
            case Standing.DUE:
                return queryset.due(today)
            case Standing.EXPIRED:
                return queryset.expired(today)
            case Standing.REVOKED:
                return queryset.revoked()
        return queryset


@admin.register(IssuedCertificate)
class IssuedCertificateAdmin(ReadOnlyAdmin):
    list_display = ["number", "holder", "team", "skill", "valid_from", "valid_until", "state", "pdf"]
    list_filter = [
        StandingFilter,
        ("certificate__agent__team", ScopedRelationFilter),
        ("certificate__skill", ScopedRelationFilter),
        ("issued_at", lists.DayRangeFilter),
    ]
    list_select_related = ["certificate__agent__user", "certificate__agent__team", "certificate__skill"]
    list_before_template = "training/exams/certificates_before.html"
    search_fields = ["number", "certificate__agent__user__name", "certificate__agent__staff_no"]
    search_help_text = _("Number, name or staff number")
    ordering = ["-issued_at", "-id"]
    fields = [
        ("number", "standing_told"),
        ("holder", "team"),
        ("skill", "attempt"),
        ("valid_from", "valid_until"),
        ("issued_at", "pdf"),
        "check_address",
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.pdf_view))
        return [
            path("<path:object_id>/pdf/", view, name="training_issuedcertificate_pdf"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        seen: Any = super().get_queryset(request)
        return seen.with_renewed()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["number", "attempt", "issued_at", *COMPUTED]

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        issued: Any = self.get_object(request, object_id)
        if not self.has_view_permission(request, issued):
            raise PermissionDenied
        if issued is None:
            raise Http404(_("This does not exist, or you may not see it."))
        out = io.BytesIO()
        documents.write(out, issued)
        name = f"certificate-{issued.number}.pdf"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return HttpResponse(out.getvalue(), content_type="application/pdf", headers=headers)

    @display(description=_("holder"), ordering="certificate__agent__user__name")
    def holder(self, issued: IssuedCertificate) -> str:
        return issued.certificate.agent.user.name

    @display(description=_("team"), ordering="certificate__agent__team__name")
    def team(self, issued: IssuedCertificate) -> str:
        return issued.certificate.agent.team.name

    @display(description=_("skill"), ordering="certificate__skill__name")
    def skill(self, issued: IssuedCertificate) -> str:
        return issued.certificate.skill.name

    @display(description=_("valid from"), ordering="certificate__valid_from")
    def valid_from(self, issued: IssuedCertificate) -> Any:
        return issued.certificate.valid_from

    @display(description=_("valid until"), ordering="certificate__valid_until")
    def valid_until(self, issued: IssuedCertificate) -> Any:
        return issued.certificate.valid_until

    @display(description=_("state"), label=COLOURS)
    def state(self, issued: Any) -> tuple[str, Any]:
        today = timezone.localdate()
        found = certification.standing(issued.certificate, today, is_renewed=issued.is_renewed)
        return found, found.label

    @display(description=_("state"))
    def standing_told(self, issued: IssuedCertificate) -> Any:
        return self.state(issued)[1]

    @display(description=_("document"))
    def pdf(self, issued: IssuedCertificate) -> SafeString:
        page = reverse("admin:training_issuedcertificate_pdf", args=[issued.pk])
        return format_html('<a class="underline" href="{}">PDF</a>', page)

    @display(description=_("public check"))
    def check_address(self, issued: IssuedCertificate) -> SafeString:
        page = reverse("certificate", args=[issued.check_code])
        return format_html('<a class="underline" href="{}">{}</a>', page, _("Open the check page"))
