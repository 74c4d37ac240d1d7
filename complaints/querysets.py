"""The vocabulary in which complaints' rows are asked for. `visible_to` alone knows who may see what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from complaints import states
from complaints.choices import (
    AttemptResult,
    CallbackState,
    ClockOutcome,
    Direction,
    HandOver,
    OwnershipKind,
    PromiseOutcome,
    Status,
)
from portal.choices import Role
from staffing.models import Team

if TYPE_CHECKING:
    from complaints.models import (  # noqa: F401 - in the quoted bases
        Callback,
        Clock,
        Customer,
        OwnershipEntry,
        Promise,
        ServicePolicy,
        SurveyInvitation,
        Ticket,
        TicketEvent,
    )
    from portal.models import User
    from staffing.models import Agent

SEES_ALL = (Role.DIRECTOR, Role.INSPECTOR, Role.AUDITOR)
LONGEST_NUMBER = 18  # What fits a 64-bit key.


def number_to_pk(number: str) -> int | None:
    """T00000012 -> 12; None for what is not a ticket number."""
    digits = number.strip().upper().removeprefix("T")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER
    return int(digits) if is_number else None


def sees_all(user: User) -> bool:
    """Those who look after the whole department, and connected systems, whose scope the door checks."""
    return user.has_role(*SEES_ALL) or user.is_system


def _ticket_visible_to(user: User) -> models.Exists:
    """Asked row by row: a window of a big ledger never lists all the tickets that somebody may see."""
    from complaints.models import Ticket  # noqa: PLC0415 - the model imports this module

    return models.Exists(Ticket.objects.visible_to(user).filter(pk=models.OuterRef("ticket")))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def numbered(self, number: str) -> TicketQuerySet:
        return self.filter(pk=number_to_pk(number) or 0)

    def open(self) -> TicketQuerySet:
        return self.filter(status__in=states.OPEN)

    def overdue(self, at: datetime) -> TicketQuerySet:
        return self.open().filter(next_due_at__lte=at)

    def unassigned(self) -> TicketQuerySet:
        return self.filter(status=Status.NEW)

    def waiting(self) -> TicketQuerySet:
        return self.filter(status__in=states.WAITING)

    def in_hand_of(self, agent: Agent) -> TicketQuerySet:
        """What the agent works on now."""
        return self.open().filter(handler=agent)

    def answered_for_by(self, agent: Agent) -> TicketQuerySet:
        """What the agent is first-responsible for while another handles it."""
        return self.open().filter(first_responsible=agent).exclude(handler=agent)

    def resolved(self) -> TicketQuerySet:
        return self.filter(status=Status.RESOLVED)

    def to_close_by(self, agent: Agent) -> TicketQuerySet:
        """What is resolved and waits for the agent's word; where nobody answers for it, its handler's."""
        return self.resolved().filter(Q(first_responsible=agent) | Q(first_responsible=None, handler=agent))

    def with_wrote_again(self) -> TicketQuerySet:
        """Adds `wrote_again`: after the end the customer had the last word, and no call answered it."""
        from complaints.models import CallbackAttempt, Message  # noqa: PLC0415 - they import this module

        said = Message.objects.filter(ticket=models.OuterRef("pk")).exclude(direction=Direction.INTERNAL)
        last = said.order_by("-at", "-id")
        called = CallbackAttempt.objects.filter(
            callback__ticket=models.OuterRef("pk"),
            result=AttemptResult.REACHED,
            at__gte=models.OuterRef("last_said_at"),
        )
        wrote = Q(last_said=Direction.INBOUND, last_said_at__gt=models.F("resolved_at"))
        return self.alias(
            last_said=models.Subquery(last.values("direction")[:1]),
            last_said_at=models.Subquery(last.values("at")[:1]),
        ).annotate(
            wrote_again=models.Case(
                models.When(wrote & ~models.Exists(called), then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )

    def due_first(self) -> TicketQuerySet:
        return self.order_by(models.F("next_due_at").asc(nulls_last=True), "id")

    def locked(self) -> TicketQuerySet:
        """For writing. On SQLite the transaction itself already holds the lock."""
        return self.select_for_update(of=("self",))

    def visible_to(self, user: User) -> TicketQuerySet:
        """All for those who look after the whole; else the team's, what no team has yet, one's own."""
        if sees_all(user):
            return self
        from complaints.models import OwnershipEntry  # noqa: PLC0415 - the model imports this module

        teams = Team.objects.of(user).order_by().values("pk")
        offered = OwnershipEntry.objects.pending().filter(ticket=models.OuterRef("pk"), receiver__user=user)
        return self.filter(
            Q(team__in=teams)
            | Q(team=None)
            | Q(handler__user=user)
            | Q(first_responsible__user=user)
            | Q(models.Exists(offered))
        )


class EventQuerySet(models.QuerySet["TicketEvent"]):
    def visible_to(self, user: User) -> EventQuerySet:
        return self if sees_all(user) else self.filter(_ticket_visible_to(user))


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """Whoever may see one of his tickets may open the (masked) file."""
        from complaints.models import Ticket  # noqa: PLC0415

        if sees_all(user):
            return self
        tickets = Ticket.objects.visible_to(user).filter(customer=models.OuterRef("pk"))
        return self.filter(models.Exists(tickets))


class PolicyQuerySet(models.QuerySet["ServicePolicy"]):
    def in_force(self, at: datetime) -> ServicePolicy | None:
        return self.filter(in_force_from__lte=at).order_by("-in_force_from", "-number").first()


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> ClockQuerySet:
        return self.filter(outcome=ClockOutcome.RUNNING)

    def ticking(self) -> ClockQuerySet:
        return self.running().filter(paused_at=None)


class OwnershipQuerySet(models.QuerySet["OwnershipEntry"]):
    def pending(self) -> OwnershipQuerySet:
        return self.filter(state=HandOver.PENDING)

    def holding(self) -> OwnershipQuerySet:
        return self.filter(state=HandOver.HOLDING)

    def unanswered(self) -> OwnershipQuerySet:
        """Offered or assigned, and neither accepted nor refused yet."""
        return self.filter(state__in=[HandOver.PENDING, HandOver.HOLDING], accepted_at=None)

    def passed_on(self) -> OwnershipQuerySet:
        """Transfers that an agent asked for and another accepted."""
        return self.filter(kind=OwnershipKind.TRANSFER, accepted_at__isnull=False)


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> PromiseQuerySet:
        return self.filter(outcome=PromiseOutcome.OPEN)


class CallbackQuerySet(models.QuerySet["Callback"]):
    def due(self) -> CallbackQuerySet:
        return self.filter(state=CallbackState.DUE)

    def visible_to(self, user: User) -> CallbackQuerySet:
        """One's own calls, those of tickets one may see, and those about no ticket of one's team."""
        if sees_all(user):
            return self
        of_team = Q(ticket=None, agent__team__in=Team.objects.of(user).order_by().values("pk"))
        return self.filter(Q(agent__user=user) | of_team | Q(_ticket_visible_to(user)))


class SurveyQuerySet(models.QuerySet["SurveyInvitation"]):
    def unanswered(self) -> SurveyQuerySet:
        return self.filter(answer=None)

    def visible_to(self, user: User) -> SurveyQuerySet:
        return self if sees_all(user) else self.filter(_ticket_visible_to(user))
