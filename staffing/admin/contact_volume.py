from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin import lists
from portal.admin.tables import TableAdmin
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.models import ContactVolume
from staffing.resources import ContactVolumeResource


@admin.register(ContactVolume)
class ContactVolumeAdmin(HistoryOfStaff, TableAdmin):
    """What came in by half hour: counted from tickets, or imported. Corrected by importing it again."""

    has_own_ledger = True
    resource_classes = [ContactVolumeResource]
    import_kind = "contact_volumes"
    list_display = ["starts_at", "line", "team", "contacts", "on_average"]
    list_filter = [("line", ScopedRelationFilter), ("starts_at", lists.DayRangeFilter)]
    list_select_related = ["line__team"]
    list_before_template = "staffing/demand/list_before.html"
    ordering = ["-starts_at", "-id"]
    fields = ["line", "starts_at", "contacts", "handling_seconds_total"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description=_("team"), ordering="line__team__name")
    def team(self, volume: ContactVolume) -> str:
        return volume.line.team.name

    @display(description=_("handling time on average, seconds"))
    def on_average(self, volume: ContactVolume) -> str | None:
        seconds = volume.handling_seconds
        return None if seconds is None else f"{seconds:.0f}"
