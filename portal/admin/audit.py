from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.admin.house import ReadOnlyAdmin
from portal.admin.lists import DayRangeFilter
from portal.choices import Role
from portal.models import AuditEntry
from portal.templatetags.portal_audit import changes_of


class KindFilter(admin.SimpleListFilter):
    """Out of the registered models, not out of the rows: those would have to be gone through."""

    title = _("kind of object")
    parameter_name = "object_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = {model._meta.label_lower for model in admin.site._registry}  # noqa: SLF001
        return sorted(((kind, audit.kind_name(kind)) for kind in kinds), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(object_type=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """The whole log, for the auditor; an object's own part hangs at its page "History"."""

    list_display = ["at", "actor", "action", "object_label", "kind", "address", "what"]
    list_filter = ["action", KindFilter, ("at", DayRangeFilter)]
    list_select_related = ["actor"]
    look_ups = ("actor", "object_id")
    search_fields = ["actor__username__iexact", "object_id__exact"]
    search_help_text = _("An account, or the number of an object.")
    fields = [
        ("at", "action"),
        ("actor", "roles", "address"),
        ("kind", "object_id", "object_label"),
        "what",
        "reason",
    ]

    @admin.display(description=_("kind of object"))
    def kind(self, entry: AuditEntry) -> str:
        return audit.kind_name(entry.object_type)

    @admin.display(description=_("roles"))
    def roles(self, entry: AuditEntry) -> str:
        """Those the person had at the time."""
        labels = dict(Role.choices)
        return ", ".join(str(labels.get(role, role)) for role in entry.actor_roles.split(","))

    @admin.display(description=_("changes"))
    def what(self, entry: AuditEntry) -> SafeString:
        return format_html("{}", changes_of(entry))
