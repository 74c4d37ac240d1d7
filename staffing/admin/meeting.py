"""Meetings: called in a form, minuted on a page of their own while they go on."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.admin.tables import TableAdmin
from portal.counting import count_of
from portal.errors import DomainError, Stale
from staffing import action_items
from staffing import meetings as steps
from staffing.admin import own_day
from staffing.admin.dialogs import ReasonForm, agents_of
from staffing.admin.filters import ScopedRelationFilter
from staffing.admin.meeting_forms import AddActionForm, CallForm, MinutesForm, MoveForm
from staffing.admin.permits import HistoryOfStaff
from staffing.choices import MeetingKind, MeetingState
from staffing.models import ActionItem, Agent, Meeting
from staffing.resources import MeetingResource

STATES = {MeetingState.PLANNED: "info", MeetingState.HELD: "success", MeetingState.CANCELLED: "danger"}


@admin.register(Meeting)
class MeetingAdmin(HistoryOfStaff, TableAdmin):
    has_own_ledger = True
    form = CallForm
    resource_classes = [MeetingResource]
    list_display = ["starts_at", "title", "kind_label", "team", "chair", "place", "to_do", "state_label"]
    list_display_links = ["starts_at", "title"]
    list_filter = [
        ("team", ScopedRelationFilter),
        ("kind", ChoicesDropdownFilter),
        ("state", ChoicesDropdownFilter),
        ("starts_at", lists.DayRangeFilter),
    ]
    list_select_related = ["team", "chaired_by__user"]
    search_fields = ["title"]
    ordering = ["-starts_at", "-id"]
    fields = ["team", "kind", "title", "starts_at", "place", "chaired_by", "invited"]
    actions_row = ["move", "cancel"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(
                f"<path:object_id>/{route}/",
                view(require_POST(handler)),
                name=f"staffing_meeting_{route.replace('-', '_')}",
            )
            for route, handler in {
                "minutes": self.minutes_view,
                "add-action": self.add_action_view,
            }.items()
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        open_items = count_of(ActionItem.objects.open(), "meeting")
        return super().get_queryset(request).annotate(open_count=open_items)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the page and its dialogs."""
        return False

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("CallFormOfRequest", (form,), {"request": request})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The own team, and oneself in the chair, unless said otherwise."""
        own = Agent.objects.filter(user=person(request)).first()
        usual = {"team": own.team_id, "chaired_by": own.pk} if own else {}
        return usual | {"kind": MeetingKind.WEEKLY} | super().get_changeform_initial_data(request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name == "chaired_by":
            options["queryset"] = agents_of(request)
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Meeting, form: forms.ModelForm, change: bool) -> None:
        given = dict(form.cleaned_data)
        team = given.pop("team")
        obj.pk = steps.call(team, **given, by=person(request), at=timezone.now()).pk

    @display(description=_("kind"), ordering="kind")
    def kind_label(self, meeting: Meeting) -> str:
        return meeting.get_kind_display()

    @display(description=_("chaired by"), ordering="chaired_by__user__name")
    def chair(self, meeting: Meeting) -> str:
        return meeting.chaired_by.user.name

    @display(description=_("still to do"), ordering="open_count")
    def to_do(self, meeting: Any) -> int | None:
        return meeting.open_count or None

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, meeting: Meeting) -> tuple[str, str]:
        return meeting.state, meeting.get_state_display()

    # Acts

    @dialog_action(
        _("Move"),
        form_class=MoveForm,
        text=_("Another time or place; everybody who was asked is told."),
        done=_("The meeting is moved."),
        permissions=["view"],
        icon="event_repeat",
    )
    def move(self, request: HttpRequest, meeting: Meeting, form: MoveForm) -> None:
        given = form.cleaned_data
        steps.move(
            meeting,
            starts_at=given["starts_at"],
            place=given["place"],
            by=person(request),
            at=timezone.now(),
        )

    @dialog_action(
        _("Cancel the meeting"),
        form_class=ReasonForm,
        done=_("The meeting is cancelled."),
        permissions=["view"],
        icon="event_busy",
    )
    def cancel(self, request: HttpRequest, meeting: Meeting, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        steps.cancel(meeting, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Close the meeting"),
        text=_("It was held. Everybody who was asked is told that the minutes are there."),
        done=_("The meeting is closed."),
        permissions=["view"],
        icon="task_alt",
    )
    def close(self, request: HttpRequest, meeting: Meeting, form: BaseDialogForm) -> None:
        steps.close(meeting, by=person(request), at=timezone.now())

    actions_detail = ["close"]

    # The page of one meeting

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        meeting: Any = self.get_object(request, object_id)
        if meeting is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, meeting):
            raise PermissionDenied
        return self._page(request, meeting)

    def minutes_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        meeting = own_day.found(self, request, object_id)
        form = MinutesForm(meeting, data=request.POST)
        if not form.is_valid():
            return self._page(request, meeting, minutes_form=form)
        given = form.cleaned_data
        try:
            steps.write_minutes(
                meeting,
                minutes=given["minutes"],
                present=[agent.pk for agent in given["present"]],
                version=given["version"],
                by=person(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            put_on_form(form, refusal)
            if isinstance(refusal, Stale):  # Sent again, it is meant.
                again = request.POST.copy()
                again["version"] = str(meeting.version)
                form.data = again
            return self._page(request, meeting, minutes_form=form, is_stale=isinstance(refusal, Stale))
        messages.success(request, str(_("The minutes are saved.")))
        return redirect("admin:staffing_meeting_change", meeting.pk)

    def add_action_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        meeting = own_day.found(self, request, object_id)
        form = AddActionForm(meeting, data=request.POST)
        if form.is_valid():
            try:
                action_items.add(meeting, **form.cleaned_data, by=person(request), at=timezone.now())
            except DomainError as refusal:
                put_on_form(form, refusal)
            else:
                messages.success(request, str(_("Given. The person is told.")))
                return redirect("admin:staffing_meeting_change", meeting.pk)
        return self._page(request, meeting, action_form=form)

    def _page(
        self,
        request: HttpRequest,
        meeting: Meeting,
        *,
        minutes_form: MinutesForm | None = None,
        action_form: AddActionForm | None = None,
        is_stale: bool = False,
    ) -> HttpResponse:
        user = person(request)
        is_alive = meeting.state != MeetingState.CANCELLED
        may_write = steps.may_write(meeting, user)
        context = {
            **self.admin_site.each_context(request),
            "title": meeting.title,
            "opts": self.opts,
            "meeting": meeting,
            "today": timezone.localdate(),
            "attendees": meeting.attendees.select_related("agent__user").order_by("agent__user__name"),
            "items": meeting.action_items.select_related("owner__user").order_by("due_on", "pk"),
            "own_user_id": user.pk,
            "may_write": may_write,
            "is_planned": meeting.state == MeetingState.PLANNED,
            "is_stale": is_stale,
        }
        if may_write and is_alive:
            context["minutes_form"] = minutes_form or MinutesForm(meeting)
            context["action_form"] = action_form or AddActionForm(meeting)
        return TemplateResponse(request, "staffing/meeting/page.html", context)
