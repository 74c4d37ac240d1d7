"""The page of one session: its seats, its register, who could come; each act one POST."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.admin import lists
from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError
from staffing.admin import own_day
from staffing.models import Agent
from training import rights
from training.admin.session_forms import BookForm, WalkInForm
from training.choices import Presence, SessionState
from training.models import SessionBooking, TrainingSession
from training.sessions import booking, candidates, figures, register, scheduling
from training.sessions.clashes import clashes_of
from training.sessions.register import Mark

LONGEST_NOTE = 200
LINE = re.compile(r"mark-([0-9]{1,18})")
KEYS = {Presence.PRESENT: "P", Presence.LATE: "L", Presence.EXCUSED: "E", Presence.ABSENT: "A"}


class SessionPage:
    """The part of the sessions' admin that is about one of them."""

    admin_site: Any
    opts: Any
    has_view_permission: Any

    def book_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        session = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        form = BookForm(request, session, data=request.POST)
        if form.is_valid():
            given = {"by": person(request), "at": timezone.now(), "reason": form.cleaned_data["reason"]}
            try:
                seats = booking.book(session, form.people(), **given)
            except DomainError as refusal:
                put_on_form(form, refusal)
            else:
                text = ngettext("%(count)s seat booked.", "%(count)s seats booked.", len(seats))
                messages.success(request, text % {"count": len(seats)})
                return redirect("admin:training_trainingsession_change", session.pk)
        return self.page(request, session, book_form=form)

    def register_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        session = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        by, at, reason = person(request), timezone.now(), request.POST.get("reason", "")[:200]
        marks = marks_in(request.POST)
        try:
            count = register.mark(session, marks, by=by, at=at, reason=reason)
        except DomainError as refusal:
            return self.page(request, session, refusal=str(refusal), marks=marks, reason=reason)
        text = ngettext("%(count)s line saved.", "%(count)s lines saved.", count) % {"count": count}
        messages.success(request, text if count else str(_("Nothing was different.")))
        return redirect("admin:training_trainingsession_change", session.pk)

    def walk_in_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        session = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        form = WalkInForm(request, session, data=request.POST)
        if form.is_valid():
            try:
                register.walk_in(session, **form.cleaned_data, by=person(request), at=timezone.now())
            except DomainError as refusal:
                put_on_form(form, refusal)
            else:
                messages.success(request, str(_("Added as present.")))
                return redirect("admin:training_trainingsession_change", session.pk)
        return self.page(request, session, walk_in_form=form)

    def give_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The object is a seat, not a session."""
        seat = _seat(request, object_id)
        reason = request.POST.get("reason", "")[:200]
        return own_day.act(
            request,
            lambda: booking.give_back(seat, by=person(request), at=timezone.now(), reason=reason),
            done=_("The seat is given back."),
            leads_to="admin:training_trainingsession_mine",
        )

    def take_seat_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A seat for oneself."""
        session = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        own = Agent.objects.filter(user=person(request))
        return own_day.act(
            request,
            lambda: booking.book(session, own, by=person(request), at=timezone.now()),
            done=_("You have a seat."),
            leads_to="admin:training_trainingsession_mine",
        )

    def page(self, request: HttpRequest, session: Any, **forms: Any) -> HttpResponse:
        user, now = person(request), timezone.now()
        seen = _lines(request, session, forms.get("marks", {}))
        has_begun = now >= session.starts_at
        is_alive = session.state != SessionState.CANCELLED
        may_book = user.has_perm(rights.BOOK) and session.is_planned and not has_begun
        may_mark = scheduling.conducts(session, rights.MARK_ATTENDANCE, user) and is_alive
        context = {
            **self.admin_site.each_context(request),
            "title": str(session.course),
            "opts": self.opts,
            "session": session,
            "lines": seen,
            "taken": session.taken,
            "marked": sum(line.presence != Presence.UNMARKED for line in seen),
            "own_seat": next((line for line in seen if line.agent.user_id == user.pk), None),
            "may_plan": user.has_perm(rights.RESCHEDULE) and session.is_planned,
            "may_hold": scheduling.conducts(session, rights.RESCHEDULE, user)
            and session.is_planned
            and has_begun,
            "may_give_back": may_book,
            "has_register": may_mark and now >= session.starts_at - register.OPENS,
            "has_begun": has_begun,
            "keys": [(presence, KEYS[presence], presence.label) for presence in KEYS],
            **forms,
        }
        context |= self._booking(request, session, forms) if may_book else {"book_form": None}
        context["walk_in_form"] = None
        if context["has_register"]:
            context["walk_in_form"] = forms.get("walk_in_form") or WalkInForm(request, session)
        for form in (forms.get("book_form"), forms.get("walk_in_form")):
            if form is not None and form not in (context["book_form"], context["walk_in_form"]):
                messages.error(request, " ".join(form.non_field_errors()))  # Where the form has no place.
        return TemplateResponse(request, "training/sessions/page.html", context)

    def _booking(self, request: HttpRequest, session: TrainingSession, forms: Any) -> dict[str, Any]:
        form = forms.get("book_form") or BookForm(request, session)
        people = candidates.candidates(session, by=person(request), at=timezone.now())
        return {
            "book_form": form,
            "candidates": people,
            "free_count": sum(one.is_free for one in people),
            "ticked": set(request.POST.getlist("book-agents")),
        }

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        """What one comes to, teaches, and could come to."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        now, agent = timezone.now(), Agent.objects.filter(user=person(request)).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("My sessions"),
            "opts": self.opts,
            "now": now,
            "seats": figures.own(agent, now) if agent else [],
            "open_sessions": candidates.open_to(agent, now) if agent else [],
            "taught": figures.taught_by(person(request).pk, now),
            "past": _past(agent, now) if agent else [],
        }
        return TemplateResponse(request, "training/sessions/mine.html", context)


def marks_in(data: QueryDict) -> dict[int, Mark]:
    """The lines of the posted register. Raises: BadRequest for what is no mark."""
    marks = {}
    for name in data:
        if found := LINE.fullmatch(name):
            key = found[1]
            try:
                presence, seen = (Presence(str(data.get(each))) for each in (name, f"seen-{key}"))
            except ValueError as error:
                raise BadRequest("This is no mark.") from error
            note, seen_note = (data.get(f"{each}-{key}", "")[:LONGEST_NOTE] for each in ("note", "seen-note"))
            marks[int(key)] = Mark(presence=presence, seen=seen, note=note, seen_note=seen_note)
    return marks


def _seat(request: HttpRequest, object_id: str) -> SessionBooking:
    """Out of those that the person sees. Raises: Http404."""
    key = lists.key(object_id) or 0
    rows = SessionBooking.objects.visible_to(person(request)).select_related("session")
    seat = rows.filter(pk=key).first()
    if seat is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return seat


def _lines(request: HttpRequest, session: TrainingSession, marks: Mapping[int, Mark]) -> list[Any]:
    """The seats that the person sees, each with what keeps him, for whoever books.

    `shown` is what stands in the register's form: what was typed into it, if it was refused.
    """
    user = person(request)
    rows = SessionBooking.objects.filter(session=session, is_cancelled=False).visible_to(user)
    lines: list[Any] = list(
        rows.select_related("agent__user", "agent__team__department").order_by("agent__user__name", "pk")
    )
    for line in lines:
        line.shown = _shown(line, marks.get(line.pk))
    if session.is_planned and user.has_perm(rights.BOOK):
        agents = [line.agent for line in lines]
        found = clashes_of(agents, session.starts_at, session.ends_at, seen_by=user, but=session)
        for line in lines:
            line.clashes = found[line.agent_id]
    return lines


def _shown(line: SessionBooking, typed: Mark | None) -> Mark:
    """With what stands in the row as what is seen, so that it is compared with that the next time."""
    presence = seen = Presence(line.presence)
    note = seen_note = line.note
    if typed is not None and typed.presence != typed.seen:
        presence = typed.presence
    if typed is not None and typed.note != typed.seen_note:
        note = typed.note
    return Mark(presence=presence, seen=seen, note=note, seen_note=seen_note)


def _past(agent: Agent, now: Any) -> list[SessionBooking]:
    rows = SessionBooking.objects.standing().filter(agent=agent, session__ends_at__lte=now)
    return list(rows.select_related("session__course").order_by("-session__starts_at", "-pk")[:20])
