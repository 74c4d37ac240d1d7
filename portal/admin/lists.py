"""What keeps a list quick on a big table, and tight-lipped on a masked one."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.timezone import make_aware
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.views import ChangeList

from portal.admin.instants import DayField

COUNTED_ROWS = 10_000
KEY = re.compile(r"[0-9]{1,18}")
"""Any more digits are more than a key has bits for."""
COMPARISONS = frozenset({"exact", "in", "isnull", "gt", "gte", "lt", "lte", "year", "month", "day"})
RANGE_ENDS = ("_from", "_to")
"""What the theme's range filters add to the name of a field, with `_0` and `_1` for day and time."""


class DayRangeFilter(RangeDateFilter):
    """From one day to another, both whole, by the clock on the wall; for a column of instants.

    Days are read in whatever form the reader's language writes them, as its calendar does.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        for name, lookup, days in (("from", "gte", 0), ("to", "lt", 1)):
            day = self._day(f"{self.parameter_name}_{name}")
            if day:
                starts_at = make_aware(datetime.combine(day + timedelta(days=days), time.min))
                queryset = queryset.filter(**{f"{self.field_path}__{lookup}": starts_at})
        return queryset

    def _day(self, parameter: str) -> date | None:
        try:
            return DayField(required=False).clean(self.used_parameters.get(parameter))
        except ValidationError:
            return None


class BoundedPaginator(Paginator):
    """Counts no further than COUNTED_ROWS: beyond that nobody turns pages, he filters."""

    @cached_property
    def count(self) -> int:
        queryset = cast("QuerySet", self.object_list)
        return queryset.order_by()[:COUNTED_ROWS].count()


class HouseChangeList(ChangeList):
    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        with answerable(request):
            super().__init__(request, *args, **kwargs)

    def get_results(self, request: HttpRequest) -> None:
        """An unfiltered list shows all there is, so the theme need not offer to show all."""
        super().get_results(request)
        if not (self.has_active_filters or self.query):
            self.full_result_count = self.result_count


@contextmanager
def answerable(request: HttpRequest) -> Iterator[None]:
    """What no database can look up is a wrong question and no failure, if anything was asked at all.

    Raises: IncorrectLookupParameters, upon which Django shows the list as if nothing had been asked.
    """
    try:
        yield
    except (DataError, OverflowError, ValidationError, ValueError) as error:
        if not request.GET:
            raise
        raise IncorrectLookupParameters(error) from error


def key(text: str) -> int | None:
    """The key of a row as an address or a form names it, if it can be one."""
    return int(text) if KEY.fullmatch(text) else None


def is_offered(lookup: str, names: Iterable[str]) -> bool:
    """Whether a look-up of the query string belongs to one of these filters.

    Django allows any look-up on a model's own fields; with `?phone__startswith=1` a masked column is read out
    digit by digit. Here a look-up passes only if its path is a declared filter and compares whole values.
    """
    return any(_belongs(lookup, name) for name in names)


def filter_names(list_filter: Iterable[Any], date_hierarchy: str | None) -> set[str]:
    """The paths and parameters that the filters of a list answer to."""
    names = {date_hierarchy} if date_hierarchy else set()
    for item in list_filter:
        if isinstance(item, type) and issubclass(item, SimpleListFilter):
            names.add(str(item.parameter_name))
        elif isinstance(item, tuple | list):
            names.add(item[0])
        elif isinstance(item, str):
            names.add(item)
    return names


def _belongs(lookup: str, name: str) -> bool:
    if lookup == name:
        return True
    if not lookup.startswith(name):
        return False
    rest = lookup.removeprefix(name)
    if rest.removesuffix("_0").removesuffix("_1") in RANGE_ENDS:
        return True
    parts = rest.removeprefix("__").split("__")
    if parts[0] in {"id", "pk"}:
        parts = parts[1:] or ["exact"]
    return rest.startswith("__") and len(parts) == 1 and parts[0] in COMPARISONS
