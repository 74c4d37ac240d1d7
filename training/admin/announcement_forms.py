"""The form in which an announcement is written. It offers only teams that the person may see."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectMultipleWidget

from portal.admin.house import person
from staffing.admin.dialogs import date_field
from staffing.models import Team
from staffing.querysets.sight import sees_all
from training import rights
from training.announcements.writing import LONGEST_TEXT, QUIZ_KINDS, Text, edition
from training.choices import AnnouncementState
from training.models import Announcement, Question


class QuestionChoices(forms.ModelMultipleChoiceField):
    widget = UnfoldAdminSelectMultipleWidget

    def label_from_instance(self, question: Any) -> str:
        return f"{question.topic} · {question.stem[:80]}"


class AnnouncementForm(forms.ModelForm):
    """`matters` is asked only of what is out; `questions` only of whoever may see the bank."""

    due_on = date_field(_("To be confirmed by"))
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        label=_("Teams"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    questions = QuestionChoices(
        queryset=Question.objects.none(),
        label=_("Quiz"),
        required=False,
        help_text=_("All must be answered right before it can be confirmed. Hold Ctrl to choose several."),
    )
    matters = forms.BooleanField(
        label=_("The change matters"),
        required=False,
        help_text=_("Everybody confirms again. Leave it empty for a slip of the pen."),
    )
    read_edition = forms.CharField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Announcement
        fields = ("title", "body", "due_on", "teams", "questions")

    request: HttpRequest
    """Set on a class of its own for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields
        user = person(self.request)
        if not user.has_perm(rights.SEE_QUESTIONS):
            choices.pop("questions", None)
        if self.instance.state != AnnouncementState.PUBLISHED:
            choices.pop("matters", None)
        if self.instance.pk:
            self.initial["read_edition"] = edition(self.instance)
        if "body" in choices:
            choices["body"].max_length = LONGEST_TEXT
            choices["body"].widget.attrs |= {"rows": 14, "maxlength": LONGEST_TEXT}
        if "teams" in choices:
            choices["teams"].queryset = Team.objects.visible_to(user)
            choices["teams"].help_text = (
                _("Nothing ticked: the whole department.") if sees_all(user) else _("At least one.")
            )
        if "questions" in choices:
            kept = Question.objects.filter(is_active=True, kind__in=QUIZ_KINDS)
            choices["questions"].queryset = kept.select_related("topic").order_by("topic__name", "code")

    def text(self) -> Text:
        given = self.cleaned_data
        names = ("title", "body", "due_on", "teams")
        return Text(**{name: given[name] for name in names}, questions=given.get("questions"))

    def _post_clean(self) -> None:
        """The step judges the text; what it needs is asked for by the fields."""
