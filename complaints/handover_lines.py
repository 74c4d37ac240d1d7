"""What of tickets is open when an agent goes, as the hand-over of the shift lists it (see staffing.handover).

Numbers, kinds and times only: neither subject nor customer is copied.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.choices import CallbackPurpose, Kind, Severity
from complaints.models import Callback, OwnershipEntry, Promise, Ticket
from portal.errors import Text
from staffing.handover_sources import OpenLine, Source
from staffing.models import Agent

WORDS: dict[str, Text] = {
    one.value: one.label for choices in (Kind, Severity, CallbackPurpose) for one in choices
}
GRAVE = (Severity.HIGH, Severity.CRISIS)


class _Words:
    def word(self, code: str) -> Text:
        return WORDS.get(code, code)


class InHand(_Words):
    key, label = "in_hand", _("In hand")

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        tickets = Ticket.objects.in_hand_of(agent).due_first().select_related("category")
        return (_of_ticket(self.key, ticket, ticket, due_at=ticket.next_due_at) for ticket in tickets)

    def still_open(self, keys: Collection[str]) -> set[str]:
        return _among(Ticket.objects.open(), keys)


class Offered(_Words):
    """Transfers that wait for the agent's answer; what was assigned lies in his hands already."""

    key, label = "offered", _("Transfer to be answered")

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        entries = OwnershipEntry.objects.pending().filter(receiver=agent).order_by("respond_by", "id")
        for entry in entries.select_related("ticket__category"):
            yield _of_ticket(self.key, entry, entry.ticket, due_at=entry.respond_by)

    def still_open(self, keys: Collection[str]) -> set[str]:
        return _among(OwnershipEntry.objects.pending(), keys)


class Promised(_Words):
    """All that was promised: a promise past its time has to be made good, too."""

    key, label = "promise", _("Promised replies")

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        owed = Promise.objects.open().filter(Q(agent=agent) | Q(ticket__handler=agent))
        for promise in owed.select_related("ticket__category").order_by("due_at", "id"):
            yield _of_ticket(self.key, promise, promise.ticket, due_at=promise.due_at)

    def still_open(self, keys: Collection[str]) -> set[str]:
        return _among(Promise.objects.open(), keys)


class Calls(_Words):
    """Calls that fall due while others stand in."""

    key, label = "callback", _("Callbacks")

    def lines(self, agent: Agent, *, until: datetime) -> Iterator[OpenLine]:
        due = Callback.objects.due().filter(agent=agent, next_attempt_at__lt=until)
        for call in due.select_related("ticket").order_by("next_attempt_at", "id"):
            yield OpenLine(
                source=self.key,
                key=str(call.pk),
                reference=call.ticket.number if call.ticket else f"#{call.pk}",
                link=_page(call.ticket or call),
                kind=call.purpose,
                severity=call.ticket.severity if call.ticket else "",
                is_grave=call.ticket is not None and call.ticket.severity in GRAVE,
                due_at=call.due_at,
            )

    def still_open(self, keys: Collection[str]) -> set[str]:
        return _among(Callback.objects.due(), keys)


class ToClose(_Words):
    key, label = "to_close", _("Resolved, to be closed")

    def lines(self, agent: Agent, *, until: datetime) -> Iterable[OpenLine]:
        tickets = Ticket.objects.to_close_by(agent).order_by("resolved_at", "id").select_related("category")
        return (_of_ticket(self.key, ticket, ticket, due_at=None) for ticket in tickets)

    def still_open(self, keys: Collection[str]) -> set[str]:
        return _among(Ticket.objects.resolved(), keys)


SOURCES: tuple[Source, ...] = (InHand(), Offered(), Promised(), Calls(), ToClose())


def _of_ticket(source: str, row: Model, ticket: Ticket, *, due_at: datetime | None) -> OpenLine:
    return OpenLine(
        source=source,
        key=str(row.pk),
        reference=ticket.number,
        link=_page(ticket),
        kind=ticket.kind,
        title=ticket.category.name if ticket.category else "",
        severity=ticket.severity,
        is_grave=ticket.severity in GRAVE,
        due_at=due_at,
    )


def _page(row: Model) -> str:
    return reverse(f"admin:complaints_{row._meta.model_name}_change", args=[row.pk])


def _among(rows: QuerySet, keys: Collection[str]) -> set[str]:  # type: ignore[type-arg]
    return {str(pk) for pk in rows.filter(pk__in=keys).values_list("pk", flat=True)}
