"""Fields and widgets of the dialogs: agents with their load, the tree of categories, moments, big buttons."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from complaints import assignment, categories, classification
from complaints.models import Category, Ticket
from portal.admin.instants import InstantField
from portal.errors import Text
from staffing.models import Agent
from staffing.querysets import AgentQuerySet

MOMENT = "%Y-%m-%dT%H:%M"
END_OF_WORK = time(18)
MORNING = time(10)


class ButtonChoice(forms.RadioSelect):
    """A choice among few as big buttons: one click or arrow key each."""

    template_name = "complaints/ticket/widgets/buttons.html"


class ButtonChoices(forms.CheckboxSelectMultiple):
    """Several of a few, as buttons that stay pressed."""

    template_name = "complaints/ticket/widgets/buttons.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["is_multiple"] = True
        return context


class MomentInput(forms.DateTimeInput):
    """The browser's own picker of a moment, with the usual answers as buttons below it."""

    input_type = "datetime-local"
    template_name = "complaints/ticket/widgets/moment.html"

    def __init__(self, *, lies_ahead: bool = True) -> None:
        self.lies_ahead = lies_ahead
        super().__init__(format=MOMENT, attrs={"class": " ".join(INPUT_CLASSES)})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        moments = _usual_moments(timezone.localtime()) if self.lies_ahead else ()
        context["widget"]["shortcuts"] = [(label, moment.strftime(MOMENT)) for label, moment in moments]
        return context


def _usual_moments(now: datetime) -> Iterator[tuple[Any, datetime]]:
    yield _("in 30 min"), now + timedelta(minutes=30)
    yield _("in 2 h"), now + timedelta(hours=2)
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    if now.time() < END_OF_WORK:
        yield _("today 18:00"), datetime.combine(today, END_OF_WORK)
    yield _("tomorrow 10:00"), datetime.combine(tomorrow, MORNING)


def moment_field(*, label: Any, required: bool = True, help_text: Any = "") -> InstantField:
    return InstantField(label=label, required=required, help_text=help_text, widget=MomentInput)


def reason_field(**kwargs: Any) -> forms.CharField:
    """Whether a reason says something is the step's to judge."""
    options = {"label": _("reason"), "max_length": 500, "widget": text_area(rows=2)} | kwargs
    return forms.CharField(**options)


def text_area(*, rows: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows})


class AgentIterator(ModelChoiceIterator):
    """Those on duty first, the least loaded on top."""

    groups: tuple[tuple[bool, Text], ...] = ((True, _("On duty")), (False, _("Not on duty")))

    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        agents = list(self.queryset)
        for is_on_duty, label in self.groups:
            choices = [self.choice(agent) for agent in agents if agent.is_on_duty == is_on_duty]
            if choices:
                yield label, choices


class AgentField(forms.ModelChoiceField):
    """A colleague, shown with team and load."""

    iterator = AgentIterator
    widget = UnfoldAdminSelectWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Agent.objects.none(), empty_label=_("Choose an agent"), **kwargs)

    def label_from_instance(self, agent: Agent) -> str:
        load = f"{agent.in_hand}/{agent.max_open_tickets}"  # type: ignore[attr-defined] # annotated
        return f"{agent} · {agent.team} · {load}"


def colleagues(*, at: datetime) -> AgentQuerySet:
    """Everybody who works here, with load and presence, the least loaded first."""
    agents = with_presence(Agent.objects.employed(timezone.localdate(at)), at=at)
    return agents.order_by("load", "staff_no")  # type: ignore[misc] # annotated


def with_presence(agents: AgentQuerySet, *, at: datetime) -> AgentQuerySet:
    """Adds to the load whether they are there, as `AgentField` shows them."""
    on_duty = Agent.objects.on_duty(at).filter(pk=OuterRef("pk"))
    loaded = assignment.with_load(agents.select_related("user", "team"))
    return loaded.annotate(is_on_duty=Exists(on_duty))


def offer(form: forms.Form, name: str, queryset: "QuerySet[Any]") -> None:
    """Let a field of the form choose among these rows."""
    cast("forms.ModelChoiceField[Any]", form.fields[name]).queryset = queryset


def able_for(ticket: Ticket, *, at: datetime) -> AgentQuerySet:
    """The colleagues who hold the certificate that the matter needs."""
    skill = classification.skill_needed(ticket)
    agents = colleagues(at=at)
    return agents.certified(skill.pk, timezone.localdate(at)) if skill else agents


class CategoryIterator(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        yield "", self.field.empty_label
        for branch in categories.tree(self.queryset):
            yield self.choice(branch.category)[0], branch.path


class CategorySelect(UnfoldAdminSelectWidget):
    """Tells the page by `data-kind` which options fit the chosen kind of matter."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["data-kind"] = value.instance.kind
        return option


class CategoryField(forms.ModelChoiceField):
    """The tree of categories in use, each with its path."""

    iterator = CategoryIterator
    widget = CategorySelect(attrs={"data-categories": ""})

    def __init__(self, **kwargs: Any) -> None:
        options = {"label": _("category"), "empty_label": _("Choose a category")} | kwargs
        super().__init__(Category.objects.filter(is_active=True), **options)
