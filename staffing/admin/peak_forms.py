"""The forms of a peak plan's dialogs: one for each kind of row, to add it and to change it."""

from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from portal.admin.house import person
from portal.models import User
from staffing.admin.dialogs import date_field
from staffing.choices import NeedState, PeakKind, PeakState, PeopleSource, PhaseKind
from staffing.models import (
    Agent,
    PeakContingency,
    PeakNeed,
    PeakPhase,
    PeakPlan,
    PeakTask,
    Skill,
    Team,
)
from staffing.peaks import uplift
from staffing.peaks.contents import HIRED_AS
from staffing.peaks.demand_link import teams_of

YEAR = timedelta(days=365)


class PersonChoice(forms.ModelChoiceField):
    """Somebody who signs in; the form need not know in which team."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, label: Any) -> None:
        people = User.objects.filter(is_active=True, is_staff=True, is_system=False).order_by("name", "pk")
        super().__init__(queryset=people, label=label, required=False)


class TeamChoice(forms.ModelChoiceField):
    """The form sets the rows."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(queryset=Team.objects.none(), label=label, **options)


class PeopleChoice(forms.ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, agent: Any) -> str:
        return f"{agent.user.name} · {agent.team.name} · {agent.get_employment_display()}"


def words(label: Any, *, length: int = 200, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=is_required, widget=UnfoldAdminTextInputWidget
    )


def text(label: Any, *, length: int = 2000, rows: int = 3, is_required: bool = True, **options: Any) -> Any:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=length, required=is_required, widget=widget, **options)


def number(label: Any, *, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, widget=UnfoldAdminIntegerFieldWidget, **options
    )


def choice(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=UnfoldAdminSelectWidget)


class PeakForm(BaseDialogForm):
    """Opened for a plan, to add to it, or for a row of one, to change it: then `row_model` is its kind."""

    row_model: ClassVar[type[Model] | None] = None

    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        super().__init__(request, object_id, **options)
        given: dict[str, Any] = options.get("initial") or {}
        self.initial = (self._of_row() if self.row else self.suggest()) | given
        self.offer()

    @cached_property
    def row(self) -> Any:
        return self.row_model and self.row_model._default_manager.filter(pk=self.object_id).first()

    @cached_property
    def plan(self) -> PeakPlan:
        plans = PeakPlan.objects.select_related("department")
        key = self.row.plan_id if self.row else self.object_id
        found: PeakPlan = plans.get(pk=key)
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, under the names of the step's arguments."""
        extra = {"_form_submitted", "is_dropped"}
        return {name: value for name, value in self.cleaned_data.items() if name not in extra}

    @property
    def is_to_go(self) -> bool:
        """Whether the row is to be removed."""
        return bool(self.cleaned_data.get("is_dropped"))

    def suggest(self) -> dict[str, Any]:
        """What the fields of a new row begin with."""
        return {}

    def offer(self) -> None:
        """Set what the fields offer."""

    def _of_row(self) -> dict[str, Any]:
        return {name: self.row.serializable_value(name) for name in self.fields if hasattr(self.row, name)}


def dropped_field(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget)


class TermsForm(PeakForm):
    name = words(_("Name of the plan"), length=80)
    kind = choice(_("Event"), PeakKind.choices)
    prepared_from = date_field(_("Preparation from"))
    first_on = date_field(_("First day"))
    last_on = date_field(_("Last day"))
    baseline = number(
        _("People on an ordinary day"),
        least=1,
        most=10_000,
        required=False,
        help_text=_("Empty: counted from the roster of the four weeks before preparation."),
    )
    service_level = number(_("Service level, %"), least=1, most=100)
    first_response = number(_("First response, seconds"), least=1, most=86_400)
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        label=_("Teams"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None: the whole department."),
    )
    note = text(_("Remarks"), is_required=False)

    def suggest(self) -> dict[str, Any]:
        here = {
            name: getattr(self.plan, name) for name in self.fields if name not in {"teams", "_form_submitted"}
        }
        return here | {"teams": list(self.plan.teams.values_list("pk", flat=True))}

    def offer(self) -> None:
        """The teams that the person sees, and those that are in it already."""
        seen = Team.objects.visible_to(person(self.request)).order_by().values("pk")
        rows = self.plan.department.teams.filter(pk__in=seen) | self.plan.department.teams.filter(
            peak_plans=self.plan
        )
        self.fields["teams"].queryset = rows.distinct()


class CopyForm(PeakForm):
    name = words(_("Name of the plan"), length=80)
    first_on = date_field(_("First day"), help_text=_("All other days move with it."))

    def suggest(self) -> dict[str, Any]:
        """The same festival a year later, and its year in the name."""
        first_on = self.plan.first_on + YEAR
        was, is_now = str(self.plan.first_on.year), str(first_on.year)
        return {"first_on": first_on, "name": self.plan.name.replace(was, is_now)}


