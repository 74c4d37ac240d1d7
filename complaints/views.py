"""The pages that customers open."""

from collections.abc import Iterator

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import followup, policy, surveys
from complaints.models import SurveyInvitation
from portal import public
from portal.errors import DomainError, MissingInformation
from portal.misses import Misses

SATISFACTION = [
    (1, _("Very unhappy")),
    (2, _("Unhappy")),
    (3, _("So-so")),
    (4, _("Happy")),
    (5, _("Very happy")),
]
EFFORT = [
    (1, _("Very hard")),
    (2, _("Hard")),
    (3, _("Fair")),
    (4, _("Easy")),
    (5, _("Very easy")),
]


class SurveyForm(forms.Form):
    """What the customer may answer; only the score is needed."""

    score = forms.TypedChoiceField(
        choices=SATISFACTION,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the five faces.")},
    )
    reasons = forms.MultipleChoiceField(
        choices=[*policy.SURVEY_REASONS_BAD, *policy.SURVEY_REASONS_GOOD],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    effort = forms.TypedChoiceField(
        choices=EFFORT, coerce=int, empty_value=None, widget=forms.RadioSelect, required=False
    )
    recommend = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in surveys.RECOMMENDATIONS],
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    comment = forms.CharField(
        max_length=policy.SURVEY_COMMENT_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )

    def offered_reasons(self) -> Iterator[tuple[str, list[forms.boundfield.BoundWidget]]]:
        """The boxes to tick, apart for good and bad scores; the page shows those that fit the score."""
        good = {code for code, _words in policy.SURVEY_REASONS_GOOD}
        boxes = list(self["reasons"])
        yield "bad", [box for box in boxes if box.data["value"] not in good]
        yield "good", [box for box in boxes if box.data["value"] in good]

    def answer(self) -> surveys.Answer:
        given = self.cleaned_data
        return surveys.Answer(**given | {"reasons": tuple(given["reasons"])})


@public.to_answer
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Show the questions, take the one answer. Mail scanners and previews may look as often as they like.

    A token that is unknown, expired, revoked or used gets the same page, so that nobody learns which it was.
    """
    at = timezone.now()
    invitation = surveys.find(token, at=at)
    if invitation is None:
        return _miss(request, token)
    form = SurveyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            surveys.answer(invitation, form.answer(), at=at)
        except MissingInformation as refusal:
            form.add_error(None, str(refusal))
        except DomainError:  # Somebody answered, or the time ran out, since the form was read.
            return _page(request, "closed", status=410)
        else:
            return _page(request, "thanks")
    return _page(
        request,
        "form",
        status=422 if form.is_bound else 200,
        form=form,
        number=invitation.ticket.number,
    )


def _miss(request: HttpRequest, token: str) -> HttpResponse:
    """A link of ours that is over is no guess, but is answered like one: nobody learns which it was."""
    misses = Misses("survey", policy.SURVEY_MISSES_AT_MOST, policy.SURVEY_MISSES_WITHIN)
    given_out = SurveyInvitation.objects.filter(token_digest=followup.token_digest(token))
    return public.miss(
        request, misses, "complaints/survey/closed.html", is_guess=lambda: not given_out.exists()
    )


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, f"complaints/survey/{name}.html", context, status=status)
