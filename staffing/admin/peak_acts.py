"""The dialogs on a peak plan as a whole, and those that add a row to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from staffing.admin.dialogs import ReasonForm
from staffing.admin.peak_forms import (
    AddContingencyForm,
    AddNeedForm,
    AddPhaseForm,
    AddTaskForm,
    CopyForm,
    ReviewForm,
    StandardTasksForm,
    TermsForm,
)
from staffing.models import PeakPlan
from staffing.peaks import checklist, contents, plans, reviews, rights


class PlanActs:
    """Before an admin of the house. What a step refuses stays in the dialog."""

    actions_detail = [
        "amend",
        "submit",
        "approve",
        "send_back",
        "copy_plan",
        "review",
        "add_phase",
        "add_need",
        "add_task",
        "load_standard",
        "add_contingency",
    ]

    def has_edit_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.EDIT)

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.APPROVE)

    def has_open_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.OPEN)

    @dialog_action(
        _("Change the plan"),
        form_class=TermsForm,
        submit=_("Save"),
        done=_("The plan is changed."),
        permissions=["edit"],
        icon="edit",
    )
    def amend(self, request: HttpRequest, plan: PeakPlan, form: TermsForm) -> None:
        facts = form.facts
        teams = facts.pop("teams")
        plans.amend(plan, plans.Terms(**facts), teams=teams, by=person(request), at=timezone.now())

    @dialog_action(
        _("Send for approval"),
        text=_("The directors are told. Until one approves, you may go on changing the plan."),
        done=_("The directors are told."),
        permissions=["edit"],
        icon="send",
    )
    def submit(self, request: HttpRequest, plan: PeakPlan, form: Any) -> None:
        plans.submit(plan, by=person(request), at=timezone.now())

    @dialog_action(
        _("Approve the plan"),
        text=_("From now on days, phases and targets stand. People, tasks and contingencies go on."),
        done=_("The plan is approved."),
        permissions=["decide"],
        icon="verified",
    )
    def approve(self, request: HttpRequest, plan: PeakPlan, form: Any) -> None:
        plans.approve(plan, by=person(request), at=timezone.now())

    @dialog_action(
        _("Send back"),
        form_class=ReasonForm,
        text=_("The plan is a draft again, and its author is told why."),
        done=_("The plan was sent back."),
        permissions=["decide"],
        icon="undo",
    )
    def send_back(self, request: HttpRequest, plan: PeakPlan, form: ReasonForm) -> None:
        plans.send_back(plan, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())

    @dialog_action(
        _("Copy for the next time"),
        form_class=CopyForm,
        text=_("Phases, people wanted, tasks and contingencies come along, every day moved with the first."),
        done=_("The copy is a draft. Look it through."),
        permissions=["open"],
        icon="content_copy",
    )
    def copy_plan(self, request: HttpRequest, plan: PeakPlan, form: CopyForm) -> HttpResponse:
        made = plans.copy(plan, **form.facts, by=person(request), at=timezone.now())
        return HttpResponse(
            headers={"HX-Redirect": reverse("admin:staffing_peakplan_change", args=[made.pk])}
        )

    @dialog_action(
        _("Review the event"),
        form_class=ReviewForm,
        text=_("The plan is closed with it. Add what follows from it as tasks afterwards."),
        done=_("The event is reviewed."),
        permissions=["edit"],
        icon="rate_review",
    )
    def review(self, request: HttpRequest, plan: PeakPlan, form: ReviewForm) -> None:
        reviews.review(plan, **form.facts, by=person(request), at=timezone.now())

    # Rows

    @dialog_action(_("Add a phase"), form_class=AddPhaseForm, permissions=["edit"], icon="add")
    def add_phase(self, request: HttpRequest, plan: PeakPlan, form: AddPhaseForm) -> None:
        contents.add_phase(plan, contents.Phase(**form.facts), by=person(request), at=timezone.now())

    @dialog_action(_("Add people wanted"), form_class=AddNeedForm, permissions=["edit"], icon="group_add")
    def add_need(self, request: HttpRequest, plan: PeakPlan, form: AddNeedForm) -> None:
        contents.add_need(plan, contents.Need(**form.facts), by=person(request), at=timezone.now())

    @dialog_action(_("Add a task"), form_class=AddTaskForm, permissions=["edit"], icon="add_task")
    def add_task(self, request: HttpRequest, plan: PeakPlan, form: AddTaskForm) -> None:
        checklist.add_task(plan, **form.facts, by=person(request), at=timezone.now())

    @dialog_action(
        _("Load the standard tasks"),
        form_class=StandardTasksForm,
        text=_("Tasks for any peak event, counted back from the first day. What is there stays as it is."),
        done=_("The standard tasks are on the list. Give each to its owner."),
        permissions=["edit"],
        icon="checklist",
    )
    def load_standard(self, request: HttpRequest, plan: PeakPlan, form: StandardTasksForm) -> None:
        checklist.load_standard(plan, **form.facts, by=person(request), at=timezone.now())

    @dialog_action(
        _("Add a contingency"), form_class=AddContingencyForm, permissions=["edit"], icon="emergency"
    )
    def add_contingency(self, request: HttpRequest, plan: PeakPlan, form: AddContingencyForm) -> None:
        told = contents.Contingency(**form.facts)
        contents.add_contingency(plan, told, by=person(request), at=timezone.now())
