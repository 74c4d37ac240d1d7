"""The queues above the ticket list."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from complaints.admin.tabbed import Queue, TabbedChangeList
from complaints.querysets import TicketQuerySet
from staffing.models import Agent

DUE_FIRST = (F("next_due_at").asc(nulls_last=True), "id")


def _mine(tickets: TicketQuerySet, agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets.in_hand_of(agent) if agent else tickets.none()


def _unassigned(tickets: TicketQuerySet, _agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets.unassigned().filter(handler=None)


def _late(tickets: TicketQuerySet, _agent: Agent | None, at: datetime) -> TicketQuerySet:
    return tickets.overdue(at)


def _waiting(tickets: TicketQuerySet, _agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets.waiting()


def _parked(tickets: TicketQuerySet, _agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets.unassigned().filter(parked_at__isnull=False)


def _to_close(tickets: TicketQuerySet, _agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets.resolved()


def _all(tickets: TicketQuerySet, _agent: Agent | None, _at: datetime) -> TicketQuerySet:
    return tickets


MINE = Queue("mine", _("My matters"), _mine, DUE_FIRST, needs_agent=True)
ALL = Queue("all", _("All"), _all, ("-id",), is_counted=False)


class TicketChangeList(TabbedChangeList):
    """Handlers begin with their own matters, who looks after others with all."""

    everywhere = ALL
    queues = {
        queue.code: queue
        for queue in (
            MINE,
            Queue("unassigned", _("Unassigned"), _unassigned, DUE_FIRST),
            Queue("late", _("Late"), _late, DUE_FIRST, is_alarming=True),
            Queue("waiting", _("Waiting"), _waiting, DUE_FIRST),
            Queue("parked", _("Parked"), _parked, DUE_FIRST, is_alarming=True),
            Queue("to_close", _("To close"), _to_close, ("resolved_at", "id")),
            ALL,
        )
    }

    def first_queue(self) -> Queue:
        looks_after_others = self.person.has_perm("complaints.override_ticket")
        return MINE if self.agent and not looks_after_others else ALL
