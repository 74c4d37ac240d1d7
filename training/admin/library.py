"""The library: where readers look for an answer. The search comes first."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal import searching
from portal.admin import lists
from portal.admin.house import person
from portal.models import User
from training.choices import AskedIn
from training.knowledge import figures, reading
from training.models import Article, Topic
from training.querysets import ArticleQuerySet
from training.querysets.article import publishes, writes
from training.search import missing, suggestions

DUE_SHOWN = 8
FOUND_AT_MOST = 20


class LibraryPages:
    """Before an admin of the house: the page of all readers."""

    admin_site: Any
    opts: Any

    def own_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [path("library/", view(self.library_view), name="training_article_library")]
        return [*own, *super().own_urls()]  # type: ignore[misc]

    def library_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        user, on = person(request), timezone.localdate()
        text = request.GET.get("q", "").strip()
        topic = _topic(request.GET.get("topic", ""))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Knowledge library"),
            "opts": self.opts,
            "text": text,
            "topic": topic,
            "tree": reading.tree(user=user, on=on),
            "today": on,
            "may_add": self.has_add_permission(request),  # type: ignore[attr-defined]
            "is_writer": writes(user),
            "is_publisher": publishes(user),
        }
        if text:
            at = timezone.now()
            answer = suggestions.suggest(
                searching.short(text),
                user=user,
                asked_in=AskedIn.SEARCH,
                topic=topic,
                limit=FOUND_AT_MOST,
                at=at,
            )
            context |= {"hits": answer.results, "is_plausible": answer.confidence.is_plausible}
            context["is_question"] = missing.is_question(answer.spelled)
        elif topic:
            context["found"], context["found_count"] = reading.of_topic(topic, user=user, on=on)
        else:
            due = _due(user)
            context |= {
                "most_used": reading.most_used(user=user, at=timezone.now()),
                "newest": reading.newest(user=user, on=on),
                "due": due[:DUE_SHOWN],
                "due_count": due.count(),
            }
        if publishes(user):
            context["waiting"] = figures.waiting(user).count()
        return TemplateResponse(request, "training/knowledge/library.html", context)


def _topic(text: str) -> Topic | None:
    key = lists.key(text)
    return Topic.objects.select_related("parent__parent").filter(pk=key).first() if key else None


def _due(user: User) -> ArticleQuerySet:
    """What the person keeps up himself and has to look at again."""
    if not writes(user):
        return Article.objects.none()
    own = Article.objects.visible_to(user).filter(owner=user).due(timezone.localdate())
    return own.select_related("current", "topic").order_by("review_on", "pk")
