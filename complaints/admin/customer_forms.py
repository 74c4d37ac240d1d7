"""What the department knows of a customer, corrected."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from complaints import customers
from complaints.admin.act_form import StepForm
from complaints.admin.fields import ButtonChoice, text_area
from complaints.choices import CustomerLevel
from complaints.models import Customer
from complaints.provinces import PROVINCES


class CustomerForm(StepForm):
    title = _("Correct the file")
    submit = _("Save")
    done = _("The file is corrected.")

    level = forms.ChoiceField(label=_("level"), choices=CustomerLevel.choices, widget=ButtonChoice)
    province = forms.ChoiceField(label=_("province"), required=False, widget=UnfoldAdminSelectWidget)
    remarks = forms.CharField(
        label=_("remarks"),
        required=False,
        widget=text_area(rows=4),
        help_text=_("How to deal with this customer; no personal data."),
    )
    agrees_to_offers = forms.BooleanField(
        label=_("agreed to be greeted and offered to"), required=False, widget=UnfoldBooleanSwitchWidget
    )

    def __init__(self, customer: Customer, **kwargs: Any) -> None:
        self.customer = customer
        initial = {name: getattr(customer, name) for name in ("level", "province", "remarks")}
        super().__init__(
            initial=initial | {"agrees_to_offers": customers.agrees_to_offers(customer)}, **kwargs
        )
        # What a channel wrote and is none of China's provinces stays a choice.
        names = dict.fromkeys(["", *PROVINCES, customer.province])
        cast("forms.ChoiceField", self.fields["province"]).choices = [(name, name or "–") for name in names]

    def take(self) -> None:
        customers.amend(self.customer, by=self.by, at=self.at, **self.facts)
