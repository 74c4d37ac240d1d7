"""Talks of customers with bots: what was asked, what was shown, and why a person took over."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from portal.admin import lists
from portal.admin.house import ReadOnlyAdmin
from training.choices import HandOverReason
from training.models import Article, BotConversation

REASONS = {
    HandOverReason.ASKED: "info",
    HandOverReason.COMPLAINT: "danger",
    HandOverReason.MISSES: "warning",
    HandOverReason.UNSURE: "warning",
    HandOverReason.ALREADY: None,
}


@admin.register(BotConversation)
class BotConversationAdmin(ReadOnlyAdmin):
    list_before_template = "training/search/talks_before.html"
    list_display = ["talk", "client", "opened_at", "last_at", "misses", "reason_label"]
    list_filter = [("hand_over_reason", ChoicesDropdownFilter), ("last_at", lists.DayRangeFilter)]
    list_select_related = ["client"]
    search_fields = ["key"]
    ordering = ["-last_at", "-id"]

    @display(description=_("conversation"))
    def talk(self, talk: BotConversation) -> str:
        return talk.key

    @display(description=_("handed over"), ordering="hand_over_reason", label=REASONS)
    def reason_label(self, talk: BotConversation) -> tuple[str, str] | None:
        return (talk.hand_over_reason, talk.get_hand_over_reason_display()) if talk.handed_over_at else None

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        talk: Any = self.get_object(request, object_id)
        if talk is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, talk):
            raise PermissionDenied
        turns = list(talk.turns.order_by("position"))
        codes = {code for turn in turns for code in turn.shown}
        articles = Article.objects.filter(code__in=codes).select_related("current")
        titles = {article.code: str(article) for article in articles}
        context = {
            **self.admin_site.each_context(request),
            "title": talk.key,
            "opts": self.opts,
            "talk": talk,
            "turns": [(turn, [titles.get(code, code) for code in turn.shown]) for turn in turns],
        }
        return TemplateResponse(request, "training/search/talk.html", context)
