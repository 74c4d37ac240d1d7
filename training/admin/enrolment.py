"""Enrolments: a list for those who look after people, a page for each with its acts."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.choices import Role
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from training import rights
from training.admin import course_files, matrix, my_training
from training.admin.enrolment_forms import CompleteForm, EnrolForm, ExtendForm
from training.choices import EnrolmentSource, EnrolmentState
from training.courses import enrolment as steps
from training.courses import marking, progress
from training.models import Course, Enrolment
from training.querysets.course import UNFINISHED
from training.resources.courses import EnrolmentResource

STATES = {
    EnrolmentState.TO_DO: "warning",
    EnrolmentState.IN_PROGRESS: "info",
    EnrolmentState.COMPLETED: "success",
    EnrolmentState.FAILED: "danger",
    EnrolmentState.WAIVED: "info",
    EnrolmentState.WITHDRAWN: "",
}


class Lateness(DropdownFilter):
    title = _("due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("overdue", pgettext_lazy("enrolment", "Overdue")), ("open", _("Not completed yet"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        if self.value() == "overdue":
            today = timezone.localdate()
            return queryset.overdue(today).of_staff(today)
        return queryset.unfinished() if self.value() == "open" else queryset


@admin.register(Enrolment)
class EnrolmentAdmin(TableAdmin):
    has_own_ledger = True
    form = EnrolForm
    resource_classes = [EnrolmentResource]
    import_kind = "enrolments"
    list_display = ["agent_name", "team", "course", "state_label", "due", "source_label", "ended_at"]
    list_filter = [
        ("course", RelatedDropdownFilter),
        ("state", ChoicesDropdownFilter),
        Lateness,
        ("agent__team", ScopedRelationFilter),
        ("source", ChoicesDropdownFilter),
        ("due_on", lists.DayRangeFilter),
    ]
    list_select_related = ["agent__user", "agent__team", "course"]
    list_before_template = "training/courses/enrolments_before.html"
    search_fields = ["agent__user__name", "agent__staff_no", "course__title", "course__code"]
    ordering = ["-due_on", "-id"]
    fields = ["course", "agent", "due_on"]
    actions_row = ["complete", "extend", "waive", "withdraw"]

    class Media:
        css = {"all": ["training/courses.css"]}

    def get_urls(self) -> list[URLPattern]:
        evidence = path(
            "<int:pk>/evidence/",
            self.admin_site.admin_view(course_files.evidence),
            name="training_enrolment_evidence",
        )
        site = self.admin_site
        return [evidence, *my_training.urls(site), *matrix.urls(site), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the page and its dialogs."""
        return False

    def has_mark_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.MARK_ENROLMENT)

    def has_history_permission(self, request: HttpRequest, obj: Any) -> bool:
        """It tells reasons: for oneself and for those who look after people."""
        user = person(request)
        looks_after = user.has_perm(rights.MARK_ENROLMENT) or user.has_role(Role.DIRECTOR, Role.AUDITOR)
        may_see = super().has_history_permission(request, obj)
        return may_see and (looks_after or obj.agent.user_id == user.pk)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("EnrolFormOfRequest", (form,), {"request": request})

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "course":
            options["queryset"] = Course.objects.open().order_by("title")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Enrolment, form: forms.ModelForm, change: bool) -> None:
        given = form.cleaned_data
        made = steps.enrol(
            given["agent"],
            given["course"],
            source=EnrolmentSource.ASSIGNED,
            due_on=given["due_on"],
            by=person(request),
            at=timezone.now(),
        )
        obj.pk = made.pk

    # The list

    @display(description=_("agent"), ordering="agent__user__name")
    def agent_name(self, enrolment: Enrolment) -> str:
        return enrolment.agent.user.name

    @display(description=_("team"), ordering="agent__team__name")
    def team(self, enrolment: Enrolment) -> str:
        return enrolment.agent.team.name

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, enrolment: Enrolment) -> tuple[str, str]:
        return enrolment.state, enrolment.get_state_display()

    @display(description=_("due on"), ordering="due_on")
    def due(self, enrolment: Enrolment) -> SafeString | str:
        day = enrolment.due_on.isoformat()
        if enrolment.state in UNFINISHED and enrolment.due_on < timezone.localdate():
            return format_html(
                '<strong class="tr-late">{} {}</strong>', day, pgettext_lazy("enrolment", "Overdue")
            )
        return day

    @display(description=_("enrolled"), ordering="source")
    def source_label(self, enrolment: Enrolment) -> str:
        return enrolment.get_source_display()

    # Acts

    @dialog_action(
        _("Mark as completed"),
        form_class=CompleteForm,
        text=_("By your word. The person is told; your name and the reason are kept."),
        done=_("It is completed."),
        permissions=["mark"],
        icon="task_alt",
    )
    def complete(self, request: HttpRequest, enrolment: Enrolment, form: CompleteForm) -> None:
        given = form.cleaned_data
        marking.complete(
            enrolment.agent,
            enrolment.course,
            reason=given["reason"],
            done_on=given["done_on"],
            by=person(request),
            at=timezone.now(),
        )

    @dialog_action(
        _("Give more time"),
        form_class=ExtendForm,
        done=_("The day is changed, and the person is told."),
        permissions=["mark"],
        icon="more_time",
    )
    def extend(self, request: HttpRequest, enrolment: Enrolment, form: ExtendForm) -> None:
        given = form.cleaned_data
        steps.extend(
            enrolment, due_on=given["due_on"], reason=given["reason"], by=person(request), at=timezone.now()
        )

    @dialog_action(
        _("Waive"),
        form_class=ReasonForm,
        text=_("The person need not do this course, and no rule asks for it again."),
        done=_("It is waived."),
        permissions=["mark"],
        icon="do_not_disturb_on",
    )
    def waive(self, request: HttpRequest, enrolment: Enrolment, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        marking.waive(enrolment.agent, enrolment.course, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        pgettext_lazy("enrolment", "Withdraw"),
        form_class=ReasonForm,
        text=_("It is no longer to be done; what was done of it stays in the record."),
        done=_("It is withdrawn."),
        permissions=["mark"],
        icon="person_remove",
    )
    def withdraw(self, request: HttpRequest, enrolment: Enrolment, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        steps.withdraw(enrolment, reason=reason, by=person(request), at=timezone.now())

    # The page of one enrolment

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        enrolment: Any = self.get_object(request, object_id)
        if enrolment is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, enrolment):
            raise PermissionDenied
        user = person(request)
        cycles = Enrolment.objects.filter(agent=enrolment.agent, course=enrolment.course)
        done = {row.lesson_id: row.done_at for row in enrolment.lessons_done.all()}
        context = {
            **self.admin_site.each_context(request),
            "title": enrolment.course.title,
            "opts": self.opts,
            "enrolment": enrolment,
            "progress": progress.of([enrolment])[enrolment.pk],
            "lessons": [(each, done.get(each.pk)) for each in enrolment.course.lessons.shown()],
            "cycles": cycles.order_by("-cycle"),
            "is_open": enrolment.state in UNFINISHED,
            "is_late": enrolment.state in UNFINISHED and enrolment.due_on < timezone.localdate(),
            "is_own": enrolment.agent.user_id == user.pk,
            "may_mark": self.has_mark_permission(request) and enrolment.agent.user_id != user.pk,
            "may_read_history": self.has_history_permission(request, enrolment),
        }
        return TemplateResponse(request, "training/courses/enrolment.html", context)
