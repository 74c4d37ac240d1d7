"""What was asked in vain, most asked first, and what becomes of it: an article, a synonym, nothing."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.forms import BaseDialogForm

from portal.admin import lists
from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from portal.admin.tables import TableAdmin
from portal.errors import DomainError
from training import rights
from training.choices import MissingState, VersionState
from training.models import Article, MissingAnswer
from training.resources.search import MissingAnswerResource
from training.search import missing as steps
from training.search.searching import search

STATES = {MissingState.OPEN: "warning", MissingState.ANSWERED: "success", MissingState.DISMISSED: None}


@admin.register(MissingAnswer)
class MissingAnswerAdmin(TableAdmin):
    has_own_ledger = True
    resource_classes = [MissingAnswerResource]
    list_before_template = "training/search/missing_before.html"
    list_display = ["question", "times", "asked_label", "last_at", "state_label", "article"]
    list_display_links = ["question"]
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("asked_in", ChoicesDropdownFilter),
        ("last_at", lists.DayRangeFilter),
    ]
    list_select_related = ["article__current"]
    search_fields = ["question"]
    ordering = ["-times", "-id"]
    actions_row = ["dismiss", "reopen"]
    actions_detail = ["dismiss", "reopen"]

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<path:object_id>/{act}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"training_missinganswer_{act}",
            )
            for act, view in (("answer", self.answer_view), ("similar", self.similar_view))
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is changed by Django's form: see the page and its acts."""
        return False

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.SETTLE_MISSING)

    @display(description=_("asked in"), ordering="asked_in")
    def asked_label(self, missing: MissingAnswer) -> str:
        return missing.get_asked_in_display()

    @display(description=_("state"), ordering="state", label=STATES)
    def state_label(self, missing: MissingAnswer) -> tuple[str, str]:
        return missing.state, missing.get_state_display()

    # Acts

    @dialog_action(
        _("Not needed"),
        text=_("The question leaves the list. When it is asked again it is counted, and not listed anew."),
        done=_("The question is off the list."),
        permissions=["settle"],
        icon="do_not_disturb_on",
    )
    def dismiss(self, request: HttpRequest, missing: MissingAnswer, form: BaseDialogForm) -> None:
        steps.dismiss(missing, by=person(request), at=timezone.now())

    @dialog_action(
        _("Open again"),
        done=_("The question is on the list again."),
        permissions=["settle"],
        icon="undo",
    )
    def reopen(self, request: HttpRequest, missing: MissingAnswer, form: BaseDialogForm) -> None:
        steps.reopen(missing, by=person(request), at=timezone.now())

    def answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def step(missing: MissingAnswer, article: Article) -> str:
            steps.answer(missing, article=article, by=person(request), at=timezone.now())
            return str(_("The question is answered by this article."))

        return self._settled(request, object_id, step)

    def similar_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def step(missing: MissingAnswer, article: Article) -> str:
            draft = steps.add_to(missing, article=article, by=person(request), at=timezone.now())
            if draft.state == VersionState.IN_REVIEW:
                return str(
                    _("The question is handed in with the article: somebody else has to look it over.")
                )
            return str(_("The question stands in your draft of the article. Hand it in when it is finished."))

        return self._settled(request, object_id, step)

    def _settled(
        self, request: HttpRequest, object_id: str, step: Callable[[MissingAnswer, Article], str]
    ) -> HttpResponse:
        missing = self._found(request, object_id)
        readable = Article.objects.readable_by(person(request), timezone.localdate())
        article = readable.filter(pk=lists.key(request.POST.get("article", "")) or 0).first()
        if article is None:
            messages.error(request, str(_("There is no such article, or you may not see it.")))
        else:
            try:
                messages.success(request, step(missing, article))
            except DomainError as refusal:
                messages.error(request, str(refusal))
        return redirect("admin:training_missinganswer_change", missing.pk)

    # The page of one question

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        missing: Any = self.get_object(request, object_id)
        if missing is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, missing):
            raise PermissionDenied
        user = person(request)
        wording = request.GET.get("q", "").strip() or missing.question
        readable = Article.objects.readable_by(user, timezone.localdate())
        context = {
            **self.admin_site.each_context(request),
            "title": missing.question,
            "opts": self.opts,
            "missing": missing,
            "wording": wording,
            "answer": search(wording, within=readable, limit=6),
            "is_open": missing.state == MissingState.OPEN,
            "may_settle": self.has_settle_permission(request),
            "may_add": self.has_settle_permission(request) and user.has_perm(rights.REWRITE),
            "write_url": _address("training_article_add", title=missing.question)
            if user.has_perm(rights.WRITE)
            else "",
            "synonym_url": _address("training_synonymgroup_add", phrases=f"{missing.question}\n")
            if user.has_perm(rights.ADD_SYNONYMS)
            else "",
        }
        return TemplateResponse(request, "training/search/missing.html", context)

    def _found(self, request: HttpRequest, object_id: str) -> MissingAnswer:
        missing = self.get_object(request, object_id)
        if missing is None or not self.has_view_permission(request, missing):
            raise Http404(_("This does not exist, or you may not see it."))
        return missing


def _address(page: str, **facts: str) -> str:
    """A page of the admin with a form filled in before; "" where it does not stand."""
    try:
        return f"{reverse(f'admin:{page}')}?{urlencode(facts)}"
    except NoReverseMatch:
        return ""
