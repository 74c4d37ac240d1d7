from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminColorInputWidget

from portal.admin.tables import TableAdmin
from staffing.admin.permits import HistoryOfStaff
from staffing.models import ShiftType
from staffing.resources import ShiftTypeResource


def swatch(colour: str, text: object) -> SafeString:
    """A dot in the colour of a shift, and its name."""
    return format_html(
        '<span class="shift-swatch"><svg aria-hidden="true" viewBox="0 0 10 10">'
        '<circle cx="5" cy="5" r="5" fill="{}"/></svg>{}</span>',
        colour,
        text,
    )


@admin.register(ShiftType)
class ShiftTypeAdmin(HistoryOfStaff, TableAdmin):
    resource_classes = [ShiftTypeResource]
    import_kind = "shift_types"
    list_display = ["shift", "code", "hours", "break_minutes", "skill", "is_active"]
    list_filter = ["is_active"]
    list_select_related = ["skill"]
    search_fields = ["name", "code"]
    fieldsets = [
        (None, {"fields": ["name", "code", "colour", "skill", "is_active"]}),
        (_("Hours"), {"fields": [("starts", "ends"), "break_minutes", "preview"]}),
    ]
    readonly_fields = ["preview"]

    class Media:
        css = {"all": ["staffing/shifts.css"]}
        js = ["staffing/shift_preview.js"]

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        if db_field.name == "colour":
            options["widget"] = UnfoldAdminColorInputWidget
        return super().formfield_for_dbfield(db_field, request, **options)

    @display(description=_("shift"), ordering="name")
    def shift(self, shift_type: ShiftType) -> SafeString:
        return swatch(shift_type.colour, shift_type.name)

    @display(description=_("hours"), ordering="starts")
    def hours(self, shift_type: ShiftType) -> str:
        return shift_type.hours

    @display(description=_("preview"))
    def preview(self, shift_type: ShiftType) -> SafeString:
        """What the form says right now: the script keeps it true while one types."""
        hours = shift_type.hours if shift_type.pk else ""
        return format_html('<output class="shift-preview" for="id_starts id_ends">{}</output>', hours)
