"""Sessions: a list, a week, who takes part, and the page of each one (see `session_page`)."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal import instants
from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.choices import Role
from staffing.admin.dialogs import ReasonForm
from staffing.admin.filters import ScopedRelationFilter
from staffing.models import Agent
from training import rights
from training.admin.session_forms import MoveForm, ScheduleForm
from training.admin.session_page import SessionPage
from training.choices import SessionState
from training.models import TrainingSession
from training.resources.sessions import SessionResource
from training.sessions import figures
from training.sessions import scheduling as steps

STATES = {SessionState.PLANNED: "info", SessionState.HELD: "success", SessionState.CANCELLED: "danger"}
WEEK = timedelta(days=7)
READ_HISTORIES = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.AUDITOR)
"""The history of a session names people of all teams."""


@admin.register(TrainingSession)
class SessionAdmin(SessionPage, TableAdmin):
    has_own_ledger = True
    form = ScheduleForm
    resource_classes = [SessionResource]
    list_display = ["starts_at", "course", "trainer", "where", "taken_label", "state_label"]
    list_display_links = ["starts_at", "course"]
    list_filter = [
        ("course", ScopedRelationFilter),
        ("trainer", RelatedDropdownFilter),
        ("room", RelatedDropdownFilter),
        ("state", ChoicesDropdownFilter),
        ("starts_at", lists.DayRangeFilter),
    ]
    list_select_related = ["course", "trainer", "room"]
    list_before_template = "training/sessions/list_before.html"
    search_fields = ["course__title", "course__code", "trainer__name"]
    search_help_text = _("Course or trainer")
    ordering = ["-starts_at", "-id"]
    fields = ["course", "trainer", "starts_at", "ends_at", "room", "url", "seats", "reason"]
    actions_row = ["move", "cancel"]
    actions_detail = ["close"]

    class Media:
        css = {"all": ["training/sessions.css"]}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        posts = {
            "book": self.book_view,
            "register": self.register_view,
            "walk-in": self.walk_in_view,
            "give-back": self.give_back_view,
            "take-seat": self.take_seat_view,
        }
        acts = [
            path(f"<path:object_id>/{route}/", view(require_POST(act)), name=_name(route))
            for route, act in posts.items()
        ]
        pages = {"week": self.week_view, "participation": self.participation_view, "mine": self.mine_view}
        own = [path(f"{route}/", view(page), name=_name(route)) for route, page in pages.items()]
        return [*own, *acts, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).with_seats_taken()  # type: ignore[attr-defined]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the page and its dialogs."""
        return False

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.RESCHEDULE)

    def has_hold_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Also whoever teaches it; the theme hands over the key."""
        session: Any = self.get_object(request, object_id) if object_id else None
        if session is None:
            return self.has_plan_permission(request)
        return steps.conducts(session, rights.RESCHEDULE, person(request))

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        may_see = super().has_history_permission(request, obj)
        return may_see and person(request).has_role(*READ_HISTORIES)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"trainer": person(request).pk} | super().get_changeform_initial_data(request)

    def save_model(self, request: HttpRequest, obj: TrainingSession, form: Any, change: bool) -> None:
        given, by, at = form.cleaned_data, person(request), timezone.now()
        plan = form.plan(given["course"])
        obj.pk = steps.schedule(given["course"], plan, by=by, at=at, reason=given["reason"]).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        """On to its page, where people are booked."""
        messages.success(request, str(_("The session is planned. Book people now.")))
        return redirect("admin:training_trainingsession_change", obj.pk)

    def save_form(self, request: HttpRequest, form: forms.ModelForm, change: bool) -> TrainingSession:
        """The step makes the row; what the form left empty is filled in there."""
        return TrainingSession(course=form.cleaned_data["course"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A session has none."""

    @display(description=_("where"), ordering="room__name")
    def where(self, session: TrainingSession) -> str:
        return str(session.room) if session.room else str(_("Online"))

    @display(description=_("seats taken"), ordering="taken")
    def taken_label(self, session: Any) -> SafeString:
        return format_html(
            '<span class="seats">{}/{}<progress class="seats-bar" value="{}" max="{}"></progress></span>',
            session.taken,
            session.seats,
            session.taken,
            session.seats,
        )

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, session: TrainingSession) -> tuple[str, str]:
        return session.state, session.get_state_display()

    # Acts

    @dialog_action(
        _("Move"),
        form_class=MoveForm,
        text=_("Another time, place or trainer. Everybody who has a seat keeps it, and is told."),
        done=_("The session is changed."),
        permissions=["plan"],
        icon="event_repeat",
    )
    def move(self, request: HttpRequest, session: TrainingSession, form: MoveForm) -> None:
        plan, reason = form.plan(session.course), form.cleaned_data["reason"]
        steps.move(session, plan, by=person(request), at=timezone.now(), reason=reason)

    @dialog_action(
        _("Cancel the session"),
        form_class=ReasonForm,
        text=_("Everybody who has a seat is told, with the reason."),
        done=_("The session is cancelled."),
        permissions=["plan"],
        icon="event_busy",
    )
    def cancel(self, request: HttpRequest, session: TrainingSession, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        steps.cancel(session, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Close the register"),
        text=_("The session was held. Who is not marked stays so; later corrections need a reason."),
        done=_("The register is closed."),
        permissions=["hold"],
        icon="task_alt",
    )
    def close(self, request: HttpRequest, session: TrainingSession, form: BaseDialogForm) -> None:
        steps.hold(session, by=person(request), at=timezone.now())

    # Pages

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        session: Any = self.get_object(request, object_id)
        if session is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, session):
            raise PermissionDenied
        return self.page(request, session)

    def week_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        monday = _monday(instants.day(request.GET.get("on", "")) or today)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Sessions of the week"),
            "opts": self.opts,
            "days": self._days(request, monday),
            "today": today,
            "before": monday - WEEK,
            "after": monday + WEEK,
        }
        return TemplateResponse(request, "training/sessions/week.html", context)

    def _days(self, request: HttpRequest, monday: date) -> list[tuple[date, list[Any]]]:
        """Each day with its sessions in their order."""
        rows = self.get_queryset(request).select_related("course", "trainer", "room")
        span = figures.span(monday, monday + WEEK - timedelta(days=1))
        days: dict[date, list[Any]] = {monday + timedelta(days=number): [] for number in range(7)}
        for session in rows.filter(starts_at__range=span).order_by("starts_at", "pk"):
            days[timezone.localdate(session.starts_at)].append(session)
        return list(days.items())

    def participation_view(self, request: HttpRequest) -> HttpResponse:
        if not person(request).has_perm("training.export_sessionbooking"):
            raise PermissionDenied
        first = (instants.day(request.GET.get("on", "")) or timezone.localdate()).replace(day=1)
        after = (first + timedelta(days=32)).replace(day=1)
        people = Agent.objects.visible_to(person(request))
        teams = figures.participation(people, first, after - timedelta(days=1), at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "title": _("Participation in training"),
            "opts": self.opts,
            "teams": teams,
            "total": figures.total(teams),
            "first": first,
            "before": (first - timedelta(days=1)).replace(day=1),
            "after": after,
        }
        return TemplateResponse(request, "training/sessions/participation.html", context)


def _name(route: str) -> str:
    return f"training_trainingsession_{route.replace('-', '_')}"


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
