"""Seeing one masked value of a customer in clear: for a reason, counted, and recorded."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from complaints.admin.act_form import StepForm
from complaints.admin.fields import ButtonChoice
from complaints.models import Customer, CustomerIdentity
from portal import revealing
from portal.choices import RevealReason


class RevealForm(StepForm):
    title = _("Show in clear")
    submit = _("Show")
    done = ""
    hint = _("Who saw what, when and why is recorded.")

    reason = forms.ChoiceField(
        label=_("why"), required=False, choices=RevealReason.choices, widget=ButtonChoice
    )
    text = forms.CharField(
        label=_("what for"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget
    )

    def __init__(self, row: Customer | CustomerIdentity, field: str, **kwargs: Any) -> None:
        self.row, self.field = row, field
        self.shown = ""
        super().__init__(**kwargs)

    def take(self) -> None:
        self.shown = revealing.reveal(self.row, self.field, by=self.by, at=self.at, **self.facts)
