from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.admin.house import ReadOnlyAdmin
from portal.admin.tables import TableAdmin
from staffing.admin.filters import ScopedRelationFilter
from training.models import AnnouncementReading
from training.resources.announcements import ReadingResource

STANDS = {"confirmed": "success", "open": "info", "late": "danger", "lapsed": "warning"}


class ConfirmedFilter(DropdownFilter):
    title = _("confirmed")
    parameter_name = "confirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("no", _("Not confirmed")),
            ("late", pgettext_lazy("announcement", "Overdue")),
            ("yes", _("Confirmed")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        today = timezone.localdate()
        match self.value():
            case "no":
                return queryset.unconfirmed().of_employed(today)
            case "late":
                return queryset.overdue(today).of_employed(today)
            case "yes":
                return queryset.exclude(confirmed_at=None)
        return queryset


@admin.register(AnnouncementReading)
class ReadingAdmin(ReadOnlyAdmin, TableAdmin):
    """Who has confirmed what: to look through, and to take away."""

    resource_classes = [ReadingResource]
    list_display = [
        "announcement",
        "version",
        "agent",
        "team",
        "due_on",
        "stands",
        "quiz_tries",
        "confirmed_at",
    ]
    list_filter = [
        ConfirmedFilter,
        ("announcement", ScopedRelationFilter),
        ("agent__team", ScopedRelationFilter),
    ]
    list_select_related = ["announcement", "agent__user", "agent__team"]
    list_before_template = "training/announcements/readings_before.html"
    search_fields = ["agent__user__name", "agent__staff_no", "announcement__title"]
    search_help_text = _("Name, staff number or title")
    ordering = ["-id"]
    fields = [
        "announcement", "version", "agent", "due_on", "opened_at", "quiz_tries", "confirmed_at",
        "reminded_on",
    ]  # fmt: skip

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        """Its fields tell all that happened."""
        return False

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, reading: AnnouncementReading) -> str:
        return reading.agent.team.name

    @display(description=_("state"), label=STANDS)
    def stands(self, reading: AnnouncementReading) -> tuple[str, Any]:
        if reading.confirmed_at is not None:
            return "confirmed", _("Confirmed")
        if not reading.is_current:
            return "lapsed", _("Not needed any more")
        if reading.due_on < timezone.localdate():
            return "late", pgettext_lazy("announcement", "Overdue")
        return "open", _("Not confirmed")
