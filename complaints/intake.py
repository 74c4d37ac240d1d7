"""How matters come in: from a form, the API or a file, one or five hundred at a time, each once.

The channel's own number makes it idempotent: told the same again, nothing changes; told more, the
ticket learns it. What the department has decided about a ticket is never overwritten by a channel.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from complaints import (
    classification,
    customers,
    deadlines,
    ledger,
    notices,
    ownership,
    policy,
    qualification,
    rights,
)
from complaints.choices import Act, Channel, ClockKind, Kind, Severity, Status
from complaints.identities import CustomerFacts
from complaints.models import Category, Clock, Ticket, TicketEvent
from portal.errors import MissingInformation, NotAllowed, Text
from portal.instants import EARLIEST
from portal.models import User
from staffing.models import Agent

Key = tuple[str, str | None]
"""Channel and the channel's own number."""

TRIES = 3
TOLD_BY_CHANNEL = (
    "shop",
    "subject",
    "description",
    "order_no",
    "product",
    "carrier",
    "remedy_sought",
    "occurred_at",
)
"""What a later word from the channel may correct. All else belongs to the department."""
FREE_TEXT = ("subject", "description")
UNTOLD = "…"
"""The ledger, which nobody can change, keeps no words of a customer: they may have to be erased."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A matter as it was told, before it is a ticket."""

    channel: str
    kind: str
    subject: str
    occurred_at: datetime
    customer: CustomerFacts = field(default_factory=CustomerFacts)
    external_id: str = ""
    description: str = ""
    severity: str = Severity.NORMAL
    category: Category | None = None
    order_no: str = ""
    product: str = ""
    carrier: str = ""
    shop: str = ""
    remedy_sought: str = ""
    settled: str = ""
    """How the channel itself settled it: such a matter arrives closed, and owes nothing."""

    def digest(self) -> str:
        told = {name: str(getattr(self, name)) for name in TOLD_BY_CHANNEL}
        told["occurred_at"] = str(self.occurred_at.timestamp())  # The same instant in whatever zone.
        told |= {"settled": self.settled, "customer": asdict(self.customer)}  # type: ignore[dict-item]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class Result(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Received:
    ticket: Ticket
    result: Result


def receive(draft: Draft, *, by: User | None, at: datetime) -> Received:
    """Take one matter in. A channel may tell more of any of its matters, a person only of those in sight.

    Raises: MissingInformation, naming every field that is wrong; NotAllowed.
    """
    check(draft, at=at)
    return receive_many([draft], by=by, at=at)[0]


def take_call(draft: Draft, *, by: User, at: datetime) -> Ticket:
    """Take a matter in from a customer who is on the line or at the counter: answered at once, and mine.

    What the agent holds no certificate for is taken in all the same, and waits for somebody who does.
    """
    with transaction.atomic():
        ticket = receive(draft, by=by, at=at).ticket
        agent = rights.agent_of(by)
        if agent is None or qualification.is_certified(ticket, agent, at=at):
            ticket = ownership.claim(ticket, by=by, at=at)
        deadlines.stop(ticket, [ClockKind.FIRST_RESPONSE], at=at)
        ticket.next_due_at = ledger.next_due(ticket)
        ticket.save(update_fields=["next_due_at"])
        return ticket


