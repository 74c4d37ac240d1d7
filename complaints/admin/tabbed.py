"""Lists with tabs: each tab is a queue of rows, in the order in which they want to be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone

from complaints import rights
from portal.admin.house import person
from portal.admin.lists import HouseChangeList
from portal.errors import Text
from portal.models import User
from staffing.models import Agent

PARAMETER = "queue"
COUNTED = 100
"""Beyond this a tab says 99+: nobody works differently for 300 than for 200."""


@dataclass(frozen=True)
class Queue:
    """`narrow` picks its rows; it is told whose list it is, and when."""

    code: str
    label: Text
    narrow: Callable[[Any, Agent | None, datetime], Any]
    ordering: Sequence[Any]
    is_alarming: bool = False
    is_counted: bool = True
    needs_agent: bool = False


@dataclass(frozen=True)
class Tab:
    queue: Queue
    link: str
    count: str
    is_active: bool


class CountedRows(Subquery):
    """How many rows a query has, which may be cut off at some number."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


class TabbedChangeList(HouseChangeList):
    """The list of one queue. Subclasses say which there are, and where a person begins."""

    queues: Mapping[str, Queue]
    everywhere: Queue
    """Where a search looks, whatever tab it was typed in, and where a link with its own filter leads."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.at = timezone.now()
        self.person = person(request)
        self.agent = rights.agent_of(self.person)
        self.queue = self._chosen(request)
        super().__init__(request, *args, **kwargs)

    def first_queue(self) -> Queue:
        """Where somebody begins who has chosen nothing."""
        return self.everywhere

    def _chosen(self, request: HttpRequest) -> Queue:
        asked = set(request.GET) - {ORDER_VAR, PAGE_VAR}
        if request.GET.get(SEARCH_VAR):
            return self.everywhere
        if PARAMETER in asked:
            return self.queues.get(request.GET[PARAMETER], self.everywhere)
        return self.everywhere if asked else self.first_queue()

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        found.pop(PARAMETER, None)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet:
        return self._narrowed(super().get_queryset(request, exclude_parameters), self.queue)

    def _get_default_ordering(self) -> Sequence[Any]:
        return self.queue.ordering

    def tabs(self) -> list[Tab]:
        """The queues with how much lies in each, counted no further than matters: one query for all."""
        shown = [queue for queue in self.queues.values() if self.agent or not queue.needs_agent]
        counted = [queue for queue in shown if queue.is_counted]
        rows = self.root_queryset.order_by().values("pk")
        sizes = [CountedRows(self._narrowed(rows, queue)[:COUNTED]) for queue in counted]
        counts = User.objects.filter(pk=self.person.pk).values_list(*sizes)[0]
        texts = {queue.code: _text(count) for queue, count in zip(counted, counts, strict=True)}
        return [self._tab(queue, texts.get(queue.code, "")) for queue in shown]

    def _tab(self, queue: Queue, count: str) -> Tab:
        link = self.get_query_string({PARAMETER: queue.code}, remove=[PAGE_VAR, ORDER_VAR, SEARCH_VAR])
        return Tab(queue, link, count, queue is self.queue)

    def _narrowed(self, rows: Any, queue: Queue) -> QuerySet:
        return queue.narrow(rows, self.agent, self.at)


def _text(count: int) -> str:
    return f"{COUNTED - 1}+" if count == COUNTED else str(count or "")
