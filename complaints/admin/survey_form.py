"""What a customer said when he was asked by phone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import policy, surveys
from complaints.admin.act_form import StepForm
from complaints.admin.fields import ButtonChoice, ButtonChoices, text_area
from complaints.models import SurveyInvitation


def _numbers(numbers: range) -> list[tuple[str, str]]:
    return [(str(number), str(number)) for number in numbers]


class PhoneAnswerForm(StepForm):
    title = _("Survey by phone")
    submit = _("Save the answer")
    done = _("The answer is kept.")

    score = forms.TypedChoiceField(
        label=_("How satisfied are you with how we dealt with it?"),
        choices=_numbers(surveys.SCORES),
        coerce=int,
        widget=ButtonChoice(attrs={"class": "choices-big"}),
        help_text=_("1 not at all, 5 fully"),
    )
    recommend = forms.TypedChoiceField(
        label=_("Would you recommend us?"),
        required=False,
        choices=_numbers(surveys.RECOMMENDATIONS),
        coerce=int,
        empty_value=None,
        widget=ButtonChoice,
        help_text=_("0 never, 10 certainly"),
    )
    effort = forms.TypedChoiceField(
        label=_("How easy was it to get help?"),
        required=False,
        choices=_numbers(surveys.SCORES),
        coerce=int,
        empty_value=None,
        widget=ButtonChoice,
    )
    reasons = forms.MultipleChoiceField(
        label=_("why"),
        required=False,
        choices=[*policy.SURVEY_REASONS_BAD, *policy.SURVEY_REASONS_GOOD],
        widget=ButtonChoices,
    )
    comment = forms.CharField(label=_("comment"), required=False, widget=text_area(rows=2))

    def __init__(self, invitation: SurveyInvitation, **kwargs: Any) -> None:
        self.invitation = invitation
        super().__init__(**kwargs)

    def take(self) -> None:
        given = surveys.Answer(**self.facts | {"reasons": tuple(self.cleaned_data["reasons"])})
        surveys.answer_by_phone(self.invitation, given, by=self.by, at=self.at)
