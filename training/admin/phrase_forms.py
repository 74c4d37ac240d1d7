"""The forms of phrases. What may be written is judged by the steps."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from training.models import ForbiddenPhrase, StandardPhrase
from training.phrases import placeholders, writing

BLANKS = " ".join(f"{{{name}}}" for name in placeholders.NAMES)
LONGEST_TRIAL = 20_000


class LinesField(forms.CharField):
    """A list, one entry a line."""

    widget = UnfoldAdminTextareaWidget(attrs={"rows": 4})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Lengths are the step's to judge."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class StandardPhraseForm(forms.ModelForm):
    text = forms.CharField(
        label=pgettext_lazy("phrase", "Text"),
        max_length=writing.LONGEST,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("Blanks that are filled in when it is used: %(names)s") % {"names": BLANKS},
    )

    class Meta:
        model = StandardPhrase
        fields = ("scene", "text", "gloss", "position")


class ForbiddenPhraseForm(forms.ModelForm):
    exceptions = LinesField(
        label=_("Exceptions"),
        required=False,
        help_text=_("One a line: longer phrases in which it is harmless."),
    )

    class Meta:
        model = ForbiddenPhrase
        fields = ("forbidden_class", "match", "text", "severity", "remedy", "exceptions", "gloss")
        widgets = {"text": UnfoldAdminTextInputWidget}
        help_texts = {
            "text": _(
                "Blanks, punctuation, width, case and script do not matter. In a pattern . is any one "
                "letter, .{0,6} up to six of them, (a|b) either, [ab] one of them."
            )
        }

    def validate_unique(self) -> None:
        """The same words twice are refused by the step, which knows them however they are written."""


class TrialForm(forms.Form):
    text = forms.CharField(
        label=pgettext_lazy("phrase", "Text"),
        max_length=LONGEST_TRIAL,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
    )
