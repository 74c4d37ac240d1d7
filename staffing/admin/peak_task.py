from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.admin import refusals
from portal.admin.dialogs import dialog_action
from portal.admin.house import ReadOnlyAdmin, person
from portal.errors import DomainError
from staffing.admin.permits import HistoryOfStaff
from staffing.models import PeakTask
from staffing.peaks import checklist, rights


class TaskState(DropdownFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Mine, still to do")),
            ("open", _("Still to do")),
            ("overdue", _("Past due")),
            ("done", _("Done")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        match self.value():
            case "mine":
                return queryset.open().filter(owner=person(request))
            case "open":
                return queryset.open()
            case "overdue":
                return queryset.overdue(timezone.localdate())
            case "done":
                return queryset.exclude(done_at=None)
        return queryset


@admin.register(PeakTask)
class PeakTaskAdmin(HistoryOfStaff, ReadOnlyAdmin):
    """Check-lists of all plans that the person sees; a handler finds the own tasks. Ticked here, too."""

    list_display = ["text", "plan", "due_on", "owner", "state_label"]
    list_filter = [TaskState]
    list_select_related = ["plan", "owner"]
    list_before_template = "staffing/peak/tasks_before.html"
    search_fields = ["text"]
    ordering = ["due_on", "id"]
    actions = ["tick_chosen"]
    actions_row = ["tick"]
    actions_detail = ["tick"]
    fields = ["text", "plan", "due_on", "owner", "is_follow_up", "done_at", "done_by"]

    def get_urls(self) -> list[URLPattern]:
        mark = path(
            "<int:object_id>/mark/",
            self.admin_site.admin_view(require_POST(self.mark_view)),
            name="staffing_peaktask_mark",
        )
        return [mark, *super().get_urls()]

    def has_tick_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None or not self.has_view_permission(request):
            return self.has_view_permission(request)
        task = self.get_object(request, str(obj))
        return task is not None and rights.may_tick(person(request), task)

    @display(
        description=_("state"),
        label={"done": "success", "overdue": "danger", "today": "warning", "open": "info"},
    )
    def state_label(self, task: PeakTask) -> tuple[str, Any]:
        today = timezone.localdate()
        if task.done_at is not None:
            return "done", _("Done")
        if task.is_overdue(today):
            return "overdue", _("Past due")
        return ("today", _("Due today")) if task.due_on == today else ("open", _("Still to do"))

    @admin.action(description=_("Tick these tasks"), permissions=["tick"])
    def tick_chosen(self, request: HttpRequest, chosen: QuerySet[PeakTask]) -> None:
        by, at = person(request), timezone.now()
        refusals.act_on_each(
            request,
            chosen.select_related("plan"),
            lambda task: checklist.tick(task, by=by, at=at),
            done=_("%(count)s tasks done."),
        )

    @dialog_action(
        _("Done"),
        text=_("The task is ticked off."),
        done=_("The task is done."),
        permissions=["tick"],
        icon="task_alt",
    )
    def tick(self, request: HttpRequest, task: PeakTask, form: Any) -> None:
        checklist.tick(task, by=person(request), at=timezone.now())

    def mark_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The box on the page of a plan: ticked or not."""
        task = self.get_object(request, str(object_id))
        if task is None:
            raise Http404
        step = checklist.tick if request.POST.get("done") == "1" else checklist.untick
        try:
            step(task, by=person(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(_back_to(request, task))


def _back_to(request: HttpRequest, task: PeakTask) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return f"{reverse('admin:staffing_peakplan_change', args=[task.plan_id])}#tasks"
