"""The bank: a form that follows the kind, what a candidate sees of it, and what papers tell of it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from staffing.admin.dialogs import ReasonForm
from training.admin.question_form import QuestionForm
from training.admin.topic_choice import WithinTopic
from training.choices import Difficulty
from training.exams import bank, blueprint, figures
from training.exams.papers import as_drawn
from training.exams.stock import Stock
from training.models import Question
from training.resources.exams import QuestionResource

DIFFICULTIES = {Difficulty.EASY: "success", Difficulty.MEDIUM: "info", Difficulty.HARD: "warning"}
STEM_SHOWN = 50
SHOWN = ["code", "kind", "topic", "difficulty", "stem", "model_answer", "explanation"]


@admin.register(Question)
class QuestionAdmin(TableAdmin):
    has_own_ledger = True
    form = QuestionForm
    resource_classes = [QuestionResource]
    import_kind = "questions"
    list_display = [
        "code",
        "short_stem",
        "topic_path",
        "kind_label",
        "difficulty_label",
        "times_used",
        "share_right",
        "in_use",
    ]
    list_display_links = ["code", "short_stem"]
    list_filter = [
        WithinTopic,
        ("kind", ChoicesDropdownFilter),
        ("difficulty", ChoicesDropdownFilter),
        "is_active",
    ]
    list_select_related = ["topic__parent__parent"]
    list_before_template = "training/exams/bank_before.html"
    search_fields = ["code", "stem"]
    ordering = ["code"]
    change_form_outer_after_template = "training/exams/question_after.html"
    actions_detail = ["retire", "restore"]

    class Media:
        css = {"all": ["training/question_bank.css"]}
        js = ["training/question.js"]

    # The form

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return figures.with_use(super().get_queryset(request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if not may_write:
            return [(None, {"fields": SHOWN})]
        answer = ["options", "is_true", "answers", "model_answer", "explanation"]
        return [
            (None, {"fields": [("kind", "difficulty"), ("topic", "code"), "stem", "read_version"]}),
            (pgettext_lazy("question", "Answer"), {"fields": answer}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A code names its question for good, in every table that went round."""
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Question, form: QuestionForm, change: bool) -> None:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        facts: dict[str, Any] = {"wording": form.wording(), "difficulty": given["difficulty"]}
        if change:
            bank.change(obj, topic=given["topic"], version=given["read_version"], by=by, at=at, **facts)
        else:
            made = bank.add(given["topic"], code=given["code"], by=by, at=at, **facts)
            obj.pk, obj.code = made.pk, made.code

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The step has written the options."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], obj: Question | None = None, **kwargs: Any
    ) -> HttpResponse:
        if obj:
            context |= {
                "drawn": as_drawn(obj, seed=obj.pk),
                "told": figures.of_question(obj),
                "question": obj,
            }
        return super().render_change_form(request, context, obj=obj, **kwargs)

    # The list

    def find(self, request: HttpRequest, queryset: QuerySet, text: str) -> tuple[QuerySet, bool]:
        """Also by the words of an option."""
        if not text:
            return queryset, False
        found = Q(code__icontains=text) | Q(stem__icontains=text)
        by_option = Question.objects.filter(options__text__icontains=text).values("pk")
        return queryset.filter(found | Q(pk__in=by_option)), False

    def get_export_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_export_queryset(request).prefetch_related("options")

    @display(description=pgettext_lazy("exam", "question"), ordering="stem")
    def short_stem(self, question: Question) -> str:
        return Truncator(question.stem).chars(STEM_SHOWN)

    @display(description=_("topic"), ordering="topic__name")
    def topic_path(self, question: Question) -> str:
        return question.topic.trail

    @display(description=_("kind of question"), ordering="kind")
    def kind_label(self, question: Question) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', question.get_kind_display())

    @display(description=_("difficulty"), ordering="difficulty", label=DIFFICULTIES)
    def difficulty_label(self, question: Question) -> tuple[int, str]:
        return question.difficulty, question.get_difficulty_display()

    @display(description=_("on papers"))
    def times_used(self, question: Any) -> int | None:
        return question.used

    @display(description=_("share right"))
    def share_right(self, question: Any) -> str | None:
        return None if question.share_right is None else f"{question.share_right * 100:.0f} %"

    @display(description=_("in use"), ordering="is_active", boolean=True)
    def in_use(self, question: Question) -> bool:
        return question.is_active

    # Acts

    def has_retire_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_switch(request, object_id, is_active=True)

    def has_restore_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_switch(request, object_id, is_active=False)

    def _may_switch(self, request: HttpRequest, object_id: Any, *, is_active: bool) -> bool:
        if not self.has_change_permission(request):
            return False
        question = self.get_object(request, str(object_id)) if object_id else None
        return question is None or question.is_active == is_active

    @dialog_action(
        _("Retire"),
        form_class=ReasonForm,
        text=_("It is put on no more papers. Papers that hold it, and its figures, stay as they are."),
        done=_("The question is retired."),
        permissions=["retire"],
        icon="inventory_2",
    )
    def retire(self, request: HttpRequest, question: Question, form: ReasonForm) -> None:
        bank.retire(question, reason=form.cleaned_data["reason"], by=person(request), at=timezone.now())
        self._tell_of_short_exams(request)

    @dialog_action(
        _("Use again"),
        text=_("From now on it is put on papers again."),
        done=_("The question is in use again."),
        permissions=["restore"],
        icon="unarchive",
    )
    def restore(self, request: HttpRequest, question: Question, form: BaseDialogForm) -> None:
        bank.restore(question, by=person(request), at=timezone.now())

    def _tell_of_short_exams(self, request: HttpRequest) -> None:
        """A wrong question has to go at once; but then somebody has to write another."""
        if short := blueprint.open_but_short(Stock.load()):
            text = ngettext(
                "The bank now holds too few questions for an open exam: %(names)s. Add some.",
                "The bank now holds too few questions for %(count)s open exams: %(names)s. Add some.",
                len(short),
            )
            names = ", ".join(exam.title for exam in short)
            messages.warning(request, text % {"names": names, "count": len(short)})
