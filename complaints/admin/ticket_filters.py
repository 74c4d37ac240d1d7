"""Filters of the ticket list that know more than one column."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from complaints import categories
from portal.admin import lists


class CategoryFilter(DropdownFilter):
    """A category means all that hangs below it, too."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(branch.category.pk), branch.path) for branch in categories.tree()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        category = lists.key(self.value() or "")
        if category is None:
            return queryset
        return queryset.filter(category__in=categories.with_all_below(category))
