"""What planning by machine asks of a person: what counts how much, with which shifts, for how long."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from portal.admin.instants import DayField
from staffing.admin.dialogs import AgentChoice, date_field
from staffing.models import Agent, Roster, ShiftType
from staffing.planning import facts, policy
from staffing.planning.weights import Weights

SLIDERS = {
    "cover": (_("Cover"), _("As many people as each half hour requires")),
    "wishes": (_("Wishes"), _("What people would like")),
    "fairness": (_("Fairness"), _("Nights and weekends shared, the last three months included")),
    "pattern": (_("Regularity"), _("The same shift all week; from 3 on two days off together")),
}
SECONDS = [
    (30, _("30 seconds: a first idea")),
    (60, _("1 minute")),
    (120, _("2 minutes: usual")),
    (300, _("5 minutes: a large team")),
]


class Slider(forms.NumberInput):
    input_type = "range"

    def __init__(self) -> None:
        super().__init__(attrs={"min": 1, "max": 5, "step": 1, "class": "plan-slider"})


class PlanForm(forms.Form):
    """The four weights, and what is to be planned."""

    shifts = forms.ModelMultipleChoiceField(
        queryset=ShiftType.objects.none(),
        label=_("Plan with these shifts"),
        widget=forms.CheckboxSelectMultiple,
    )
    keeps_planned = forms.BooleanField(
        label=_("Keep the shifts that are planned already"),
        required=False,
        help_text=_("Only empty cells are filled. Pinned cells always stay."),
        widget=UnfoldBooleanSwitchWidget,
    )
    has_alternatives = forms.BooleanField(
        label=_("Work out alternatives to compare"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    seconds = forms.TypedChoiceField(
        label=_("Time"), choices=SECONDS, coerce=int, widget=UnfoldAdminSelectWidget
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=1,
        max_value=999_999,
        help_text=_("The same number gives the same roster; another one another."),
    )

    def __init__(self, roster: Roster, data: Any = None) -> None:
        usual = facts.usual_shifts(roster)
        initial = {
            **Weights.of(roster.weights).as_dict(),
            "shifts": [each.pk for each in usual],
            "keeps_planned": False,
            "has_alternatives": True,
            "seconds": policy.USUAL_SECONDS,
            "seed": 1,
        }
        super().__init__(data, initial=initial)
        self.fields["shifts"].queryset = ShiftType.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["shifts"].label_from_instance = lambda row: f"{row.code} {row.name} {row.hours}"  # type: ignore[attr-defined]
        for name, (label, help_text) in SLIDERS.items():
            self.fields[name] = forms.IntegerField(
                label=label, help_text=help_text, min_value=1, max_value=5, widget=Slider()
            )

    @property
    def sliders(self) -> list[Any]:
        return [self[name] for name in SLIDERS]

    def asked(self) -> dict[str, Any]:
        """As the step takes it."""
        given = self.cleaned_data
        return {
            "weights": Weights.of(given),
            "seconds": given["seconds"],
            "seed": given["seed"],
            "shift_codes": [each.code for each in given["shifts"]],
            "keeps_planned": given["keeps_planned"],
            "has_alternatives": given["has_alternatives"],
        }


class RepairForm(forms.Form):
    """Who is absent, and when."""

    agent = AgentChoice(label=_("Who is absent"))
    first_on: DayField = date_field(_("First day"))
    last_on: DayField = date_field(_("Last day"))

    def __init__(self, roster: Roster, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        there = roster.duties.planned().order_by().values("agent")
        rows = Agent.objects.filter(pk__in=there).select_related("user", "team")
        self.fields["agent"].queryset = rows.order_by("user__name")  # type: ignore[attr-defined]


class ApplyForm(forms.Form):
    takes_rest = forms.BooleanField(required=False)
    publishes = forms.BooleanField(required=False)
