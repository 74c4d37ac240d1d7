"""The editor of a draft, and the page on which it is put together with what was published since."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError, NotAllowed, Stale
from staffing.admin import own_day
from training import markdown, policy
from training.admin.article_forms import EditForm, MergeForm, ReviewForm
from training.admin.version_differences import difference, sides_of
from training.choices import ArticleState, VersionState
from training.knowledge import drafting, merging, pictures
from training.knowledge.content import Content
from training.models import ArticleVersion
from training.querysets.article import publishes


class EditorPages:
    """Before an admin of the house: two pages for the author of a draft."""

    admin_site: Any
    opts: Any

    def editor_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = {"edit": self.edit_view, "merge": self.merge_view}
        return [
            path(f"<path:object_id>/{route}/", view(handler), name=f"training_articleversion_{route}")
            for route, handler in pages.items()
        ]

    def edit_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draft = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        is_open = draft.is_alive and draft.state != VersionState.IN_REVIEW
        if not _is_own(draft, request) or not (is_open or request.method == "POST"):
            return redirect("admin:training_articleversion_change", draft.pk)
        if request.method != "POST":
            return self._editor(request, draft, EditForm(draft))
        form = EditForm(draft, data=request.POST)
        if not form.is_valid():
            return self._editor(request, draft, form)
        try:
            self._save(request, draft, form)
        except DomainError as refusal:
            return self._refused(request, draft, form, refusal)
        if "submit" in request.POST:
            messages.success(request, str(_("Handed in. Somebody else looks it over.")))
            return redirect("admin:training_articleversion_change", draft.pk)
        messages.success(request, str(_("The draft is saved.")))
        return redirect("admin:training_articleversion_edit", draft.pk)

    def _refused(
        self, request: HttpRequest, draft: ArticleVersion, form: EditForm, refusal: DomainError
    ) -> HttpResponse:
        """With what was typed kept. What was published since leads to the page that puts both together."""
        put_on_form(form, refusal)
        if not isinstance(refusal, Stale):
            return self._editor(request, draft, form)
        stored = own_day.found(self, request, str(draft.pk))  # type: ignore[arg-type]
        is_saved = form.data["revision"] == str(stored.revision)
        if is_saved:
            return redirect("admin:training_articleversion_merge", draft.pk)
        mean_it(form, stored)
        return self._editor(request, draft, form, stored=stored)

    def _save(self, request: HttpRequest, draft: ArticleVersion, form: EditForm) -> None:
        """Saved, and what was saved is handed in if that was asked for; what is refused then stays saved."""
        who, now = person(request), timezone.now()
        revision = form.cleaned_data["revision"]
        saved = drafting.save(draft, form.content, revision=revision, by=who, at=now)
        mean_it(form, saved)
        if "submit" in request.POST:
            drafting.submit(saved, revision=saved.revision, by=who, at=now)

    def _editor(
        self,
        request: HttpRequest,
        draft: ArticleVersion,
        form: EditForm,
        *,
        stored: ArticleVersion | None = None,
    ) -> HttpResponse:
        """`stored` is what somebody, or the same person in another window, has saved since."""
        body = str(form["body"].value() or "")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Write: %(title)s") % {"title": draft.title},
            "opts": self.opts,
            "draft": draft,
            "article": draft.article,
            "form": form,
            "preview": markdown.render(body[: policy.LONGEST_TEXT]),
            "stored": stored,
            "difference": difference(stored, _as_typed(form, draft)) if stored else None,
            "may_amend": publishes(person(request)) or draft.article.state == ArticleState.DRAFT,
            "picture_types": ",".join(pictures.FORMATS.values()),
        }
        return TemplateResponse(request, "training/knowledge/editor.html", context)

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        draft = own_day.found(self, request, object_id)  # type: ignore[arg-type]
        if not _is_own(draft, request) or not (draft.is_outdated or request.method == "POST"):
            return redirect("admin:training_articleversion_change", draft.pk)
        if request.method != "POST":
            return self._merge(request, draft, MergeForm(draft, words=_together(draft)))
        form = MergeForm(draft, data=request.POST)
        if not form.is_valid():
            return self._merge(request, draft, form)
        onto = ArticleVersion.objects.filter(article=draft.article, pk=form.cleaned_data["onto"]).first()
        try:
            if onto is None:
                raise NotAllowed(_("You may not do that."))
            drafting.put_together(
                draft,
                form.content,
                revision=form.cleaned_data["revision"],
                onto=onto,
                by=person(request),
                at=timezone.now(),
            )
        except DomainError as refusal:
            put_on_form(form, refusal)
            if isinstance(refusal, Stale):
                draft = own_day.found(self, request, object_id)  # type: ignore[arg-type]
                mean_it(form, draft)
            return self._merge(request, draft, form)
        messages.success(request, str(_("Put together. Read it once more, and hand it in.")))
        return redirect("admin:training_articleversion_edit", draft.pk)

    def _merge(self, request: HttpRequest, draft: ArticleVersion, form: MergeForm) -> HttpResponse:
        base, current = draft.base, draft.article.current
        body = str(form["body"].value() or "")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Put together: %(title)s") % {"title": draft.title},
            "opts": self.opts,
            "draft": draft,
            "article": draft.article,
            "current": current,
            "theirs": difference(base or ArticleVersion(), current) if current else None,
            "mine": difference(base or ArticleVersion(), draft),
            "is_clean": current is not None and None not in (_merged(draft, "body"), _merged(draft, "title")),
            "form": form,
            "preview": markdown.render(body[: policy.LONGEST_TEXT]),
            "side": "inline" if request.GET.get("view") == "inline" else "side",
            "sides": sides_of(request),
        }
        return TemplateResponse(request, "training/knowledge/merge.html", context)


def _is_own(draft: ArticleVersion, request: HttpRequest) -> bool:
    """What he sends is refused by the step, if it is, with what he typed kept on the page."""
    return draft.author_id == person(request).pk


def mean_it(form: EditForm | ReviewForm, draft: ArticleVersion) -> None:
    """Sent again after what came since was seen, it is meant."""
    again: Any = QueryDict(mutable=True)
    again.update(form.data)
    again["revision"] = str(draft.revision)
    if "onto" in form.fields:
        again["onto"] = str(draft.article.current_id or "")
    form.data = again


def _as_typed(form: EditForm, draft: ArticleVersion) -> ArticleVersion:
    """The words of the form as a version that is nowhere stored."""
    typed: Content = form.content
    return ArticleVersion(
        article=draft.article,
        title=typed.title,
        body=typed.body,
        questions=list(typed.questions),
        keywords=list(typed.keywords),
        products=list(typed.products),
    )


def _merged(draft: ArticleVersion, name: str) -> str | None:
    """A field put together; None where both have changed the same."""
    base, current = draft.base or ArticleVersion(), draft.article.current or ArticleVersion()
    return merging.merge(getattr(base, name), getattr(current, name), getattr(draft, name))


def _together(draft: ArticleVersion) -> dict[str, object]:
    """What the merge begins with: both, as far as they do not touch each other; else the author's own."""
    base, current = draft.base or ArticleVersion(), draft.article.current or ArticleVersion()
    body, title = _merged(draft, "body"), _merged(draft, "title")
    words: dict[str, object] = {
        name: merging.merge_lists(getattr(base, name), getattr(current, name), getattr(draft, name))
        for name in ("questions", "keywords", "products")
    }
    return words | {"body": draft.body if body is None else body, "title": title or draft.title}
