"""The review board: what waits for somebody to look at it, with one-click acts."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin.house import person
from portal.models import User
from training.knowledge import figures
from training.models import Article
from training.querysets.article import publishes, writes

SHOWN = 12
"""Rows of each part; the lists behind them show all."""


class BoardPages:
    """Before an admin of the house: the page of those who keep articles up."""

    admin_site: Any
    opts: Any

    def own_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [path("board/", view(self.board_view), name="training_article_board")]
        return [*own, *super().own_urls()]  # type: ignore[misc]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        if not writes(user):
            raise PermissionDenied
        is_mine = request.GET.get("owner") == "me" or not publishes(user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Review board"),
            "opts": self.opts,
            "today": timezone.localdate(),
            "is_mine": is_mine,
            "is_publisher": publishes(user),
            **_parts(user, only_own=is_mine),
        }
        return TemplateResponse(request, "training/knowledge/board.html", context)


def _parts(user: User, *, only_own: bool) -> dict[str, Any]:
    now, on = timezone.now(), timezone.localdate()
    seen = Article.objects.visible_to(user).select_related("current", "owner", "topic")
    if only_own:
        seen = seen.filter(owner=user)
    seen = seen.defer("current__body", "current__html")
    flags = figures.flags(user, of=seen)
    due = seen.due(on).order_by("review_on", "pk")
    down = figures.voted_down(seen, at=now)
    unused = figures.unused(seen, at=now).order_by("published_at", "pk")
    waiting = figures.waiting(user).defer("body", "html").order_by("submitted_at", "pk")
    own = (
        user.article_versions.alive().select_related("article").defer("body", "html").order_by("-written_at")
    )
    return {
        "waiting": waiting.select_related("author", "article__topic", "base")[:SHOWN],
        "waiting_count": waiting.count(),
        "due": due[:SHOWN],
        "due_count": due.count(),
        "flags": flags.select_related("article__current", "raised_by").order_by("raised_at")[:SHOWN],
        "flag_count": flags.count(),
        "down": down[:SHOWN],
        "down_count": down.count(),
        "unused": unused[:SHOWN],
        "unused_count": unused.count(),
        "own_drafts": own[:SHOWN],
        "own_count": own.count(),
    }
