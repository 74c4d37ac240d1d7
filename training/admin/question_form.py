"""One form for all kinds of questions: the page shows what the kind needs, the step takes only that."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    BASE_INPUT_CLASSES,
    CHECKBOX_CLASSES,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
)

from training.admin.topic_choice import TopicChoice
from training.choices import QuestionKind
from training.exams import bank
from training.exams.questions import (
    LETTERS,
    LONGEST_OPTION,
    Choice,
    Wording,
    read_answers,
    true_or_false,
    written_answers,
)
from training.models import Question

NO_CHOICE = Choice("", is_correct=False)


class OptionsWidget(forms.Widget):
    """Eight lines with a mark for what is right. The page opens as many as are needed."""

    template_name = "training/exams/options_widget.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        given = list(value or ())[: len(LETTERS)]
        rows = [*given, *[NO_CHOICE] * (len(LETTERS) - len(given))]
        lines = zip(LETTERS, rows, strict=True)
        classes = {"text": " ".join(BASE_INPUT_CLASSES), "box": " ".join(CHECKBOX_CLASSES)}
        return context | {"lines": list(lines), "longest": LONGEST_OPTION, "classes": classes}

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> tuple[Choice, ...]:
        return tuple(
            Choice(data.get(f"{name}-{letter}") or "", bool(data.get(f"{name}-{letter}-right")))
            for letter in LETTERS
        )

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-{LETTERS[0]}" if id_ else id_


class OptionsField(forms.Field):
    widget = OptionsWidget

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [option for option in data or () if option.text] != list(initial or ())


class QuestionForm(forms.ModelForm):
    topic = TopicChoice()
    options = OptionsField(
        label=_("Options"), required=False, help_text=_("Tick what is right. Empty lines do not count.")
    )
    is_true = forms.ChoiceField(
        label=_("The statement is"),
        choices=[("1", pgettext_lazy("statement", "True")), ("", pgettext_lazy("statement", "False"))],
        required=False,
        widget=UnfoldAdminRadioSelectWidget,
    )
    answers = forms.CharField(
        label=_("accepted answers"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("One line for each blank; spellings that are accepted separated by |, such as: 7|七"),
    )
    read_version = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Question
        fields = ("code", "topic", "kind", "difficulty", "stem", "model_answer", "explanation")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "topic" not in self.fields:  # Only looked at.
            return
        topic: Any = self.fields["topic"]
        topic.load()
        for name in ("stem", "model_answer", "explanation"):
            self.fields[name].widget.attrs["rows"] = 3
        if "code" in self.fields:
            self.fields["code"].required = False
        question = self.instance
        if question.pk:
            wording = bank.wording_of(question)
            self.initial.update(
                {
                    "options": wording.options,
                    "is_true": "1" if wording.options and wording.options[0].is_correct else "",
                    "answers": written_answers(wording.answers),
                    "read_version": question.version,
                }
            )
            self.fields["kind"].disabled = question.papers.exists()

    def clean_answers(self) -> list[list[str]]:
        return [list(spellings) for spellings in read_answers(self.cleaned_data["answers"])]

    def wording(self) -> Wording:
        """What was written, of whatever kind; the rules of the kind are the step's."""
        given = self.cleaned_data
        is_statement = given["kind"] == QuestionKind.TRUE_FALSE
        return Wording(
            kind=given["kind"],
            stem=given["stem"],
            options=true_or_false(is_true=bool(given["is_true"])) if is_statement else given["options"],
            answers=tuple(tuple(spellings) for spellings in given["answers"]),
            model_answer=given["model_answer"],
            explanation=given["explanation"],
        )
