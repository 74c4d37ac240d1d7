from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import HouseAdmin, person
from staffing import labour_rules, restrictions
from staffing.admin import ledger
from staffing.admin.dialogs import LastDayForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import RestrictionKind, Severity
from staffing.labour.breaches import number
from staffing.labour.rules import DAYS, HOURS
from staffing.models import LabourRule, WorkRestriction

SEVERITY_COLOURS = {Severity.BLOCK: "danger", Severity.EXCEPTION: "warning", Severity.WARN: "info"}


@admin.register(LabourRule)
class LabourRuleAdmin(HistoryOfStaff, HouseAdmin):
    """The rules, and the ledger of the hours they are held against."""

    list_display = ["rule", "told_limit", "told_severity", "scope", "valid_from", "valid_until", "article"]
    list_filter = [
        ("code", ChoicesDropdownFilter),
        ("severity", ChoicesDropdownFilter),
        ("team", ScopedRelationFilter),
    ]
    list_select_related = ["team", "agent__user"]
    autocomplete_fields = ["team", "agent"]
    actions_list = ["record_standard"]
    list_before_template = "staffing/labour/list_before.html"
    fieldsets = [
        (None, {"fields": ["code", "limit", "severity", "article"]}),
        (_("For whom"), {"fields": ["team", "employment", "agent"]}),
        (_("Days in force"), {"fields": [("valid_from", "valid_until")]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("ledger/", view(self.ledger_view), name="staffing_labourrule_ledger"),
            path("ledger/export/", view(self.export_view), name="staffing_labourrule_ledger_export"),
        ]
        return [*own, *super().get_urls()]

    def ledger_view(self, request: HttpRequest) -> Any:
        return ledger.page(request, self.admin_site.each_context(request))

    def export_view(self, request: HttpRequest) -> Any:
        return ledger.export(request)

    @display(description=_("rule"), ordering="code")
    def rule(self, rule: LabourRule) -> str:
        return rule.get_code_display()

    @display(description=_("limit of the rule"), ordering="limit")
    def told_limit(self, rule: LabourRule) -> Any:
        if rule.code in HOURS:
            return _("%(number)s hours") % {"number": number(rule.limit)}
        return _("%(number)s days") % {"number": number(rule.limit)} if rule.code in DAYS else None

    @display(description=_("when broken"), ordering="severity", label=SEVERITY_COLOURS)
    def told_severity(self, rule: LabourRule) -> tuple[str, str]:
        return rule.severity, rule.get_severity_display()

    @display(description=_("for whom"))
    def scope(self, rule: LabourRule) -> Any:
        named = [rule.agent, rule.team, rule.get_employment_display()]
        return " · ".join(str(each) for each in named if each) or _("Everybody")

    @dialog_action(
        _("Record the standard rules"),
        text=_(
            "The rules of the law and of the house with their usual limits. What is recorded stays as it is."
        ),
        done=_("The standard rules are recorded."),
        permissions=["add"],
        icon="gavel",
    )
    def record_standard(self, request: HttpRequest, _none: None, form: Any) -> None:
        labour_rules.seed_standard_rules(by=person(request), at=timezone.now())


@admin.register(WorkRestriction)
class WorkRestrictionAdmin(HistoryOfStaff, HouseAdmin):
    """A protection is given, and its last day set; what was protected stays known."""

    has_own_ledger = True
    list_display = ["agent", "team", "told_kind", "first_on", "last_on", "note"]
    list_filter = [("agent__team", ScopedRelationFilter), ("kind", ChoicesDropdownFilter)]
    list_select_related = ["agent__user", "agent__team"]
    search_fields = ["agent__user__name", "agent__staff_no"]
    search_help_text = _("Name or staff number")
    fields = ["agent", "kind", ("first_on", "last_on"), "note"]
    autocomplete_fields = ["agent"]
    actions_row = ["set_last_day"]
    actions_detail = ["set_last_day"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_end_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm("staffing.change_workrestriction")

    def save_model(self, request: HttpRequest, obj: WorkRestriction, form: Any, change: bool) -> None:
        given = form.cleaned_data
        obj.pk = restrictions.restrict(
            given["agent"],
            RestrictionKind(given["kind"]),
            first_on=given["first_on"],
            last_on=given["last_on"],
            note=given["note"],
            by=person(request),
            at=timezone.now(),
        ).pk

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, restriction: WorkRestriction) -> str:
        return restriction.agent.team.name

    @display(description=_("kind"), ordering="kind", label=True)
    def told_kind(self, restriction: WorkRestriction) -> str:
        return restriction.get_kind_display()

    @dialog_action(
        _("Set the last day"),
        form_class=LastDayForm,
        text=_("Without a last day the protection holds until further notice."),
        done=_("The end of the protection is recorded."),
        permissions=["end"],
        icon="event_busy",
    )
    def set_last_day(self, request: HttpRequest, restriction: WorkRestriction, form: LastDayForm) -> None:
        last_on = form.cleaned_data["last_on"]
        restrictions.end(restriction, last_on=last_on, by=person(request), at=timezone.now())
