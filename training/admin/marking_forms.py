"""What whoever marks fills in: the marks of a whole paper, and the correction of one."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from portal.admin import lists
from portal.admin.house import person
from staffing.admin.dialogs import reason_field
from training.exams.marking import Mark
from training.exams.reading import Told
from training.models import ExamAttempt, PaperQuestion

LONGEST_COMMENT = 500
WORDS_SHOWN = 40


def marks_field(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(label=_("Marks"), min_value=0, max_digits=5, decimal_places=2, **options)


class MarksForm(forms.Form):
    """Marks and a remark for each answer that a person has to read; what is left empty is marked later."""

    def __init__(self, questions: Sequence[Told], **options: Any) -> None:
        super().__init__(**options)
        self.questions = questions
        for each in questions:
            position = each.asked.position
            attrs = {"class": "mark-input", "inputmode": "decimal", "step": "any", "max": each.asked.marks}
            self.fields[f"m{position}"] = marks_field(
                required=False,
                max_value=each.asked.marks,
                initial=each.awarded,
                widget=forms.NumberInput(attrs=attrs),
            )
            self.fields[f"s{position}"] = forms.DecimalField(
                required=False, initial=each.awarded, widget=forms.HiddenInput
            )
            self.fields[f"c{position}"] = forms.CharField(
                label=_("Remark"),
                required=False,
                max_length=LONGEST_COMMENT,
                initial=each.comment,
                widget=forms.TextInput(attrs={"class": "mark-comment"}),
            )

    def rows(self) -> Iterator[tuple[Told, forms.BoundField, forms.BoundField, forms.BoundField]]:
        for each in self.questions:
            marks, comment, seen = (self[f"{name}{each.asked.position}"] for name in "mcs")
            yield each, marks, comment, seen

    def marks(self) -> dict[int, Mark]:
        given = self.cleaned_data
        return {
            each.asked.position: Mark(given[f"m{each.asked.position}"], given[f"c{each.asked.position}"])
            for each in self.questions
            if given[f"m{each.asked.position}"] is not None
        }

    def seen(self) -> dict[int, Decimal | None]:
        """The marks that the page showed."""
        return {each.asked.position: self.cleaned_data[f"s{each.asked.position}"] for each in self.questions}


class CorrectForm(BaseDialogForm):
    position = forms.TypedChoiceField(label=_("Question"), coerce=int, widget=UnfoldAdminSelectWidget)
    awarded = marks_field(widget=UnfoldAdminDecimalFieldWidget)
    comment = forms.CharField(
        label=_("Remark"), required=False, max_length=LONGEST_COMMENT, widget=UnfoldAdminTextInputWidget
    )
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        seen = ExamAttempt.objects.visible_to(person(request)).filter(pk=lists.key(object_id or "") or 0)
        self.fields["position"].choices = [
            (each.position, f"{each.position}. {Truncator(each.stem).chars(WORDS_SHOWN)}")
            for each in PaperQuestion.objects.filter(attempt__in=seen)
        ]
