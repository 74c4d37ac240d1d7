"""Automatic assignment: a valid certificate, on duty and signed in, and the least in hand.

A customer's next contact goes to whoever answers for his open matter. When nobody is qualified and on
duty the matter is parked and the supervisors are told: it is never given to somebody absent.
"""

from datetime import datetime

from django.db.models import Count, ExpressionWrapper, F, FloatField, Max, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate

from complaints import classification, intake, ledger, notices, ownership
from complaints.choices import Act, Status
from complaints.models import OwnershipEntry, Ticket
from portal.errors import DomainError
from portal.models import User
from staffing.models import Agent
from staffing.querysets import AgentQuerySet


def dispatch_waiting(*, at: datetime, limit: int = 200) -> int:
    """Give out what waits in the queue, the soonest due first; answers how many found an agent."""
    waiting = Ticket.objects.unassigned().filter(handler=None).due_first()
    return sum(dispatch(ticket, at=at) is not None for ticket in waiting[:limit])


def dispatch(ticket: Ticket, *, at: datetime) -> Agent | None:
    """Give one waiting matter to the best agent, or park it. Nothing happens when it was taken meanwhile."""
    with ledger.held(ticket) as ticket:
        if ticket.status != Status.NEW or ticket.handler_id is not None:
            return None
        agent = _sticky(ticket, at=at) or _least_loaded(ticket, at=at)
        if agent is None:
            _park(ticket, at=at)
            return None
        ownership.assign(ticket, agent, by=None, at=at)
        return agent


def claim_next(*, by: User, at: datetime) -> Ticket | None:
    """The soonest due waiting matter that this agent is certified for; None when there is none.

    A matter that another takes in between is passed over.
    """
    for ticket in Ticket.objects.unassigned().visible_to(by).filter(handler=None).due_first()[:20]:
        try:
            return ownership.claim(ticket, by=by, at=at)
        except DomainError:
            continue
    return None


def qualified(ticket: Ticket, *, at: datetime) -> AgentQuerySet:
    """Agents certified for the matter's skill, on duty and signed in, with room for one more."""
    on = localdate(at)
    agents = Agent.objects.employed(on).on_duty(at)
    skill = classification.skill_needed(ticket)
    if skill is not None:
        agents = agents.certified(skill.pk, on)
    return with_load(agents).filter(in_hand__lt=F("max_open_tickets"))  # type: ignore[misc] # annotated


def with_load(agents: AgentQuerySet) -> AgentQuerySet:
    """Adds `in_hand` (open tickets handled), `load` (share of the agent's maximum) and `last_given_at`."""
    in_hand = (
        Ticket.objects.open()
        .filter(handler=OuterRef("pk"))
        .order_by()
        .values("handler")
        .annotate(count=Count("pk"))
        .values("count")
    )
    last = (
        OwnershipEntry.objects.filter(receiver=OuterRef("pk"))
        .order_by()
        .values("receiver")
        .annotate(last=Max("at"))
        .values("last")
    )
    return agents.annotate(
        in_hand=Coalesce(Subquery(in_hand), Value(0)),
        load=ExpressionWrapper(
            Cast(F("in_hand"), FloatField()) / F("max_open_tickets"), output_field=FloatField()
        ),
        last_given_at=Subquery(last),
    )


def _sticky(ticket: Ticket, *, at: datetime) -> Agent | None:
    owner = ticket.first_responsible or intake.owner_elsewhere(ticket)
    if owner is None:
        return None
    return qualified(ticket, at=at).filter(pk=owner.pk).exclude(pk__in=ownership.refusers(ticket)).first()


def _least_loaded(ticket: Ticket, *, at: datetime) -> Agent | None:
    """The least loaded; among equals the one who has waited longest. His row is locked meanwhile.

    Another dispatcher skips a locked agent, so that two at once do not heap on one.
    """
    ranked = (
        qualified(ticket, at=at)
        .exclude(pk__in=ownership.refusers(ticket))
        .order_by("load", F("last_given_at").asc(nulls_first=True), "pk")  # type: ignore[misc] # annotated
    )
    return ranked.select_for_update(of=("self",), skip_locked=True).first() or ranked.first()


def _park(ticket: Ticket, *, at: datetime) -> None:
    if ticket.parked_at is not None:
        return
    ticket.parked_at = at
    event = ledger.enter(ticket, Act.PARK, by=None, at=at)
    notices.parked(ticket, event)
