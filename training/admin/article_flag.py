"""What readers say is wrong, and what was done about it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from portal.admin.dialogs import dialog_action
from portal.admin.house import ReadOnlyAdmin, person
from training import rights
from training.admin.article_forms import AnswerForm
from training.knowledge import voting
from training.models import ArticleFlag


class SettledFilter(DropdownFilter):
    title = _("state")
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("To be answered")), ("yes", _("Answered"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case "no":
                return queryset.open()
            case "yes":
                return queryset.exclude(settled_at=None)
        return queryset


@admin.register(ArticleFlag)
class ArticleFlagAdmin(ReadOnlyAdmin):
    list_before_template = "training/knowledge/flags_before.html"
    list_display = ["raised_at", "about", "comment", "raised_by", "settled_label", "answer", "settled_by"]
    list_display_links = ["comment"]
    list_filter = [SettledFilter]
    list_select_related = ["article__current", "raised_by", "settled_by"]
    search_fields = ["article__current__title", "comment"]
    ordering = ["-raised_at", "-id"]
    fields = [
        "article", "version", "comment", "raised_by", "raised_at", "answer", "settled_by", "settled_at",
    ]  # fmt: skip
    actions_row = ["settle"]
    actions_detail = ["settle"]

    def has_settle_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever keeps the article up may, too: the step looks."""
        return request.user.has_perm(rights.REWRITE)

    @display(description=pgettext_lazy("knowledge", "article"), ordering="article__current__title")
    def about(self, flag: ArticleFlag) -> str:
        return str(flag.article)

    @display(description=_("state"), label={"open": "warning", "answered": "success"})
    def settled_label(self, flag: ArticleFlag) -> tuple[str, str]:
        if flag.settled_at:
            return "answered", str(_("Answered"))
        return "open", str(_("To be answered"))

    @dialog_action(
        pgettext_lazy("article flag", "Answer"),
        form_class=AnswerForm,
        text=_("What was done, or why nothing needs to be. Who said it reads your answer."),
        done=_("Answered. The person is told."),
        permissions=["settle"],
        icon="reply",
    )
    def settle(self, request: HttpRequest, flag: ArticleFlag, form: AnswerForm) -> None:
        answer = form.cleaned_data["answer"]
        voting.settle(flag, answer=answer, by=person(request), at=timezone.now())
