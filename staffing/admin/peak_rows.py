"""The dialogs that change or remove one row of a peak plan: a phase, people wanted, a task, a contingency."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.contrib.admin import AdminSite
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from staffing.admin.peak_forms import ContingencyForm, NeedForm, PeopleForm, PhaseForm, TaskForm
from staffing.models import PeakContingency, PeakNeed, PeakPhase, PeakPlan, PeakTask
from staffing.peaks import checklist, contents, rights


class RowActs:
    """What the house's dialogs ask of an admin: the row, if the person sees its plan, and who may act."""

    model: ClassVar[type[Model]]
    actions_detail: ClassVar[list[str]] = []
    actions_submit_line: ClassVar[list[str]] = []

    def get_object(self, request: HttpRequest, object_id: str) -> Any:
        plans = PeakPlan.objects.visible_to(person(request))
        rows: QuerySet[Any] = self.model._default_manager.filter(plan__in=plans)
        return rows.select_related("plan__department").filter(pk=lists.key(str(object_id))).first()

    def has_edit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.EDIT)

    def _extract_action_names(self, names: list[str]) -> list[str]:
        """The theme's decorator asks for it."""
        return names


class PhaseActs(RowActs):
    model = PeakPhase

    @dialog_action(_("Change the phase"), form_class=PhaseForm, submit=_("Save"), permissions=["edit"])
    def change(self, request: HttpRequest, phase: PeakPhase, form: PhaseForm) -> None:
        by, at = person(request), timezone.now()
        if form.is_to_go:
            contents.drop_phase(phase, by=by, at=at)
        else:
            contents.amend_phase(phase, contents.Phase(**form.facts), by=by, at=at)


class NeedActs(RowActs):
    model = PeakNeed

    @dialog_action(_("Change people wanted"), form_class=NeedForm, submit=_("Save"), permissions=["edit"])
    def change(self, request: HttpRequest, need: PeakNeed, form: NeedForm) -> None:
        by, at = person(request), timezone.now()
        if form.is_to_go:
            contents.drop_need(need, by=by, at=at)
        else:
            contents.amend_need(need, contents.Need(**form.facts), by=by, at=at)

    @dialog_action(
        _("Say who comes"),
        form_class=PeopleForm,
        submit=_("Save"),
        text=_("Whoever holds the certificate of the skill on the first day counts as trained."),
        permissions=["edit"],
    )
    def people(self, request: HttpRequest, need: PeakNeed, form: PeopleForm) -> None:
        contents.name_people(need, form.cleaned_data["people"], by=person(request), at=timezone.now())


class TaskActs(RowActs):
    model = PeakTask

    @dialog_action(_("Change the task"), form_class=TaskForm, submit=_("Save"), permissions=["edit"])
    def change(self, request: HttpRequest, task: PeakTask, form: TaskForm) -> None:
        by, at = person(request), timezone.now()
        if form.is_to_go:
            checklist.drop_task(task, by=by, at=at)
        else:
            checklist.amend_task(task, **form.facts, by=by, at=at)


class ContingencyActs(RowActs):
    model = PeakContingency

    @dialog_action(
        _("Change the contingency"), form_class=ContingencyForm, submit=_("Save"), permissions=["edit"]
    )
    def change(self, request: HttpRequest, contingency: PeakContingency, form: ContingencyForm) -> None:
        by, at = person(request), timezone.now()
        if form.is_to_go:
            contents.drop_contingency(contingency, by=by, at=at)
        else:
            contents.amend_contingency(contingency, contents.Contingency(**form.facts), by=by, at=at)


def urls(site: AdminSite) -> Iterator[URLPattern]:
    acts: dict[str, Any] = {
        "phase": PhaseActs().change,
        "need": NeedActs().change,
        "people": NeedActs().people,
        "task": TaskActs().change,
        "contingency": ContingencyActs().change,
    }
    for name, view in acts.items():
        yield path(f"{name}/<int:object_id>/", site.admin_view(view), name=f"staffing_peakplan_{name}")
