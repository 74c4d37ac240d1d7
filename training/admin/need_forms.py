"""The forms of training needs. Each offers only rows that the person may see."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from portal.admin.house import person
from portal.models import User
from staffing.admin.dialogs import AgentChoice, agents_of, date_field
from staffing.querysets.sight import sees_all
from training.choices import NeedSource, NeedState
from training.models import Article, Course, Topic, TrainingNeed
from training.needs import effects
from training.needs.raising import LONGEST_REFERENCE, LONGEST_TEXT


class RaiseForm(forms.ModelForm):
    """Somebody lacks something. From a matter it begins with `?agent=7&topic=3&reference=T00000001`."""

    agent = AgentChoice()
    text = forms.CharField(
        label=_("What is lacking"),
        max_length=LONGEST_TEXT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("What was seen, in words that the person may read. Nothing about the customer."),
    )
    source = forms.ChoiceField(
        label=_("Noticed in"),
        choices=NeedSource.choices,
        initial=NeedSource.PERSON,
        widget=UnfoldAdminSelectWidget,
    )
    reference = forms.CharField(
        label=_("Matter"),
        max_length=LONGEST_REFERENCE,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Such as the number of a ticket. The same matter counts once."),
    )

    class Meta:
        model = TrainingNeed
        fields = ("agent", "topic")

    request: HttpRequest
    """Set on a class of its own for each request."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        agents: Any = self.fields.get("agent")
        if agents is not None:
            agents.queryset = agents_of(self.request)


def measure_field() -> forms.ChoiceField:
    """The figure by which it will be seen whether it helped."""

    def offered() -> Iterable[tuple[str, Any]]:
        return [*effects.choices(), ("", _("Do not measure"))]

    return forms.ChoiceField(
        label=_("Measured by"),
        choices=offered,
        required=False,
        initial=lambda: next(iter(effects.choices()), ("",))[0],
        widget=UnfoldAdminSelectWidget,
    )


def due_field() -> forms.Field:
    return date_field(
        _("To be done by"),
        required=False,
        help_text=_("Empty: as many days as the course gives; for an article a week."),
    )


class RemedyForm(forms.Form):
    """One click on a proposal posts its course or article; any other open course can be chosen, too."""

    course = forms.ModelChoiceField(queryset=Course.objects.none(), required=False)
    article = forms.ModelChoiceField(queryset=Article.objects.none(), required=False)
    other = forms.ModelChoiceField(
        queryset=Course.objects.none(),
        required=False,
        label=_("Another course"),
        widget=UnfoldAdminSelectWidget,
    )
    due_on = due_field()
    measure = measure_field()

    def __init__(self, need: TrainingNeed, *, data: Any = None) -> None:
        super().__init__(data)
        courses: Any = Course.objects.open()
        self.offer("course", courses)
        self.offer("other", courses)
        self.offer("article", Article.objects.readable_by(need.agent.user, timezone.localdate()))

    def offer(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """What is clicked goes before what happens to stand in the list of other courses."""
        given = super().clean() or {}
        other = given.pop("other", None)
        if not (given.get("course") or given.get("article")):
            given["course"] = other
        if {"course", "article"} & self.errors.keys():
            raise forms.ValidationError(_("This can no longer be assigned. Choose something else."))
        if bool(given.get("course")) == bool(given.get("article")) and not self.errors:
            raise forms.ValidationError(_("Choose a course or an article."))
        return given


class ManyForm(forms.Form):
    """One course for many people who lack the same."""

    needs = forms.ModelMultipleChoiceField(
        queryset=TrainingNeed.objects.none(),
        error_messages={
            "required": _("Tick the people who get the course."),
            "invalid_choice": _("Something was done about one of them meanwhile. Look again."),
        },
    )
    course = forms.ModelChoiceField(
        queryset=Course.objects.none(), error_messages={"required": _("Choose a course.")}
    )
    due_on = due_field()
    measure = measure_field()

    def __init__(self, user: User, *, data: Any = None) -> None:
        super().__init__(data)
        needs: Any = self.fields["needs"]
        seen = TrainingNeed.objects.visible_to(user).filter(state=NeedState.OPEN)
        needs.queryset = seen.select_related("agent__user", "topic")
        courses: Any = self.fields["course"]
        courses.queryset = Course.objects.open()


def grouped(topic: Topic, courses: Iterable[Course]) -> tuple[list[Course], list[Course]]:
    """Courses of the topic and of those below it, and the others. They come with the topics above theirs."""
    own: list[Course] = []
    others: list[Course] = []
    for course in courses:
        (own if topic in course.topic.path else others).append(course)
    return own, others


def is_only_learner(request: HttpRequest) -> bool:
    """Whether somebody has no business with the needs of others."""
    user = person(request)
    return not (user.has_perm("training.add_trainingneed") or sees_all(user))
