"""Versions: the history of an article, the page on which one is looked over, and the editor of a draft."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError, Stale
from staffing.admin import own_day
from training import markdown, rights
from training.admin.article_editor import EditorPages, mean_it
from training.admin.article_forms import ReasonForm, ReviewForm
from training.admin.version_differences import difference, sides_of
from training.choices import VersionState
from training.knowledge import drafting, figures, reviewing
from training.models import ArticleVersion
from training.querysets.article import publishes

STATES = {
    VersionState.DRAFT: "default",
    VersionState.IN_REVIEW: "info",
    VersionState.APPROVED: "success",
    VersionState.RETURNED: "warning",
    VersionState.DROPPED: "danger",
}


@admin.register(ArticleVersion)
class ArticleVersionAdmin(EditorPages, ReadOnlyAdmin):
    list_before_template = "training/knowledge/versions_before.html"
    list_display = [
        "title",
        "number",
        "code",
        "state_label",
        "author",
        "submitted_at",
        "reviewer",
        "reviewed_at",
    ]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("submitted_at", lists.DayRangeFilter),
        ("reviewed_at", lists.DayRangeFilter),
    ]
    look_ups = ("article",)
    list_select_related = ["article", "author", "reviewer"]
    search_fields = ["title", "article__code"]
    ordering = ["-id"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        acts = {
            "review": self.review_view,
            "take_back": self.take_back_view,
            "take_over": self.take_over_view,
        }
        own = [
            path(
                f"<path:object_id>/{route.replace('_', '-')}/",
                view(require_POST(handler)),
                name=f"training_articleversion_{route}",
            )
            for route, handler in acts.items()
        ]
        return [*own, *self.editor_urls(), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("body", "html")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History and drafts are for those who write."""
        return request.user.has_perm(rights.REWRITE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(rights.REWRITE)

    def has_history_permission(self, request: HttpRequest, obj: Any) -> bool:
        """It stands with the article."""
        return False

    @display(description=pgettext_lazy("article", "code"), ordering="article__code")
    def code(self, version: ArticleVersion) -> str:
        return version.article.code

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, version: ArticleVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    # Acts

    @dialog_action(
        _("Bring this version back"),
        form_class=ReasonForm,
        text=_(
            "Its text goes to review as a new version. Until somebody else publishes it, nothing changes."
        ),
        done=_("Handed in. Somebody else looks it over."),
        permissions=["view"],
        icon="settings_backup_restore",
    )
    def roll_back(self, request: HttpRequest, version: ArticleVersion, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        drafting.roll_back(version, reason=reason, by=person(request), at=timezone.now())

    @dialog_action(
        _("Drop this draft"),
        form_class=ReasonForm,
        text=_("Nothing becomes of it. What is published stays as it is."),
        done=_("The draft is dropped."),
        permissions=["view"],
        icon="delete_sweep",
    )
    def drop(self, request: HttpRequest, version: ArticleVersion, form: ReasonForm) -> None:
        reason = form.cleaned_data["reason"]
        drafting.drop(version, reason=reason, by=person(request), at=timezone.now())

    actions_detail = ["roll_back", "drop"]

    def review_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = own_day.found(self, request, object_id)
        form = ReviewForm(request.POST)
        if not form.is_valid():
            return self._page(request, version, review_form=form)
        given, user, now = form.cleaned_data, person(request), timezone.now()
        try:
            if given["decision"] == "approve":
                reviewing.approve(
                    version, revision=given["revision"], comment=given["comment"], by=user, at=now
                )
                done = _("Published. Readers see it from now on.")
            else:
                reviewing.send_back(version, comment=given["comment"], by=user, at=now)
                done = _("Sent back. Its author is told.")
        except DomainError as refusal:
            return self._undecided(request, object_id, form, refusal)
        messages.success(request, str(done))
        return self._next(request, version)

    def _undecided(
        self, request: HttpRequest, object_id: str, form: ReviewForm, refusal: DomainError
    ) -> HttpResponse:
        """As it stands now, with what was typed; where there is nothing to decide any more, only why."""
        version = own_day.found(self, request, object_id)
        if not figures.waiting(person(request)).filter(pk=version.pk).exists():
            messages.error(request, str(refusal))
            return redirect("admin:training_articleversion_change", version.pk)
        put_on_form(form, refusal)
        if isinstance(refusal, Stale):
            mean_it(form, version)
        return self._page(request, version, review_form=form)

    def take_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = own_day.found(self, request, object_id)
        try:
            drafting.take_back(version, by=person(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:training_articleversion_change", version.pk)
        return redirect("admin:training_articleversion_edit", version.pk)

    def take_over_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A draft of one's own, with the text of somebody else's."""
        version = own_day.found(self, request, object_id)
        try:
            draft = drafting.revise(version.article, text_of=version, by=person(request), at=timezone.now())
        except DomainError as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:training_articleversion_change", version.pk)
        return redirect("admin:training_articleversion_edit", draft.pk)

    # The page of one version

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return self._page(request, version)

    def _page(
        self, request: HttpRequest, version: Any, *, review_form: ReviewForm | None = None
    ) -> HttpResponse:
        user = person(request)
        others = ArticleVersion.objects.visible_to(user).filter(article=version.article_id)
        other = _other(request, version, others)
        is_own = version.author_id == user.pk
        may_review = figures.waiting(user).filter(pk=version.pk).exists()
        if may_review and review_form is None:
            review_form = ReviewForm(initial={"revision": version.revision})
        context = {
            **self.admin_site.each_context(request),
            "title": str(version),
            "opts": self.opts,
            "version": version,
            "article": version.article,
            "html": markdown.clean(version.html),
            "other": other,
            "others": others.exclude(pk=version.pk).defer("body", "html").order_by("-number")[:50],
            "difference": difference(other, version) if other else None,
            "side": "inline" if request.GET.get("view") == "inline" else "side",
            "sides": sides_of(request),
            "review_form": review_form if may_review else None,
            "earlier_authors": ", ".join(map(str, version.earlier_authors.order_by("name"))),
            "is_current": version.article.current_id == version.pk,
            "is_own": is_own,
            "may_edit": is_own and version.state in (VersionState.DRAFT, VersionState.RETURNED),
            "may_take_back": is_own and version.state == VersionState.IN_REVIEW,
            "may_take_over": version.is_alive and not is_own and publishes(user),
            "may_drop": version.is_alive and (is_own or publishes(user)),
            "may_roll_back": version.state == VersionState.APPROVED
            and version.article.current_id != version.pk
            and user.has_perm(rights.REWRITE),
        }
        return TemplateResponse(request, "training/knowledge/version.html", context)

    def _next(self, request: HttpRequest, version: ArticleVersion) -> HttpResponse:
        """To the next one that waits; when there is none, to the article."""
        waiting = figures.waiting(person(request)).order_by("submitted_at", "pk").first()
        if waiting:
            return redirect("admin:training_articleversion_change", waiting.pk)
        return redirect("admin:training_article_change", version.article_id)


def _other(request: HttpRequest, version: ArticleVersion, others: Any) -> ArticleVersion | None:
    """What it is compared with: what was asked for, what is published, or what it was written on."""
    asked = lists.key(request.GET.get("with", "")) or 0
    article = version.article
    usual = article.current_id if version.is_alive else version.base_id
    return others.filter(pk=asked).first() or others.filter(pk=usual or 0).exclude(pk=version.pk).first()
