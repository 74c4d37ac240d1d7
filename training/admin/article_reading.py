"""The page on which an article is read, and what a reader does there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.admin.house import person
from portal.errors import DomainError, Text
from portal.models import User
from staffing.admin import own_day
from training import markdown, rights
from training.admin.article_forms import VoteForm
from training.choices import ArticleState, UseKind
from training.knowledge import drafting, figures, reading, reviewing, standing, usage, voting
from training.knowledge.standing import Standing
from training.models import Article, ArticleVersion
from training.querysets.article import publishes, writes

COUNTED = timedelta(days=90)
VERSIONS_SHOWN = 20


class ReadingPages:
    """Before an admin of the house: its page of one article, and the acts of readers and keepers on it."""

    admin_site: Any
    opts: Any

    def own_urls(self) -> list[URLPattern]:
        below = super()
        view = self.admin_site.admin_view
        acts = {"vote": self.vote_view, "confirm": self.confirm_view, "revise": self.revise_view}
        own = [
            path(
                f"<path:object_id>/{route}/",
                view(require_POST(handler)),
                name=f"training_article_{route}",
            )
            for route, handler in acts.items()
        ]
        return [*own, *(below.own_urls() if hasattr(below, "own_urls") else [])]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        article: Any = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if article is None:
            return self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
        if not self.has_view_permission(request, article):  # type: ignore[attr-defined]
            raise PermissionDenied
        now, user = timezone.now(), person(request)
        on = timezone.localdate()
        is_read = Article.objects.readable_by(user, on).filter(pk=article.pk).exists()
        if article.current and is_read and request.method == "GET":
            usage.read(article.current, by=user, at=now)
        context = {
            **self.admin_site.each_context(request),
            "title": str(article) if article.current else article.draft_title or article.code,
            "opts": self.opts,
            "article": article,
            "version": article.current,
            "html": markdown.clean(article.current.html) if article.current else "",
            "path": article.topic.path,
            "is_read": is_read,
            "beside": reading.beside(article, user=user, on=on),
            "votes": figures.votes_on(article.current) if article.current else None,
            "own_vote": article.current.votes.filter(by=user).first() if article.current else None,
            "uses": _uses(article),
            **_standing(article),
            **(_for_writers(article, user) if writes(user) else {}),
        }
        return TemplateResponse(request, "training/knowledge/page.html", context)

    def vote_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        form = VoteForm(request.POST)
        if not form.is_valid():
            messages.error(request, str(_("Say whether it was useful, in a few words at most.")))
            return redirect("admin:training_article_change", article.pk)
        given = form.cleaned_data
        version = get_object_or_404(ArticleVersion, article=article, pk=given["version"])

        def step() -> None:
            voting.vote(
                version,
                is_useful=given["useful"] == "yes",
                comment=given["comment"],
                by=person(request),
                at=timezone.now(),
            )

        return _act(request, article, step, _("Thank you. That helps to keep the answers right."))

    def confirm_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        article = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        number = request.POST.get("number", "")
        seen = int(number) if number.isdecimal() and len(number) < 9 else 0  # noqa: PLR2004 - digits of a number

        def step() -> None:
            reviewing.confirm(article, number=seen, by=person(request), at=timezone.now())

        return _act(request, article, step, _("Still right. It is looked at again in due time."))

    def revise_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """To the draft that one has of it already, or to a new one."""
        article = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        user = person(request)
        draft = drafting.draft_of(article, user)
        if draft is None:
            try:
                draft = drafting.revise(article, by=user, at=timezone.now())
            except DomainError as refusal:
                messages.error(request, str(refusal))
                return redirect("admin:training_article_change", article.pk)
        return redirect("admin:training_articleversion_edit", draft.pk)


def _act(request: HttpRequest, article: Article, step: Callable[[], object], done: Text) -> HttpResponse:
    """Take the step, say what came of it, and back to the page from which it was asked."""
    try:
        step()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if is_ours else reverse("admin:training_article_change", args=[article.pk]))


def _uses(article: Article) -> dict[str, int]:
    counts = usage.counts([article], since=timezone.now() - COUNTED).get(article.pk, {})
    kinds = (UseKind.VIEWED, UseKind.INSERTED, UseKind.ANSWERED)
    return {str(kind.label): counts.get(kind, 0) for kind in kinds}


def _standing(article: Article) -> dict[str, Any]:
    how = standing.of(article, timezone.localdate())
    return {
        "standing": how,
        "is_due": how == Standing.DUE,
        "is_hidden": how in (Standing.EXPIRED, Standing.AHEAD, Standing.RETIRED, Standing.DRAFT),
        "is_retired": article.state == ArticleState.RETIRED,
    }


def _for_writers(article: Article, user: User) -> dict[str, Any]:
    """What is being written on it, its history, and what the person may do."""
    versions = ArticleVersion.objects.visible_to(user).filter(article=article)
    alive = list(versions.alive().select_related("author"))
    is_publisher = publishes(user)
    is_keeper = is_publisher or article.owner_id == user.pk
    is_published = article.state == ArticleState.PUBLISHED
    return {
        "is_writer": True,
        "alive": alive,
        "own_draft": next((each for each in alive if each.author_id == user.pk), None),
        "versions": versions.exclude(state="dropped")
        .select_related("author", "reviewer")
        .defer("body", "html")
        .order_by("-number")[:VERSIONS_SHOWN],
        "flags": article.flags.visible_to(user).open().select_related("raised_by", "version"),
        "may_settle": is_publisher or article.owner_id == user.pk,
        "may_revise": (is_published or (article.state == ArticleState.DRAFT and not alive))
        and user.has_perm(rights.REWRITE),
        "may_confirm": is_published and is_keeper,
        "may_amend": is_publisher or (article.state == ArticleState.DRAFT),
        "may_retire": is_publisher,
        "may_read_history": is_publisher or Article.objects.kept_by(user).filter(pk=article.pk).exists(),
    }
