"""The forms of the demand for people: lines, the dialogs of a forecast, and the question what would be if."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget

from portal import instants
from staffing import policy
from staffing.admin.dialogs import date_field, reason_field
from staffing.demand import half_hours
from staffing.demand.week_view import Question
from staffing.models import ServiceLine

HALF_HOURS = [(slot, half_hours.label(slot)) for slot in range(half_hours.SLOTS)]
ENDS = [
    (slot + 1, half_hours.label(slot + 1) if slot + 1 < half_hours.SLOTS else "24:00")
    for slot, _l in HALF_HOURS
]
NUMBER = {"class": " ".join(INPUT_CLASSES)}


class PercentField(forms.FloatField):
    """A share, kept as 0.8 and written as 80."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.NumberInput(attrs=NUMBER | {"step": "any"}))
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return f"{value * 100:.6g}" if isinstance(value, float | int) else value

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        found = super().to_python(value)
        return None if found is None else found / 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(data) != initial)
        except ValidationError:
            return True


def _share(name: str, label: Any) -> PercentField:
    """A share of the line, with the usual value and the words of the model."""
    field: Any = ServiceLine._meta.get_field(name)
    return PercentField(label=label, initial=field.default, help_text=field.help_text)


class ServiceLineForm(forms.ModelForm):
    service_level = _share("service_level", _("Service level, %"))
    max_occupancy = _share("max_occupancy", _("Highest occupancy, %"))
    shrinkage = _share("shrinkage", _("Shrinkage, %"))

    class Meta:
        model = ServiceLine
        fields = ()  # The admin names them.


class ForecastForm(BaseDialogForm):
    """Five weeks from today on, unless said otherwise."""

    first_on = date_field(_("Forecast from"))
    last_on = date_field(_("Forecast to"))

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        today = timezone.localdate()
        usual = {"first_on": today, "last_on": today + policy.FORECAST_AHEAD}
        super().__init__(request, object_id, initial=usual, **options)


class ByHandForm(BaseDialogForm):
    """Opened on a half hour (`?on=2026-03-16&slot=18`) it begins with it."""

    on = date_field(_("Date"))
    starts = forms.TypedChoiceField(
        label=_("From"), choices=HALF_HOURS, coerce=int, widget=UnfoldAdminSelectWidget
    )
    ends = forms.TypedChoiceField(label=_("To"), choices=ENDS, coerce=int, widget=UnfoldAdminSelectWidget)
    agents = forms.IntegerField(
        label=_("Agents rostered"),
        min_value=0,
        max_value=10_000,
        required=False,
        widget=forms.NumberInput(attrs=NUMBER),
        help_text=_("Empty: what the forecast says."),
    )
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        asked = request.GET.get("slot", "")
        slot = int(asked) if asked in {str(number) for number, _label in HALF_HOURS} else 18
        on = instants.day(request.GET.get("on", "")) or timezone.localdate()
        cell = {"on": on, "starts": slot, "ends": slot + 1}
        super().__init__(request, object_id, initial=cell, **options)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("starts", 0) >= given.get("ends", half_hours.SLOTS):
            self.add_error("ends", _("This ends before it begins."))
        return given

    @property
    def slots(self) -> range:
        return range(self.cleaned_data["starts"], self.cleaned_data["ends"])


class QuestionForm(forms.Form):
    """What would be if. An empty field leaves it as it is."""

    level = PercentField(label=_("Service level, %"), min_value=0.01, max_value=0.99, required=False)
    within = forms.FloatField(
        label=_("Answered within, seconds"), min_value=0, max_value=86_400, required=False
    )
    handling = forms.FloatField(
        label=_("Handling time, seconds"), min_value=1, max_value=86_400, required=False
    )
    patience = forms.FloatField(label=_("Patience, seconds"), min_value=1, max_value=86_400, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget = forms.NumberInput(attrs=NUMBER | {"step": "any"})

    def question(self) -> Question:
        """What was asked; of nonsense nothing, which stands at its field."""
        given = self.cleaned_data if self.is_valid() else {}
        return Question(
            service_level=given.get("level"),
            within_seconds=given.get("within"),
            handling_seconds=given.get("handling"),
            patience_seconds=given.get("patience"),
        )
