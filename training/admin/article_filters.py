"""Filters of the lists of articles and their versions."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.contrib.filters.admin import DropdownFilter

from portal.admin.house import person
from training.choices import ArticleState
from training.knowledge import figures


class StandingFilter(DropdownFilter):
    title = _("state")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("published", _("Published")),
            ("due", _("Due for review")),
            ("expired", pgettext_lazy("article", "Expired")),
            ("draft", pgettext_lazy("article", "Not published yet")),
            ("retired", _("Retired")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        today = timezone.localdate()
        match self.value():
            case "published":
                return queryset.published(today)
            case "due":
                return queryset.due(today)
            case "expired":
                return queryset.expired(today)
            case "draft":
                return queryset.filter(state=ArticleState.DRAFT)
            case "retired":
                return queryset.filter(state=ArticleState.RETIRED)
        return queryset


class AttentionFilter(DropdownFilter):
    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("mine", _("Mine: I keep it up, or have written it")),
            ("in_review", _("In review")),
            ("flagged", _("Something is wrong with it")),
            ("voted_down", _("Called not useful lately")),
            ("unused", _("Never used lately")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet:
        now = timezone.now()
        match self.value():
            case "mine":
                return queryset.kept_by(person(request))
            case "in_review":
                waiting = figures.in_review(person(request)).order_by().values("article")
                return queryset.filter(pk__in=waiting)
            case "flagged":
                return figures.flagged(queryset)
            case "voted_down":
                return figures.voted_down(queryset, at=now)
            case "unused":
                return figures.unused(queryset, at=now)
        return queryset
