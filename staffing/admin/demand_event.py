from typing import Any

from django.contrib import admin
from django.db.models import ManyToManyField
from django.forms import ModelForm, ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from portal.admin.house import HouseAdmin, person
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import DemandEventKind
from staffing.demand import events
from staffing.models import DemandEvent
from staffing.querysets.sight import sees_all


@admin.register(DemandEvent)
class DemandEventAdmin(HistoryOfStaff, HouseAdmin):
    """Days that are busier or quieter than usual. The form calls the step."""

    has_own_ledger = True
    list_display = ["name", "kind_label", "first_on", "last_on", "uplift", "team"]
    list_filter = [("kind", ChoicesDropdownFilter), ("team", ScopedRelationFilter)]
    list_select_related = ["team"]
    list_before_template = "staffing/demand/list_before.html"
    search_fields = ["name"]
    fields = ["name", "kind", ("first_on", "last_on"), "factor", ("team", "lines")]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One for all teams is changed by those who look after all of them."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.team_id is not None or sees_all(person(request)))

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **options: Any
    ) -> ModelMultipleChoiceField | None:
        options["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: DemandEvent, form: ModelForm, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.cleaned_data if name in self._DECLARED}
        standing = DemandEvent.objects.get(pk=obj.pk) if change else None
        made = events.declare(standing, **given, by=person(request), at=timezone.now())
        obj.pk = made.pk

    _DECLARED = ("name", "kind", "first_on", "last_on", "factor", "team", "lines")

    @display(
        description=_("kind"),
        ordering="kind",
        label={
            DemandEventKind.PEAK: "danger",
            DemandEventKind.HOLIDAY: "info",
            DemandEventKind.OTHER: "default",
        },
    )
    def kind_label(self, event: DemandEvent) -> tuple[str, str]:
        return event.kind, event.get_kind_display()

    @display(description=_("uplift"), ordering="factor")
    def uplift(self, event: DemandEvent) -> str:
        """+180 %"""
        return f"{(event.factor - 1) * 100:+.0f} %"
