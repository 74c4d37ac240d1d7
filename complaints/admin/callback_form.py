"""One call written down: how it went, what the customer said, when to try again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import callbacks
from complaints.admin.act_form import StepForm
from complaints.admin.fields import ButtonChoice, moment_field, text_area
from complaints.choices import AttemptResult
from complaints.models import Callback

ANSWERS = {"yes": True, "no": False, "": None}


class AttemptForm(StepForm):
    title = _("Log a call")
    done = _("The call is written down.")

    result = forms.ChoiceField(
        label=_("result"),
        choices=AttemptResult.choices,
        widget=ButtonChoice(attrs={"class": "choices-big"}),
    )
    satisfied = forms.ChoiceField(
        label=_("satisfied"),
        required=False,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=ButtonChoice,
    )
    note = forms.CharField(label=_("reaction"), required=False, widget=text_area(rows=2))
    next_at = moment_field(
        label=_("next attempt"),
        required=False,
        help_text=_(
            "Empty: as the plan of retries says. After a call that was answered: one more call then."
        ),
    )

    def __init__(self, callback: Callback, **kwargs: Any) -> None:
        self.callback = callback
        super().__init__(**kwargs)

    def take(self) -> None:
        given = dict(self.facts)
        satisfied = ANSWERS[given.pop("satisfied")]
        callbacks.log_attempt(self.callback, is_satisfied=satisfied, by=self.by, at=self.at, **given)
