from typing import Any

from django import forms
from django.contrib import admin
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from portal.admin.house import HouseAdmin
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.models import MinimumStaffing, ShiftType

EVERY_DAY = "1234567"


class WeekdaysField(forms.MultipleChoiceField):
    """Ticks for the digits of the weekdays, 1 is Monday."""

    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def __init__(self, **options: Any) -> None:
        choices = [(str(number + 1), name) for number, name in WEEKDAYS_ABBR.items()]
        super().__init__(choices=choices, label=_("Weekdays"), **options)

    def prepare_value(self, value: Any) -> list[str]:
        return list(value or "")

    def clean(self, value: Any) -> str:
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(list(initial or ""), data)


class MinimumForm(forms.ModelForm):
    weekdays = WeekdaysField(initial=EVERY_DAY)


@admin.register(MinimumStaffing)
class MinimumStaffingAdmin(HistoryOfStaff, HouseAdmin):
    """How many must be there, by team: the line under the roster's days counts against it."""

    form = MinimumForm
    can_be_deleted = True
    list_display = ["shift_type", "team", "skill", "days", "agents"]
    list_filter = [("team", ScopedRelationFilter), ("shift_type", ScopedRelationFilter)]
    list_select_related = ["team", "shift_type", "skill"]
    list_before_template = "staffing/minimum_staffing/list_before.html"
    fields = ["team", "shift_type", "skill", "weekdays", "agents"]
    ordering = ["team", "shift_type", "id"]

    @display(description=_("weekdays"))
    def days(self, minimum: MinimumStaffing) -> str:
        if minimum.weekdays == EVERY_DAY:
            return str(_("every day"))
        return " ".join(str(WEEKDAYS_ABBR[int(digit) - 1]) for digit in minimum.weekdays)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **options: Any) -> Any:
        if db_field.name == "shift_type":
            options["queryset"] = ShiftType.objects.filter(is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **options)
