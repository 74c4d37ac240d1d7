"""The forms of an exam: its terms, and a line for each part of its paper."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from portal.admin import lists
from portal.admin.house import HouseTabularInline
from training.admin.topic_choice import TopicChoice
from training.choices import Difficulty, QuestionKind
from training.exams.blueprint import LONGEST_TITLE, PART, Terms
from training.exams.stock import Coverage, Stock
from training.models import Exam, ExamPart, Topic

ANY = _("any")
MOST_PARTS = 50
MOST = 1000
"""Questions of a part, and marks of each: nobody means more."""


class ExamForm(forms.ModelForm):
    read_version = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Exam
        fields = ("code", *Terms.__dataclass_fields__)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "code" in self.fields:
            self.fields["code"].required = False
        if self.instance.pk:
            self.initial["read_version"] = self.instance.version


class PartForm(forms.ModelForm):
    class Meta:
        model = ExamPart
        fields = PART


class PartInline(HouseTabularInline):
    """Whoever may change the exam may change its parts. What the bank holds of each stands beside it."""

    model = ExamPart
    form = PartForm
    fields = [*PART, "held"]
    readonly_fields = ["held"]
    hide_title = True
    verbose_name_plural = _("Parts of the paper: drawn one after the other")
    coverage: Coverage | None = None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name != "topic":
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        field = TopicChoice()
        field.load()
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.blank:
            kwargs["choices"] = db_field.get_choices(blank_choice=[("", ANY)])
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @display(description=_("bank holds"))
    def held(self, part: ExamPart) -> str:
        """The page keeps it up to date while one types."""
        if not part.pk or self.coverage is None or part.position > len(self.coverage.held):
            return "–"
        return f"{self.coverage.held[part.position - 1]} / {part.count}"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may_write(request)


class CopyForm(BaseDialogForm):
    title = forms.CharField(
        label=_("Title of the copy"), max_length=LONGEST_TITLE, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        exam = Exam.objects.filter(pk=lists.key(object_id or "") or 0).first()
        title = _("%(title)s (copy)") % {"title": exam.title} if exam else ""
        super().__init__(request, object_id, initial={"title": title}, **options)


def parts_in(formsets: Iterable[Any]) -> list[ExamPart]:
    """The parts as they were written, in their order, not stored yet."""
    rows = [row.cleaned_data for formset in formsets for row in formset.forms if row.cleaned_data]
    kept = [row for row in rows if not row.get("DELETE") and row.get("topic")]
    return [ExamPart(**{name: row[name] for name in PART}) for row in kept]


def check(lines: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """What the bank holds for parts as they stand in the form this very moment, complete or not."""
    topics = Topic.objects.in_bulk()
    parts = [_part(line, topics) for line in list(lines)[:MOST_PARTS]]
    whole = [part for part in parts if part is not None]
    coverage = Stock.load().coverage(whole)
    held = iter(zip(coverage.held, whole, strict=True))
    told = [None if part is None else next(held) for part in parts]
    return {
        "parts": [
            {"text": f"{one[0]} / {one[1].count}", "isShort": one[0] < one[1].count} if one else None
            for one in told
        ],
        "sum": sum_of(coverage),
        "shortage": str(coverage.shortage),
    }


def sum_of(coverage: Coverage) -> str:
    """How long a paper is, and what it is worth."""
    facts = {"questions": coverage.questions, "marks": f"{coverage.marks.normalize():f}"}
    return _("%(questions)s questions · %(marks)s marks") % facts


def _part(line: Mapping[str, str], topics: Mapping[int, Topic]) -> ExamPart | None:
    """A line of the form, if it says enough."""
    topic = topics.get(lists.key(line.get("topic", "")) or 0)
    count = lists.key(line.get("count", ""))
    try:
        marks = Decimal(line.get("marks_each", ""))
    except InvalidOperation:
        return None
    if topic is None or not count or not marks.is_finite() or not 0 < marks < MOST or count > MOST:
        return None
    difficulty = lists.key(line.get("difficulty", ""))
    return ExamPart(
        topic=topic,
        kind=line.get("kind", "") if line.get("kind") in QuestionKind.values else "",
        difficulty=difficulty if difficulty in Difficulty.values else None,
        count=count,
        marks_each=marks,
    )


def _may_write(request: HttpRequest) -> bool:
    return request.user.has_perm("training.change_exam")
