from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin import demand_pages
from staffing.admin.demand_forms import ByHandForm, ForecastForm, ServiceLineForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.demand import forecasts
from staffing.models import ServiceLine
from staffing.resources import ServiceLineResource


@admin.register(ServiceLine)
class ServiceLineAdmin(HistoryOfStaff, TableAdmin):
    """What is promised on each line; the page of a line's week; and how wrong its forecasts were."""

    resource_classes = [ServiceLineResource]
    form = ServiceLineForm
    list_display = [
        "name",
        "team",
        "skill",
        "promise",
        "usual_handling",
        "counts_tickets",
        "is_active",
        "open",
    ]
    list_filter = [("team", ScopedRelationFilter), ("skill", ScopedRelationFilter), "is_active"]
    list_select_related = ["team", "skill"]
    list_before_template = "staffing/demand/list_before.html"
    search_fields = ["name"]
    actions_detail = ["forecast", "set_by_hand"]
    fieldsets = [
        (None, {"fields": ["name", ("team", "skill"), ("counts_tickets", "is_active")]}),
        (
            _("Promise"),
            {"fields": [("service_level", "within_seconds"), "patience_seconds"]},
        ),
        (
            _("People"),
            {"fields": [("max_occupancy", "shrinkage"), ("default_handling_seconds", "concurrency")]},
        ),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("demand/", view(self.demand_view), name="staffing_serviceline_demand"),
            path(
                "<path:object_id>/backtest/", view(self.backtest_view), name="staffing_serviceline_backtest"
            ),
        ]
        return [*own, *super().get_urls()]

    @display(description=_("Promise"), ordering="service_level")
    def promise(self, line: ServiceLine) -> str:
        return _("%(share)s %% in %(seconds)s s") % {
            "share": f"{line.service_level * 100:.0f}",
            "seconds": line.within_seconds,
        }

    @display(description=_("usual handling time, seconds"), ordering="default_handling_seconds")
    def usual_handling(self, line: ServiceLine) -> int:
        return line.default_handling_seconds

    @display(description=_("demand"))
    def open(self, line: ServiceLine) -> SafeString:
        address = f"{reverse('admin:staffing_serviceline_demand')}?line={line.pk}"
        return format_html('<a class="underline" href="{}">{}</a>', address, _("This week"))

    # Acts

    @dialog_action(
        _("Forecast anew"),
        form_class=ForecastForm,
        text=_("From all days that are over. Numbers set by hand stay."),
        done=_("The forecast is made."),
        icon="query_stats",
    )
    def forecast(self, request: HttpRequest, line: ServiceLine, form: ForecastForm) -> None:
        given = form.cleaned_data
        forecasts.forecast(
            line,
            first_on=given["first_on"],
            last_on=given["last_on"],
            by=person(request),
            at=timezone.now(),
        )

    @dialog_action(
        _("Set by hand"),
        form_class=ByHandForm,
        text=_("How many to roster, whatever the forecast says."),
        done=_("The number is set."),
        icon="edit",
    )
    def set_by_hand(self, request: HttpRequest, line: ServiceLine, form: ByHandForm) -> None:
        forecasts.set_by_hand(
            line,
            on=form.cleaned_data["on"],
            slots=form.slots,
            agents=form.cleaned_data["agents"],
            reason=form.cleaned_data["reason"],
            by=person(request),
            at=timezone.now(),
        )

    # Pages

    def demand_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = demand_pages.lines_of(request)
        line = demand_pages.chosen(lines, request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Demand forecast"),
            "lines": lines,
            "line": line,
            "may_plan": self.has_change_permission(request),
            "may_add": self.has_add_permission(request),
            "may_import": request.user.has_perm("staffing.import_contactvolume"),
            **(demand_pages.week_of(request, line) if line else {}),
        }
        return TemplateResponse(request, "staffing/demand/week.html", context)

    def backtest_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        line: Any = self.get_object(request, object_id)
        if line is None:
            raise Http404
        if not self.has_view_permission(request, line):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("How good the forecast is: %(line)s") % {"line": line},
            "may_import": request.user.has_perm("staffing.import_contactvolume"),
            **demand_pages.backtest_of(line),
        }
        return TemplateResponse(request, "staffing/demand/backtest.html", context)
