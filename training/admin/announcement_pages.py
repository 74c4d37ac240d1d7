"""What is read and confirmed, and who has not: the pages of one announcement, and one's own list."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.admin import lists
from portal.admin.house import person
from portal.errors import DomainError
from staffing.admin import own_day
from staffing.models import Agent
from training import markdown
from training.announcements import figures, publishing, reading, reminders, writing
from training.choices import AnnouncementState, QuestionKind
from training.models import Announcement, AnnouncementReading, Question
from training.querysets.announcement import follows_up

PAST = 50


class AnnouncementPages:
    """The part of the announcements' admin that is no list."""

    admin_site: Any
    opts: Any
    has_view_permission: Any

    def reader_page(self, request: HttpRequest, announcement: Announcement, **more: Any) -> HttpResponse:
        """The text; below it the quiz and the button, for whom it concerns."""
        user, now = person(request), timezone.now()
        mine = _own(announcement, user.pk)
        is_out = announcement.state == AnnouncementState.PUBLISHED
        if mine is not None and is_out and request.method == "GET":
            reading.open_first(mine, at=now)
        may_change = writing.may_change(announcement, user)
        context = {
            **self.admin_site.each_context(request),
            "title": announcement.title,
            "opts": self.opts,
            "announcement": announcement,
            "text": markdown.clean(announcement.html),
            "mine": mine,
            "is_late": mine is not None and mine.confirmed_at is None and mine.due_on < timezone.localdate(),
            "questions": _quiz(announcement, request.POST, more.get("wrong", frozenset())),
            "can_confirm": is_out and mine is not None and mine.confirmed_at is None,
            "follows_up": follows_up(user) and announcement.state != AnnouncementState.DRAFT,
            "may_change": may_change and announcement.state != AnnouncementState.WITHDRAWN,
            "texts": announcement.texts.all() if may_change else (),
            "teams": announcement.teams.all(),
            **more,
        }
        if may_change and announcement.state == AnnouncementState.DRAFT:
            context["reader_count"] = publishing.audience(announcement, now).count()
        return TemplateResponse(request, "training/announcements/page.html", context)

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        announcement = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        user, mine = person(request), _own(announcement, person(request).pk)
        if mine is None:
            raise PermissionDenied
        answers = _answers(announcement, request.POST)
        version = lists.key(request.POST.get("version", "")) or 0
        try:
            outcome = reading.confirm(mine, answers=answers, version=version, by=user, at=timezone.now())
        except DomainError as refusal:
            return self.reader_page(request, announcement, refusal=str(refusal))
        if not outcome.is_confirmed:
            return self.reader_page(request, announcement, wrong=outcome.wrong)
        messages.success(request, str(_("Confirmed. Thank you.")))
        return redirect("admin:training_announcement_mine")

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        agent = Agent.objects.filter(user=person(request)).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("My announcements"),
            "opts": self.opts,
            "today": timezone.localdate(),
            "to_do": figures.own(agent) if agent else [],
            "done": figures.confirmed_by(agent)[:PAST] if agent else [],
        }
        return TemplateResponse(request, "training/announcements/mine.html", context)

    def board_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        announcement = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        user, today = person(request), timezone.localdate()
        if not follows_up(user):
            raise PermissionDenied
        board = figures.board(announcement, seen_by=user, today=today)
        is_out = announcement.state == AnnouncementState.PUBLISHED
        context = {
            **self.admin_site.each_context(request),
            "title": announcement.title,
            "opts": self.opts,
            "announcement": announcement,
            "board": board,
            "today": today,
            "is_out": is_out,
            "late_count": sum(is_out and one.due_on < today for one in board.missing),
            "can_remind": is_out
            and reminders.may_remind(user)
            and any(one.reminded_on != today for one in board.missing),
        }
        return TemplateResponse(request, "training/announcements/board.html", context)

    def remind_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        announcement = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        try:
            count = reminders.remind_missing(announcement, by=person(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
        else:
            text = ngettext("%(count)s person is reminded.", "%(count)s people are reminded.", count)
            messages.success(request, text % {"count": count})
        return redirect("admin:training_announcement_board", announcement.pk)


def _own(announcement: Announcement, user_id: int) -> AnnouncementReading | None:
    """One's own reading of the present version."""
    rows = announcement.readings.filter(agent__user=user_id, version=announcement.version)
    return rows.select_related("agent").first()


def _quiz(announcement: Announcement, data: QueryDict, wrong: frozenset[int]) -> list[dict[str, Any]]:
    """The questions as they are shown: what was chosen, whether it was wrong, and never the key."""
    questions = reading.questions_of(announcement).prefetch_related("options").order_by("code")
    return [
        {
            "key": question.pk,
            "stem": question.stem,
            "is_many": question.kind == QuestionKind.MULTIPLE,
            "is_wrong": question.pk in wrong,
            "options": [(option.pk, option.text, option.pk in chosen) for option in question.options.all()],
        }
        for question in questions
        for chosen in (_chosen(data, question),)
    ]


def _answers(announcement: Announcement, data: QueryDict) -> dict[int, set[int]]:
    return {question.pk: _chosen(data, question) for question in reading.questions_of(announcement)}


def _chosen(data: QueryDict, question: Question) -> set[int]:
    keys = (lists.key(value) for value in data.getlist(f"answer-{question.pk}"))
    return {key for key in keys if key is not None}