def receive_many(drafts: Sequence[Draft], *, by: User | None, at: datetime) -> list[Received]:
    """Take checked drafts in, in one transaction with constant queries; the results in the same order.

    When another intake brings the same matter or customer at the same time, the batch is tried again
    and finds it. Raises: NotAllowed, when one of them is known and out of sight, see `out_of_sight`.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                return _receive(drafts, by=by, at=at)
        except IntegrityError:
            if attempt == TRIES - 1:
                raise
    raise AssertionError("unreachable")


def out_of_sight(drafts: Sequence[Draft], *, by: User | None) -> set[Key]:
    """The keys of those that are known as tickets which this person may not see: he tells nothing of them."""
    if by is None:
        return set()
    known = _known(drafts)
    told = Ticket.objects.filter(pk__in=[ticket.pk for ticket in known.values()])
    seen = set(told.visible_to(by).values_list("pk", flat=True))
    return {key for key, ticket in known.items() if ticket.pk not in seen}


def foresee(drafts: Sequence[Draft]) -> list[Result]:
    """What `receive_many` would make of each draft; writes nothing."""
    told = {key: ticket.content_digest for key, ticket in _known(drafts).items()}
    results = []
    for draft in drafts:
        key, digest = key_of(draft), draft.digest()
        if key is None or key not in told:
            results.append(Result.CREATED)
        else:
            results.append(Result.UNCHANGED if told[key] == digest else Result.UPDATED)
        if key is not None:
            told[key] = digest
    return results


def check(draft: Draft, *, at: datetime) -> None:
    """Raises: MissingInformation, naming every field that is wrong, with the remedy."""
    wrong: dict[str, Text] = {}
    if draft.channel not in Channel:
        wrong["channel"] = _("Unknown channel.")
    if draft.kind not in Kind:
        wrong["kind"] = _("Unknown kind of matter.")
    if draft.severity not in Severity:
        wrong["severity"] = _("Unknown severity.")
    if not draft.subject.strip():
        wrong["subject"] = _("Say in a few words what the matter is.")
    if draft.occurred_at > at + policy.CLOCKS_DIFFER_BY:
        wrong["occurred_at"] = _("This time lies in the future.")
    elif draft.occurred_at < EARLIEST:
        wrong["occurred_at"] = _("This lies too far back.")
    for name in ("subject", "external_id", "order_no", "product", "carrier", "shop", "remedy_sought"):
        longest = Ticket._meta.get_field(name).max_length or 0  # type: ignore[union-attr]
        if len(getattr(draft, name)) > longest:
            wrong[name] = _("At most %(count)s characters.") % {"count": longest}
    wrong |= customers.wrong_in(draft.customer, channel=draft.channel)
    if wrong:
        raise MissingInformation(_("Some details are missing or wrong."), fields=wrong)
    classification.require_fit(draft.category, draft.kind)


def _receive(drafts: Sequence[Draft], *, by: User | None, at: datetime) -> list[Received]:
    if by is not None:
        rights.require_worker(by)
        if out_of_sight(drafts, by=by):
            raise NotAllowed(_("This ticket belongs to another team."))
    known = _known(drafts)
    fresh: dict[object, Draft] = {}
    for index, draft in enumerate(drafts):
        key = key_of(draft)
        if key is None or key not in known:
            fresh.setdefault(key or index, draft)
    _let_customers_learn(drafts, known)
    created = dict(zip(map(id, fresh.values()), _create(list(fresh.values()), by=by, at=at), strict=True))
    known |= {(t.channel, t.external_id): t for t in created.values() if t.external_id}
    received = []
    for draft in drafts:
        if id(draft) in created:
            received.append(Received(created[id(draft)], Result.CREATED))
            continue
        told = _tell_again(known[draft.channel, draft.external_id], draft, by=by, at=at)
        known[draft.channel, draft.external_id] = told.ticket
        received.append(told)
    return received


def _let_customers_learn(drafts: Sequence[Draft], known: Mapping[Key, Ticket]) -> None:
    more = [
        (ticket.customer, draft)
        for draft in drafts
        if (ticket := known.get((draft.channel, draft.external_id or None)))
        and ticket.content_digest != draft.digest()
    ]
    if more:
        customers.tell_more(
            [customer for customer, _draft in more],
            [(draft.customer, draft.channel) for _customer, draft in more],
        )


def key_of(draft: Draft) -> Key | None:
    return (draft.channel, draft.external_id) if draft.external_id else None


def _known(drafts: Sequence[Draft]) -> dict[Key, Ticket]:
    known = {}
    for channel in {draft.channel for draft in drafts}:
        numbers = [d.external_id for d in drafts if d.channel == channel and d.external_id]
        told = Ticket.objects.filter(channel=channel, external_id__in=numbers)
        for ticket in told.select_related("customer"):
            known[ticket.channel, ticket.external_id] = ticket
    return known


def _create(drafts: Sequence[Draft], *, by: User | None, at: datetime) -> list[Ticket]:
    people = customers.find_or_open([(draft.customer, draft.channel) for draft in drafts], at=at)
    tickets = [ticket_from(draft, found, at=at) for draft, found in zip(drafts, people, strict=True)]
    events = [
        ticket.move(
            Act.RECEIVE,
            by=by,
            at=at,
            to=Status.CLOSED if draft.settled else None,
            reason=draft.settled,
        )
        for draft, ticket in zip(drafts, tickets, strict=True)
    ]
    clocks = _clocks(tickets, at=at)
    Ticket.objects.bulk_create(tickets)
    TicketEvent.objects.bulk_create(events)
    Clock.objects.bulk_create(clocks)
    return tickets


def ticket_from(draft: Draft, found: customers.Found, *, at: datetime) -> Ticket:
    """The unsaved ticket of a draft, before its first act."""
    return Ticket(
        channel=draft.channel,
        external_id=draft.external_id or None,
        kind=draft.kind,
        category=draft.category,
        severity=draft.severity,
        customer=found.customer,
        contact_phone=found.phone,
        contact_email=found.email,
        received_at=at,
        content_digest=draft.digest(),
        outcome=draft.settled,
        closed_at=at if draft.settled else None,
        **{name: getattr(draft, name) for name in TOLD_BY_CHANNEL},
    )


def _clocks(tickets: Sequence[Ticket], *, at: datetime) -> list[Clock]:
    promises = deadlines.Promises.at(at)
    clocks = []
    for ticket in tickets:
        if ticket.status != Status.NEW:
            continue
        own = deadlines.arrival_clocks(ticket, promises)
        ticket.next_due_at = min((clock.due_at for clock in own if clock.due_at), default=None)
        clocks += own
    return clocks


def _tell_again(ticket: Ticket, draft: Draft, *, by: User | None, at: datetime) -> Received:
    if ticket.content_digest == draft.digest():
        return Received(ticket, Result.UNCHANGED)
    with ledger.held(ticket) as ticket:
        if ticket.content_digest == draft.digest():  # Another has just told it.
            return Received(ticket, Result.UNCHANGED)
        changes = {}
        for name in TOLD_BY_CHANNEL:
            old, new = getattr(ticket, name), getattr(draft, name)
            if old != new:
                setattr(ticket, name, new)
                changes[name] = [UNTOLD, UNTOLD] if name in FREE_TEXT else [str(old), str(new)]
        ticket.content_digest = draft.digest()
        event = ledger.enter(ticket, Act.UPDATE, by=by, at=at, reason=draft.settled, data=changes)
        if changes:
            notices.told_more(ticket, event)
        return Received(ticket, Result.UPDATED)


def owner_elsewhere(ticket: Ticket) -> Agent | None:
    """The agent who answers for the customer's latest other open matter: his next contact goes there.

    Of one that nobody has taken yet, the agent to whom it was assigned.
    """
    other = (
        Ticket.objects.open()
        .filter(customer_id=ticket.customer_id)
        .exclude(pk=ticket.pk)
        .exclude(first_responsible=None, handler=None)
        .select_related("first_responsible__user", "handler__user")
        .order_by("-id")
        .first()
    )
    return (other.first_responsible or other.handler) if other else None
