"""The forms of sessions. Each offers only people whom the person may see."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from portal.admin import lists
from portal.admin.house import person
from portal.admin.instants import InstantField
from portal.choices import Role
from portal.models import User
from staffing.admin.dialogs import AgentChoice, agents_of, reason_field
from staffing.models import Agent
from training.choices import CourseState
from training.models import Course, Room, SessionBooking, TrainingSession
from training.sessions.scheduling import Plan

USUAL_SEATS = 20
"""Of a session that is held online."""
TEACHERS = (Role.TRAINER, Role.SUPERVISOR, Role.DIRECTOR, Role.INSPECTOR, Role.ADMINISTRATOR)


def teachers() -> QuerySet[User]:
    """Whoever can teach: those whose business it is, and everybody employed."""
    still_there = Q(agent__left_on=None) | Q(agent__left_on__gte=timezone.localdate())
    by_role = User.objects.filter(groups__name__in=TEACHERS).values("pk")
    people = User.objects.filter(Q(pk__in=by_role) | Q(agent__isnull=False) & still_there, is_active=True)
    return people.select_related("agent__team").order_by("name", "pk")


class TeacherChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, user: Any) -> str:
        agent = getattr(user, "agent", None)
        return f"{user} · {agent.team.name}" if agent else str(user)


class RoomChoice(forms.ModelChoiceField):
    widget = UnfoldAdminSelectWidget

    def label_from_instance(self, room: Any) -> str:
        return _("%(room)s, %(count)s seats") % {"room": room, "count": room.seats}


def _instant(label: Any, **options: Any) -> InstantField:
    attrs = {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
    return InstantField(
        label=label, widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs=attrs), **options
    )


class PlanFields(forms.Form):
    """When, by whom and where. What is left empty is as usual: see the help."""

    trainer = TeacherChoice(queryset=User.objects.none(), label=pgettext_lazy("session", "Trainer"))
    starts_at = _instant(_("Starts at"))
    ends_at = _instant(_("Ends at"), required=False, help_text=_("Empty: as long as the course takes."))
    room = RoomChoice(queryset=Room.objects.none(), label=_("Room"), required=False)
    url = forms.URLField(
        label=_("Online at"),
        required=False,
        max_length=500,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=1,
        max_value=1000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Empty: as many as the room has."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Needed only if somebody is on a shift or in a meeting at the time."),
    )

    def offer(self) -> None:
        """Read the rows to choose from anew, for each request."""
        choices: Any = self.fields
        choices["trainer"].queryset = teachers()
        choices["room"].queryset = Room.objects.filter(is_active=True)

    def plan(self, course: Course) -> Plan:
        given, room = self.cleaned_data, self.cleaned_data["room"]
        length = timedelta(minutes=course.minutes)
        return Plan(
            trainer=given["trainer"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"] or given["starts_at"] + length,
            room=room,
            url=given["url"],
            seats=given["seats"] or (room.seats if room else USUAL_SEATS),
        )


class ScheduleForm(PlanFields, forms.ModelForm):
    course = forms.ModelChoiceField(
        queryset=Course.objects.none(), label=_("Course"), widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = TrainingSession
        fields = ("course", "trainer", "starts_at", "ends_at", "room", "url", "seats")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        course: Any = self.fields.get("course")
        if course is not None:
            course.queryset = Course.objects.filter(state=CourseState.OPEN)
            self.offer()

    def _post_clean(self) -> None:
        """The step judges the plan; the model's own validation would miss what is left empty."""


class MoveForm(BaseDialogForm, PlanFields):
    def __init__(self, request: HttpRequest, object_id: str | None = None, **options: Any) -> None:
        rows = TrainingSession.objects.visible_to(person(request))
        session = rows.filter(pk=lists.key(object_id or "") or 0).first()
        names = ("trainer", "room", "url", "starts_at", "ends_at", "seats")
        usual = {name: getattr(session, name) for name in names} if session else {}
        usual |= {name: timezone.localtime(usual[name]) for name in ("starts_at", "ends_at") if name in usual}
        # The theme's form, which has no types, stands before the fields.
        super().__init__(request, object_id, initial=usual, **options)  # type: ignore[arg-type]
        self.offer()


class WalkInForm(forms.Form):
    """Whoever came without a seat."""

    agent = AgentChoice(label=_("Who came"))
    reason = reason_field(is_required=False)

    def __init__(self, request: HttpRequest, session: TrainingSession, *, data: Any = None) -> None:
        super().__init__(data, prefix="walk_in")
        agent: Any = self.fields["agent"]
        agent.queryset = without_seat(request, session)
        if session.is_planned:
            del self.fields["reason"]  # Of a register that is closed only.


class BookForm(forms.Form):
    """The names that are ticked, one more out of a list, and a reason."""

    agents = forms.ModelMultipleChoiceField(queryset=Agent.objects.none(), required=False)
    other = AgentChoice(label=_("Somebody else"), required=False)
    reason = reason_field(is_required=False)

    def __init__(self, request: HttpRequest, session: TrainingSession, *, data: Any = None) -> None:
        super().__init__(data, prefix="book")
        choices: Any = self.fields
        choices["agents"].queryset = agents_of(request)  # Who has a seat meanwhile is named by the step.
        choices["other"].queryset = without_seat(request, session)

    def people(self) -> list[Any]:
        other = self.cleaned_data["other"]
        chosen = list(self.cleaned_data["agents"])
        return [*chosen, other] if other and other not in chosen else chosen


def without_seat(request: HttpRequest, session: TrainingSession) -> QuerySet:
    seats = SessionBooking.objects.filter(session=session, is_cancelled=False)
    return agents_of(request).exclude(pk__in=seats.values("agent"))
