"""The forms of enrolments. Each offers only people and courses whom the person may see."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminFileFieldWidget

from portal.admin import lists
from portal.admin.house import person
from staffing.admin.dialogs import AgentChoice, agents_of, date_field, reason_field
from training.courses.bulk import MOST_CELLS, Act, Cell
from training.models import Enrolment

ACTS: tuple[tuple[Act, Any], ...] = (
    (Act.ENROL, _("Enrol")),
    (Act.COMPLETE, _("Mark as completed")),
    (Act.WAIVE, _("Waive")),
    (Act.EXTEND, _("Give more time")),
    (Act.WITHDRAW, pgettext_lazy("enrolment", "Withdraw")),
)


class EnrolForm(forms.ModelForm):
    """Whom, for what, by when."""

    agent = AgentChoice()
    due_on = date_field(_("Due on"), required=False, help_text=_("Empty: as the course says."))

    class Meta:
        model = Enrolment
        fields = ("course", "agent", "due_on")

    request: HttpRequest
    """Set on a class of its own for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agent: Any = self.fields.get("agent")
        if agent is not None:
            agent.queryset = agents_of(self.request)


class ExtendForm(BaseDialogForm):
    due_on = date_field(_("Due on"))
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        rows = Enrolment.objects.visible_to(person(request)).filter(pk=lists.key(str(object_id or "")) or 0)
        row = rows.first()
        super().__init__(request, object_id, initial={"due_on": row.due_on} if row else {}, **options)


class CompleteForm(BaseDialogForm):
    done_on = date_field(_("Completed on"))
    reason = reason_field()

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, initial={"done_on": timezone.localdate()}, **options)


class CellsForm(forms.Form):
    """What is done with the chosen cells of the matrix. Which of the fields an act needs its step says."""

    act = forms.ChoiceField(choices=[(act.value, label) for act, label in ACTS], widget=forms.RadioSelect)
    cells = forms.CharField(widget=forms.HiddenInput)
    due_on = date_field(_("Due on"), required=False, help_text=_("Empty: as the course says."))
    done_on = date_field(_("Completed on"), required=False, help_text=_("Empty: today."))
    reason = reason_field(is_required=False)
    evidence = forms.FileField(
        label=_("Evidence"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("Such as a list with signatures: PDF, Office or a picture, up to 10 MB."),
    )

    def clean_cells(self) -> set[Cell]:
        """`12-3,12-4`: an agent and a course."""
        found: set[Cell] = set()
        for text in self.cleaned_data["cells"].split(",")[: MOST_CELLS + 1]:
            agent, _dash, course = text.strip().partition("-")
            keys = lists.key(agent), lists.key(course)
            if keys[0] is None or keys[1] is None:
                raise forms.ValidationError(_("These are no cells of the matrix."))
            found.add((keys[0], keys[1]))
        return found
