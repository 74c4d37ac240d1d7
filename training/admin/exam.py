"""Exams: blueprint in a form that is held against the bank, sample papers, and what results tell."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin.filters import ScopedRelationFilter
from training.admin import exam_pages
from training.admin.exam_form import CopyForm, ExamForm, PartInline, check, parts_in, sum_of
from training.admin.exam_pages import STATES
from training.choices import ExamState
from training.exams import blueprint, figures
from training.exams.blueprint import Terms
from training.exams.stock import Coverage, Stock
from training.models import Exam
from training.resources.exams import ExamResource
from training.templatetags.exam_shares import percent

TERMS = list(Terms.__dataclass_fields__)
FOR_ALL = ["title", "course", "skill", "terms"]


class ExamChangeList(lists.HouseChangeList):
    """Each row knows what the bank holds for it and who passed: a page together, in constant queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if exam_pages.may_see_results(request):
            put_figures_on(self.result_list, request)


def put_figures_on(exams: Any, request: HttpRequest) -> None:
    """`coverage` and `passing` of each; passing as far as one may see who sat."""
    prefetch_related_objects(exams, "parts__topic")
    stock = Stock.load()
    rates = figures.pass_rates(exam_pages.attempts_seen(request), exams)
    for exam in exams:
        exam.coverage = stock.coverage(exam.parts.all())
        exam.passing = rates.get(exam.pk)


def coverage_of(exam: Any) -> Coverage:
    """Of an exam's paper, asked once for each page; a new exam asks for nothing yet."""
    if exam is None:
        return Stock((), {}).coverage(())
    if not hasattr(exam, "coverage"):
        exam.coverage = Stock.load().coverage(exam.parts.select_related("topic"))
    found: Coverage = exam.coverage
    return found


