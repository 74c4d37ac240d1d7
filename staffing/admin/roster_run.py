"""Planning by machine: ask for it, watch it, stop it, compare what it proposes, take one of it."""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from kombu.exceptions import OperationalError
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal import instants
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError
from staffing import rights, tasks
from staffing.admin import roster_run_page
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.roster_run_forms import ApplyForm, PlanForm, RepairForm
from staffing.choices import RunState
from staffing.models import Roster, RosterProposal, RosterRun
from staffing.planning import applying, generation
from staffing.planning.policy import RUNS_SHOWN


@admin.register(RosterRun)
class RosterRunAdmin(ReadOnlyAdmin):
    """The runs of the rosters that one sees. A run's page shows how far it is, then what it proposes."""

    list_display = ["roster", "kind", "state_label", "asked_by", "asked_at", "seconds"]
    list_filter = [
        ("roster__team", ScopedRelationFilter),
        ("kind", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
    ]
    list_select_related = ["roster__team", "asked_by"]
    ordering = ["-id"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm("staffing.view_roster")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_urls(self) -> list[URLPattern]:
        views = {
            "plan/<int:pk>/": ("plan", self.plan_view),
            "repair/<int:pk>/": ("repair", self.repair_view),
            "<int:pk>/progress/": ("progress", self.progress_view),
            "<int:pk>/stop/": ("stop", self.stop_view),
            "proposals/<int:pk>/apply/": ("apply", self.apply_view),
            "proposals/<int:pk>/cells/": ("cells", self.cells_view),
        }
        own = [
            path(route, self.admin_site.admin_view(view), name=f"staffing_rosterrun_{name}")
            for route, (name, view) in views.items()
        ]
        return own + super().get_urls()

    @display(
        description=_("state"),
        ordering="state",
        label={
            RunState.QUEUED.value: "info",
            RunState.RUNNING.value: "info",
            RunState.DONE.value: "success",
            RunState.STOPPED.value: "warning",
            RunState.FAILED.value: "danger",
        },
    )
    def state_label(self, run: RosterRun) -> tuple[str, str]:
        return run.state, run.get_state_display()

    # Asking

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self._roster(request, pk)
        form = PlanForm(roster, request.POST or None)
        if request.method == "POST" and form.is_valid():
            run = self._asked(form, lambda **by: generation.ask(roster, **form.asked(), **by), request)
            if run:
                return self._to(run)
        title = gettext("Plan by machine: %(roster)s") % {"roster": roster}
        context = {"form": form, "roster": roster, "runs": self._runs(roster)}
        return self._page(request, "staffing/roster_run/plan.html", title, context, form=form)

    def repair_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self._roster(request, pk)
        given = {
            "agent": request.GET.get("agent"),
            "first_on": instants.day(request.GET.get("on", "")),
            "last_on": instants.day(request.GET.get("on", "")),
        }
        form = RepairForm(roster, request.POST or None, initial=given)
        if request.method == "POST" and form.is_valid():
            run = self._asked(
                form, lambda **by: generation.ask_repair(roster, **form.cleaned_data, **by), request
            )
            if run:
                return self._to(run)
        title = gettext("Somebody is absent: %(roster)s") % {"roster": roster}
        context = {"form": form, "roster": roster, "runs": self._runs(roster)}
        return self._page(request, "staffing/roster_run/repair.html", title, context, form=form)

    def _asked(self, form: Any, step: Any, request: HttpRequest) -> RosterRun | None:
        try:
            run: RosterRun = step(by=person(request), at=timezone.now())
        except DomainError as refusal:
            put_on_form(form, refusal)
            return None
        with suppress(OperationalError, OSError):  # Without a broker the next sweep finds the run.
            tasks.work_on_roster_run.apply_async((run.pk,), retry=False)
        return run

    # The run

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        run = self._run(request, object_id)
        may_apply = self._may_redraw(request)
        page = roster_run_page.page_of(run, chosen=request.GET.get("proposal", ""), reader=person(request))
        context = {
            "original": run,
            "run": run,
            "roster": run.roster,
            "progress": roster_run_page.progress_of(run),
            "page": page,
            "may_apply": may_apply,
        }
        return self._page(request, "staffing/roster_run/run.html", str(run), context)

    @method_decorator(require_GET)
    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(roster_run_page.progress_of(self._run(request, str(pk))))

    @method_decorator(require_POST)
    def stop_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        run = self._run(request, str(pk))
        try:
            generation.stop(run, by=person(request), at=timezone.now())
            messages.success(request, gettext("The planning ends; the roster stays as it is."))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return self._to(run)

    @method_decorator(require_POST)
    def apply_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        proposal = self._proposal(request, pk)
        form = ApplyForm(request.POST)
        ticks = form.cleaned_data if form.is_valid() else {}
        here = reverse("admin:staffing_rosterrun_change", args=[proposal.run_id])
        try:
            applied = applying.apply(proposal, by=person(request), at=timezone.now(), **ticks)
        except applying.CellsChanged as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{here}?proposal={proposal.pk}&rest=1")
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(f"{here}?proposal={proposal.pk}")
        told = ngettext(
            "%(count)s cell of the roster was changed.",
            "%(count)s cells of the roster were changed.",
            applied.changed,
        )
        messages.success(request, told % {"count": applied.changed})
        return HttpResponseRedirect(f"{here}?proposal={proposal.pk}")

    @method_decorator(require_GET)
    def cells_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The cells that a proposal would change, for the grid to lay over itself."""
        proposal = self._proposal(request, pk)
        cells = [{"agent": who, "on": on, "codes": after} for who, on, _before, after in proposal.changes]
        return JsonResponse({"cells": cells})

    # What they share

    def _roster(self, request: HttpRequest, pk: int) -> Roster:
        """Raises: Http404, PermissionDenied."""
        if not self._may_redraw(request):
            raise PermissionDenied
        rosters = Roster.objects.visible_to(person(request)).select_related("team__department")
        roster = rosters.filter(pk=pk).first()
        if roster is None:
            raise Http404(_("This does not exist, or you may not see it."))
        return roster

    def _run(self, request: HttpRequest, pk: str) -> RosterRun:
        if not self.has_view_permission(request):
            raise PermissionDenied
        run = self.get_object(request, pk)
        if not isinstance(run, RosterRun):
            raise Http404(_("This does not exist, or you may not see it."))
        return run

    def _proposal(self, request: HttpRequest, pk: int) -> RosterProposal:
        if not self._may_redraw(request):
            raise PermissionDenied
        runs = RosterRun.objects.visible_to(person(request)).order_by().values("pk")
        proposals = RosterProposal.objects.select_related("run__roster__team").filter(run__in=runs)
        proposal = proposals.filter(pk=pk).first()
        if proposal is None:
            raise Http404(_("This does not exist, or you may not see it."))
        return proposal

    def _runs(self, roster: Roster) -> list[RosterRun]:
        return list(roster.runs.light().select_related("asked_by", "roster__team")[:RUNS_SHOWN])

    def _may_redraw(self, request: HttpRequest) -> bool:
        return person(request).has_perm(rights.REDRAW)

    def _to(self, run: RosterRun) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:staffing_rosterrun_change", args=[run.pk]))

    def _page(
        self, request: HttpRequest, template: str, title: str, context: dict[str, Any], *, form: Any = None
    ) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        status = 400 if form is not None and form.is_bound and form.errors else 200
        return TemplateResponse(request, template, {**frame, **context}, status=status)
