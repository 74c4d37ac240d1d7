import io
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from portal import audit, instants
from portal.admin import lists
from portal.admin.house import HouseAdmin, person
from portal.choices import AuditAction
from portal.transfers import writing
from staffing.admin import peak_page, peak_rows, peak_workbook
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.peak_acts import PlanActs
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import PeakState
from staffing.models import Department, PeakPlan, Team
from staffing.peaks import figures, plans, rights
from staffing.peaks.figures import Progress, Share
from staffing.querysets.sight import sees_all

TERMS = list(plans.Terms.__dataclass_fields__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class PeakChangeList(lists.HouseChangeList):
    """Each row knows how far it has got: all rows of a page together, in constant queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        progress = figures.progress_of(list(self.result_list), at=timezone.now())
        for plan in self.result_list:
            plan.progress = progress[plan.pk]


@admin.register(PeakPlan)
class PeakPlanAdmin(PlanActs, HistoryOfStaff, HouseAdmin):
    """Plans in a list with how far they have got; a row opens the page on which a plan is worked."""

    has_own_ledger = True
    list_display = ["name", "days", "countdown", "state_label", "tasks", "found", "trained"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        ("teams", ScopedRelationFilter),
    ]
    list_select_related = ["department"]
    list_before_template = "staffing/peak/list_before.html"
    search_fields = ["name"]
    ordering = ["-first_on", "-id"]
    fieldsets = [
        (None, {"fields": [("name", "kind"), "department", "teams"]}),
        (_("Days"), {"fields": [("first_on", "last_on"), "prepared_from"]}),
        (_("Targets"), {"fields": [("service_level", "first_response"), "baseline", "note"]}),
    ]

    class Media:
        css = {"all": ["staffing/peaks.css"]}

    def get_urls(self) -> list[URLPattern]:
        workbook = path(
            "<int:object_id>/workbook/",
            self.admin_site.admin_view(require_POST(self.workbook_view)),
            name="staffing_peakplan_workbook",
        )
        return [workbook, *peak_rows.urls(self.admin_site), *super().get_urls()]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[lists.HouseChangeList]:
        return PeakChangeList

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The person's own teams and department; for those who see all, the whole of a department."""
        own = list(Team.objects.of(person(request)).select_related("department"))
        department = own[0].department if own else Department.objects.first()
        given: dict[str, Any] = {"department": department.pk} if department else {}
        if not sees_all(person(request)):
            given["teams"] = [team.pk for team in own]
        return given | super().get_changeform_initial_data(request)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: PeakPlan, form: forms.ModelForm, change: bool) -> None:
        given = form.cleaned_data
        terms = plans.Terms(**{name: given[name] for name in TERMS})
        made = plans.open_plan(
            terms, department=given["department"], teams=given["teams"], by=person(request), at=timezone.now()
        )
        obj.pk = made.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The step has set the teams."""

    def response_post_save_add(self, request: HttpRequest, obj: PeakPlan) -> HttpResponseRedirect:
        """Where the phases, people and tasks are entered."""
        return HttpResponseRedirect(reverse("admin:staffing_peakplan_change", args=[obj.pk]))

    # The list

    @display(description=_("days"), ordering="first_on")
    def days(self, plan: PeakPlan) -> str:
        return peak_page.days_of(plan)

    @display(description=_("when"))
    def countdown(self, plan: PeakPlan) -> str:
        return peak_page.countdown(plan, plans.today_of(plan, timezone.now()))

    @display(description=_("state"), ordering="state", label=peak_page.STATE_TONES)
    def state_label(self, plan: PeakPlan) -> tuple[str, str]:
        return plan.state, plan.get_state_display()

    @display(description=_("tasks done"))
    def tasks(self, plan: Any) -> SafeString:
        progress: Progress = plan.progress
        return _bar(progress.tasks, tone="danger" if progress.overdue else "success")

    @display(description=_("people found"))
    def found(self, plan: Any) -> SafeString:
        return _bar(plan.progress.found)

    @display(description=_("people trained"))
    def trained(self, plan: Any) -> SafeString:
        return _bar(plan.progress.trained)

    # The page of one plan

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The plan is read here, and written by dialogs."""
        plan = self._plan(request, unquote(object_id))
        if plan is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET"])
        user, now = person(request), timezone.now()
        of = figures.read(plan, at=now)
        context = {
            **self.admin_site.each_context(request),
            "title": plan.name,
            "opts": self.opts,
            "media": self.media,
            "plan": plan,
            "of": of,
            "countdown": peak_page.countdown(plan, of.today),
            "target": peak_page.target(plan),
            "state_tone": peak_page.STATE_TONES[PeakState(plan.state)],
            "needs": [(line, [peak_page.FLAWS[flaw] for flaw in line.flaws]) for line in of.needs],
            "acts": list(peak_page.acts(user, of)),
            "contingencies": list(plan.contingencies.select_related("responsible")),
            "review": getattr(plan, "review", None),
            "day": peak_page.day(of, instants.day(request.GET.get("day", "")), at=now),
            **self._offers(request, plan),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "staffing/peak/page.html", context)

    def _plan(self, request: HttpRequest, object_id: str) -> PeakPlan | None:
        if not self.has_view_permission(request):
            raise PermissionDenied
        related = ("department", "created_by", "approved_by", "review__by")
        plans_: QuerySet[PeakPlan] = self.get_queryset(request).select_related(*related)
        key = lists.key(object_id)
        return None if key is None else plans_.filter(pk=key).first()

    def _offers(self, request: HttpRequest, plan: PeakPlan) -> dict[str, bool]:
        user = person(request)
        is_open, may_edit = plan.state != PeakState.REVIEWED, rights.may_edit(user, plan)
        return {
            "may_edit": is_open and may_edit,
            "may_shape": plan.state == PeakState.DRAFT and may_edit,
            "may_follow_up": may_edit,
            "may_lend": is_open and self.has_edit_permission(request),
            "may_export": self.has_export_permission(request),
        }

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was done to the plan, and to its rows that are still there."""
        plan = self._plan(request, unquote(object_id))
        page = {}
        if plan is not None:
            entries = lists.BoundedPaginator(peak_page.history_of(plan), self.list_per_page)
            page = {"page": entries.get_page(request.GET.get("p"))}
        return super().history_view(request, object_id, page | (extra_context or {}))

    def workbook_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        plan = self._plan(request, str(object_id))
        if plan is None:
            raise Http404
        if not self.has_export_permission(request):
            raise PermissionDenied
        out, lines = io.BytesIO(), list(peak_workbook.rows(figures.read(plan, at=timezone.now())))
        writing.write_xlsx(out, peak_workbook.header(), lines, title=plan.name)
        audit.record(
            AuditAction.EXPORT,
            plan,
            by=person(request),
            at=timezone.now(),
            changes={"rows": [None, len(lines)]},
        )
        name = f"peak-{plan.first_on.isoformat()}.xlsx"
        return HttpResponse(
            out.getvalue(),
            content_type=XLSX,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _bar(share: Share, *, tone: str = "success") -> SafeString:
    """Figures for everybody, and a bar to be seen from afar."""
    if not share.total:
        return format_html("–")
    return format_html(
        '<span class="peak-share">{} / {}</span>'
        '<progress class="peak-bar tone-{}" value="{}" max="{}"></progress>',
        share.done,
        share.total,
        tone,
        share.done,
        share.total,
    )