class AddPhaseForm(PeakForm):
    kind = choice(_("Phase"), PhaseKind.choices)
    factor = forms.DecimalField(
        label=_("Uplift"),
        min_value=0.1,
        max_value=50,
        max_digits=5,
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.1"}),
        help_text=_("Times the contacts of an ordinary day, such as 2.5."),
    )
    first_on = date_field(_("First day"))
    last_on = date_field(_("Last day"))
    note = words(_("Remarks"), is_required=False)

    def suggest(self) -> dict[str, Any]:
        """The next phase follows the last one."""
        there = list(self.plan.phases.all())
        after = [kind for kind in PhaseKind.values if kind not in {phase.kind for phase in there}]
        first_on = there[-1].last_on + uplift.DAY if there else self.plan.first_on
        return {
            "kind": next(iter(after), PhaseKind.ENCORE),
            "first_on": min(first_on, self.plan.last_on),
            "last_on": self.plan.last_on,
        }


class PhaseForm(AddPhaseForm):
    row_model = PeakPhase
    is_dropped = dropped_field(_("Remove this phase"))


class AddNeedForm(PeakForm):
    source = choice(_("Source"), PeopleSource.choices)
    head_count = number(_("Head count"), least=1, most=1000)
    team = TeamChoice(_("For the team"))
    from_team = TeamChoice(
        _("From the team"), required=False, help_text=_("Which team lends them; for cross-team support only.")
    )
    first_on = date_field(_("From"))
    last_on = date_field(_("To"))
    hired_by = date_field(_("Found by"), required=False)
    trained_by = date_field(_("Trained by"), required=False)
    skill = forms.ModelChoiceField(
        queryset=Skill.objects.all(),
        label=_("Skill"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Whoever holds its certificate counts as trained."),
    )
    responsible = PersonChoice(_("Responsible"))
    note = words(_("Remarks"), is_required=False)

    def suggest(self) -> dict[str, Any]:
        """For the height of the event, with time enough to train."""
        burst = self.plan.phases.order_by("-factor", "first_on").first()
        first_on = burst.first_on if burst else self.plan.first_on
        teams = teams_of(self.plan)
        return {
            "team": teams[0].pk if len(teams) == 1 else None,
            "first_on": first_on,
            "last_on": burst.last_on if burst else self.plan.last_on,
            "hired_by": uplift.latest_hiring_day(PeopleSource.TEMPORARY, first_on),
            "trained_by": first_on - uplift.DAY,
            "responsible": self.request.user.pk,
        }

    def offer(self) -> None:
        """Names of teams are known to all; who is in them stays with those who see them."""
        teams = Team.objects.filter(department=self.plan.department_id)
        self.fields["team"].queryset = teams.filter(pk__in=[team.pk for team in teams_of(self.plan)])
        self.fields["from_team"].queryset = teams


class NeedForm(AddNeedForm):
    row_model = PeakNeed
    state = choice(_("State"), NeedState.choices)
    is_dropped = dropped_field(_("Remove this row"))

    field_order = [*(name for name in AddNeedForm.base_fields if name != "note"), "state", "note"]

    def offer(self) -> None:
        super().offer()
        if self.plan.state != PeakState.DRAFT:  # What was approved is cancelled, not removed.
            del self.fields["is_dropped"]


class PeopleForm(PeakForm):
    """Only those are offered who fit the source, and whom the person sees."""

    row_model = PeakNeed
    people = PeopleChoice(
        queryset=Agent.objects.none(),
        label=_("Who"),
        required=False,
        help_text=_("Newcomers first become agents under “Agents”, with their kind of employment."),
    )

    def offer(self) -> None:
        seen, named = Agent.objects.visible_to(person(self.request)), self.row.people.order_by().values("pk")
        fitting = self._fitting(seen.exclude(left_on__lt=self.row.first_on)).order_by().values("pk")
        offered = seen.filter(Q(pk__in=fitting) | Q(pk__in=named)).select_related("user", "team")
        self.fields["people"].queryset = offered.order_by("team__name", "user__name", "pk")
        self.initial["people"] = [row["pk"] for row in named]

    def _fitting(self, seen: QuerySet[Agent]) -> QuerySet[Agent]:
        need = self.row
        match PeopleSource(need.source):
            case PeopleSource.OVERTIME:
                return seen.filter(team=need.team_id)
            case PeopleSource.CROSS_TEAM:
                return seen.filter(team=need.from_team_id)
            case PeopleSource.RECRUITMENT:
                return seen.filter(joined_on__gte=need.plan.prepared_from)
            case source:
                return seen.filter(employment__in=HIRED_AS[source])


class AddTaskForm(PeakForm):
    text = words(_("Task"))
    due_on = date_field(_("Due on"))
    owner = PersonChoice(_("Owner"))

    def suggest(self) -> dict[str, Any]:
        return {"due_on": timezone.localdate(), "owner": self.request.user.pk}


class TaskForm(AddTaskForm):
    row_model = PeakTask
    is_dropped = dropped_field(_("Remove this task"))


class StandardTasksForm(PeakForm):
    owner = PersonChoice(_("Owner of all of them"))

    def suggest(self) -> dict[str, Any]:
        return {"owner": self.request.user.pk}


class AddContingencyForm(PeakForm):
    risk = words(_("Risk"))
    trigger = words(_("Trigger"))
    measure = text(_("Measure"), length=1000)
    responsible = PersonChoice(_("Responsible"))


class ContingencyForm(AddContingencyForm):
    row_model = PeakContingency
    is_dropped = dropped_field(_("Remove this row"))


class ReviewForm(PeakForm):
    went_well = text(_("What went well"))
    went_badly = text(_("What did not"))
    conclusions = text(_("Conclusions"))
