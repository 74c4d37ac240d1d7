"""Filters of the ticket list that know more than one column."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from complaints import categories


class CategoryFilter(DropdownFilter):
    """A category means all that hangs below it, too."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(branch.category.pk), branch.path) for branch in categories.tree()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value() or ""
        if not (value.isascii() and value.isdigit()):
            return queryset
        return queryset.filter(category__in=categories.with_all_below(int(value)))


class DayRangeFilter(RangeDateFilter):
    """From the first to the last day by the department's clock, both whole."""

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        first, last = (self._midnight(f"{self.parameter_name}_{end}") for end in ("from", "to"))
        if first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": first})
        if last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lt": last + timedelta(days=1)})
        return queryset

    def _midnight(self, parameter: str) -> datetime | None:
        """In whatever form the reader's language writes dates, as its calendar does."""
        try:
            day = forms.DateField(required=False).clean(self.used_parameters.get(parameter))
        except forms.ValidationError:
            return None
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None