@admin.register(Exam)
class ExamAdmin(TableAdmin):
    has_own_ledger = True
    form = ExamForm
    inlines = [PartInline]
    resource_classes = [ExamResource]
    list_display = [*FOR_ALL, "paper", "pass_rate", "state_label"]
    list_filter = [("state", ChoicesDropdownFilter), ("skill", ScopedRelationFilter)]
    list_select_related = ["course", "skill"]
    list_before_template = "training/exams/exam_before.html"
    search_fields = ["code", "title"]
    ordering = ["code"]
    change_form_outer_before_template = "training/exams/exam_head.html"
    change_form_after_template = "training/exams/blueprint_sum.html"
    actions_detail = ["open", "close", "copy"]

    class Media:
        css = {"all": ["training/question_bank.css"]}
        js = ["training/exam.js"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("check/", view(self.check_view), name="training_exam_check"),
            path("<path:object_id>/sample/", view(self.sample_view), name="training_exam_sample"),
            path("<path:object_id>/results/", view(self.results_view), name="training_exam_results"),
            path(
                "<path:object_id>/results/export/",
                view(require_POST(self.results_export_view)),
                name="training_exam_results_export",
            ),
        ]
        return [*own, *super().get_urls()]

    # The list

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[lists.HouseChangeList]:
        return ExamChangeList

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Who takes exams need not know how well they are passed."""
        return list(self.list_display) if exam_pages.may_see_results(request) else [*FOR_ALL, "state_label"]

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        """What is read beforehand is exported as these very objects, with the figures put on them."""
        return super().get_export_queryset(request).prefetch_related("parts__topic")

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> bytes:
        put_figures_on(list(queryset), request)
        return super().get_export_data(file_format, request, queryset, **kwargs)

    @display(description=_("conditions"))
    def terms(self, exam: Exam) -> str:
        facts = {
            "minutes": exam.time_limit_minutes,
            "share": f"{exam.pass_mark_percent.normalize():f}",
            "attempts": exam.max_attempts,
        }
        return _("%(minutes)s minutes · %(share)s %% to pass · %(attempts)s attempts") % facts

    @display(description=_("paper"))
    def paper(self, exam: Any) -> SafeString | str:
        coverage: Coverage = exam.coverage
        text = sum_of(coverage)
        if coverage.suffices:
            return text
        return format_html(
            '{} <span class="exam-short" title="{}">{}</span>', text, coverage.shortage, _("bank too small")
        )

    @display(description=_("passed: first try / in the end"))
    def pass_rate(self, exam: Any) -> SafeString | str:
        if exam.passing is None:
            return "–"
        address = reverse("admin:training_exam_results", args=[exam.pk])
        rates = f"{percent(exam.passing.first_rate)} / {percent(exam.passing.rate)}"
        return format_html('<a class="underline" href="{}">{}</a>', address, rates)

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, exam: Exam) -> tuple[str, str]:
        return exam.state, exam.get_state_display()

    # The form

    def has_history_permission(self, request: HttpRequest, obj: Any) -> bool:
        """How a paper is made up is no business of whoever sits it."""
        return exam_pages.may_write(request)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        hidden = ["read_version"] if exam_pages.may_write(request) else []
        conditions = [
            ("time_limit_minutes", "pass_mark_percent"),
            ("max_attempts", "wait_hours"),
            ("valid_days", "are_shuffled", "shows_key"),
        ]
        return [
            (None, {"fields": [("title", "code"), ("course", "skill"), *hidden]}),
            (_("Conditions"), {"fields": conditions}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["code"] if obj else []

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        found = super().get_inline_instances(request, obj)
        for inline in found:
            inline.coverage = coverage_of(obj)
        return found

    def save_model(self, request: HttpRequest, obj: Exam, form: ExamForm, change: bool) -> None:
        """Together with its parts: see `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        terms = Terms(**{name: given[name] for name in TERMS})
        parts = parts_in(formsets)
        if change:
            blueprint.amend(form.instance, terms, parts, version=given["read_version"], by=by, at=at)
        else:
            made = blueprint.set_up(terms, parts, code=given["code"], by=by, at=at)
            form.instance.pk, form.instance.code = made.pk, made.code

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, Any]:
        return {}

    def response_post_save_add(self, request: HttpRequest, obj: Exam) -> HttpResponseRedirect:
        """Where it is opened, and its paper looked at."""
        return HttpResponseRedirect(reverse("admin:training_exam_change", args=[obj.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Exam | None = None, **kwargs: Any
    ) -> HttpResponse:
        context |= {
            "exam": obj,
            "may_write": exam_pages.may_write(request),
            "may_see_results": exam_pages.may_see_results(request),
            "state_tone": STATES[ExamState(obj.state)] if obj else "",
        }
        if exam_pages.may_write(request):
            coverage = coverage_of(obj)
            context |= {"coverage": coverage, "sum_text": sum_of(coverage)}
        return super().render_change_form(request, context, obj=obj, **kwargs)

    # Acts

    def has_open_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_act(request, object_id, ExamState.DRAFT, ExamState.CLOSED)

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_act(request, object_id, ExamState.OPEN)

    def has_copy_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return exam_pages.may_write(request)

    def _may_act(self, request: HttpRequest, object_id: Any, *states: ExamState) -> bool:
        if not exam_pages.may_write(request):
            return False
        exam: Any = self.get_object(request, str(object_id)) if object_id else None
        return exam is None or exam.state in states

    @dialog_action(
        _("Open the exam"),
        text=_("From now on it can be sat. It needs a bank out of which its paper can be drawn."),
        done=_("The exam is open."),
        permissions=["open"],
        icon="lock_open",
    )
    def open(self, request: HttpRequest, exam: Exam, form: BaseDialogForm) -> None:
        blueprint.open_(exam, by=person(request), at=timezone.now())

    @dialog_action(
        _("Close the exam"),
        text=_("Nobody can begin it any more. Whoever is at it hands in as usual; it can be opened again."),
        done=_("The exam is closed."),
        permissions=["close"],
        icon="lock",
    )
    def close(self, request: HttpRequest, exam: Exam, form: BaseDialogForm) -> None:
        blueprint.close(exam, by=person(request), at=timezone.now())

    @dialog_action(
        _("Copy the exam"),
        form_class=CopyForm,
        text=_("A draft with the same conditions and parts."),
        done=_("The copy is there, as a draft."),
        permissions=["copy"],
        icon="content_copy",
    )
    def copy(self, request: HttpRequest, exam: Exam, form: CopyForm) -> HttpResponse:
        made = blueprint.copy(exam, title=form.cleaned_data["title"], by=person(request), at=timezone.now())
        address = reverse("admin:training_exam_change", args=[made.pk])
        return HttpResponse(headers={"HX-Redirect": address})

    # Pages

    def check_view(self, request: HttpRequest) -> JsonResponse:
        """What the bank holds for parts being written: `?part=topic,kind,difficulty,count,marks` each."""
        if not exam_pages.may_write(request):
            raise PermissionDenied
        names = ("topic", "kind", "difficulty", "count", "marks_each")
        lines = [dict(zip(names, part.split(","), strict=False)) for part in request.GET.getlist("part")]
        return JsonResponse(check(lines))

    def sample_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return exam_pages.sample(self, request, object_id)

    def results_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return exam_pages.results(self, request, object_id)

    def results_export_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return exam_pages.results_export(self, request, object_id)
