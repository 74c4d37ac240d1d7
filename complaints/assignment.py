"""Automatic assignment: a valid certificate, on duty and signed in, and the least in hand.

A customer's next contact goes to whoever answers for his open matter. When nobody is qualified and on
duty the matter is parked and the supervisors are told: it is never given to somebody absent.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db.models import (
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.timezone import localdate

from complaints import classification, intake, ledger, notices, ownership, qualification, rights
from complaints.choices import Act, Status
from complaints.models import OwnershipEntry, Ticket
from complaints.querysets import TicketQuerySet
from portal import sweeping
from portal.errors import DomainError
from portal.models import User
from staffing.models import Agent
from staffing.querysets import AgentQuerySet


def dispatch_waiting(*, at: datetime, limit: int = 200) -> int:
    """Give out what waits in the queue, the soonest due first; answers how many found an agent.

    What is parked is tried again when somebody could take it now, so that it holds up nothing behind it.
    """
    waiting = Ticket.objects.unassigned().filter(handler=None)
    ready = waiting.filter(Q(parked_at=None) | _has_taker(at=at)).due_first()
    return sweeping.each(ready[:limit], partial(dispatch, at=at))


def _has_taker(*, at: datetime) -> Q:
    """Matters that an agent who is free now could take: certified for them, and none of their refusers."""
    categories: dict[int | None, list[int | None]] = defaultdict(list)
    for category, skill in classification.skills_by_category().items():
        categories[skill].append(category)
    takers = Q(pk__in=())
    for skill, needing in categories.items():
        if able := list(_free(skill, at=at).values_list("pk", flat=True)):
            refused = qualification.given_back(at).filter(
                ticket=OuterRef(OuterRef("pk")), receiver=OuterRef("pk")
            )
            willing = Agent.objects.filter(pk__in=able).exclude(Exists(refused))
            takers |= _within(needing) & Q(Exists(willing))
    return takers


def _within(categories: Collection[int | None]) -> Q:
    """Matters of these categories; None stands for those without one."""
    named = Q(category__in=[category for category in categories if category is not None])
    return named | Q(category=None) if None in categories else named


def dispatch(ticket: Ticket, *, at: datetime) -> Agent | None:
    """Give one waiting matter to the best agent, or park it. Nothing happens when it was taken meanwhile."""
    with ledger.held(ticket) as ticket:
        if ticket.status != Status.NEW or ticket.handler_id is not None:
            return None
        agent = _sticky(ticket, at=at) or _least_loaded(ticket, at=at)
        if agent is None:
            _park(ticket, at=at)
            return None
        ownership.give(ticket, agent, by=None, at=at)
        return agent


def claim_next(*, by: User, at: datetime) -> Ticket | None:
    """The soonest due waiting matter that this agent is certified for; None when there is none.

    A matter that another takes in between is passed over.
    """
    agent = rights.agent_of(by)
    if agent is None:
        return None
    for ticket in claimable(agent, at=at).due_first()[:20]:
        try:
            return ownership.claim(ticket, by=by, at=at)
        except DomainError:
            continue
    return None


def claimable(agent: Agent, *, at: datetime) -> TicketQuerySet:
    """The waiting matters in sight for which the agent is certified."""
    certified = set(agent.certificates.valid(localdate(at)).values_list("skill", flat=True))
    skills = classification.skills_by_category()
    able = _within([category for category, skill in skills.items() if skill is None or skill in certified])
    return Ticket.objects.unassigned().visible_to(agent.user).filter(able, handler=None)


def qualified(ticket: Ticket, *, at: datetime) -> AgentQuerySet:
    """Agents certified for the matter's skill, on duty and signed in, with room for one more."""
    skill = classification.skill_needed(ticket)
    return _free(None if skill is None else skill.pk, at=at)


def _free(skill: int | None, *, at: datetime) -> AgentQuerySet:
    on = localdate(at)
    agents = Agent.objects.employed(on).on_duty(at)
    if skill is not None:
        agents = agents.certified(skill, on)
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
    # The newest row of the ledger is found from its end; the latest `at` would be sought among all of them.
    last = OwnershipEntry.objects.filter(receiver=OuterRef("pk")).order_by("-id").values("at")[:1]
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
    willing = qualified(ticket, at=at).exclude(pk__in=qualification.refusers(ticket, at=at))
    return willing.filter(pk=owner.pk).first()


def _least_loaded(ticket: Ticket, *, at: datetime) -> Agent | None:
    """The least loaded; among equals the one who has waited longest. His row is locked meanwhile.

    Another dispatcher skips a locked agent, so that two at once do not heap on one.
    """
    ranked = (
        qualified(ticket, at=at)
        .exclude(pk__in=qualification.refusers(ticket, at=at))
        .order_by("load", F("last_given_at").asc(nulls_first=True), "pk")  # type: ignore[misc] # annotated
    )
    return ranked.select_for_update(of=("self",), skip_locked=True).first() or ranked.first()


def _park(ticket: Ticket, *, at: datetime) -> None:
    if ticket.parked_at is not None:
        return
    ticket.parked_at = at
    event = ledger.enter(ticket, Act.PARK, by=None, at=at)
    notices.parked(ticket, event)
