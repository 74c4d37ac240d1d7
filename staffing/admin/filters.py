"""Filters of staffing's lists. What they offer is never more than the person may see."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter, RelatedDropdownFilter

from portal.admin import lists
from portal.admin.house import scoped
from staffing.models import Skill


class ScopedRelationFilter(RelatedDropdownFilter):
    def field_choices(
        self, field: ForeignKey, request: HttpRequest, model_admin: ModelAdmin
    ) -> list[tuple[int, str]]:
        rows = scoped(field.remote_field.model._default_manager.all(), request)
        return [(row.pk, str(row)) for row in rows]


class HoldsSkill(DropdownFilter):
    title = _("skill")
    parameter_name = "skill"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(str(pk), name) for pk, name in Skill.objects.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        skill = lists.key(self.value() or "")
        return queryset if skill is None else queryset.certified(skill, timezone.localdate())


class Presence(DropdownFilter):
    title = _("presence")
    parameter_name = "presence"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("on_duty", _("On duty now")),
            ("on_shift", _("On a shift now, there or not")),
            ("signed_in", _("Signed in now")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        narrow = {
            "on_duty": queryset.on_duty,
            "on_shift": queryset.on_shift,
            "signed_in": queryset.signed_in,
        }.get(self.value() or "")
        return narrow(timezone.now()) if narrow else queryset


class Employed(DropdownFilter):
    title = _("in the department")
    parameter_name = "employed"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [("yes", _("Employed today")), ("left", _("Has left"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        today = timezone.localdate()
        if self.value() == "yes":
            return queryset.employed(today)
        return queryset.filter(left_on__lt=today) if self.value() == "left" else queryset


class CertificateState(DropdownFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("valid", _("Valid")),
            ("expiring", _("Expires within 30 days")),
            ("expired", _("Expired")),
            ("revoked", _("Revoked")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        today = timezone.localdate()
        match self.value():
            case "valid":
                return queryset.valid(today)
            case "expiring":
                return queryset.expiring(today)
            case "expired":
                return queryset.expired(today)
            case "revoked":
                return queryset.revoked()
        return queryset


class Punctuality(DropdownFilter):
    title = _("punctuality")
    parameter_name = "punctuality"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, Any]]:
        return [
            ("late", pgettext_lazy("attendance", "Late")),
            ("forgotten", _("Sign-out forgotten")),
            ("open", _("Still there")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        match self.value():
            case "late":
                return queryset.late()
            case "forgotten":
                return queryset.filter(is_forgotten=True)
            case "open":
                return queryset.open()
        return queryset
