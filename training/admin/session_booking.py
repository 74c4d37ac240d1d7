from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.house import ReadOnlyAdmin
from portal.admin.tables import TableAdmin
from staffing.admin.filters import ScopedRelationFilter
from training.choices import Presence
from training.models import SessionBooking
from training.resources.sessions import SeatResource

MARKS = {
    Presence.UNMARKED: "info",
    Presence.PRESENT: "success",
    Presence.LATE: "warning",
    Presence.EXCUSED: "info",
    Presence.ABSENT: "danger",
}


@admin.register(SessionBooking)
class SeatAdmin(ReadOnlyAdmin, TableAdmin):
    """Attendance to look through and to take away. It is written on the page of the session."""

    resource_classes = [SeatResource]
    list_display = ["starts", "course", "agent", "team", "presence_label", "walk_in", "note"]
    list_filter = [
        ("agent__team", ScopedRelationFilter),
        ("session__course", ScopedRelationFilter),
        ("presence", ChoicesDropdownFilter),
        ("session__starts_at", lists.DayRangeFilter),
    ]
    list_select_related = ["session__course", "session__trainer", "agent__user", "agent__team", "marked_by"]
    list_before_template = "training/sessions/seats_before.html"
    search_fields = ["agent__user__name", "agent__staff_no", "session__course__title"]
    search_help_text = _("Name, staff number or course")
    ordering = ["-id"]
    fields = ["session", "agent", "presence", "note", "reason", "is_cancelled", "is_walk_in", "marked_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        seats: Any = super().get_queryset(request)
        return seats.standing()

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        """It stands in the history of the session."""
        return False

    @display(description=_("starts at"), ordering="session__starts_at")
    def starts(self, seat: SessionBooking) -> str:
        return seat.session.when

    @display(description=_("course"), ordering="session__course__title")
    def course(self, seat: SessionBooking) -> SafeString:
        address = reverse("admin:training_trainingsession_change", args=[seat.session_id])
        return format_html('<a class="underline" href="{}">{}</a>', address, seat.session)

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, seat: SessionBooking) -> str:
        return seat.agent.team.name

    @display(description=_("came without a seat"), ordering="is_walk_in")
    def walk_in(self, seat: SessionBooking) -> str | None:
        return "✓" if seat.is_walk_in else None

    @display(description=pgettext_lazy("training", "attendance"), ordering="presence", label=MARKS)
    def presence_label(self, seat: SessionBooking) -> tuple[str, str]:
        return seat.presence, seat.get_presence_display()
