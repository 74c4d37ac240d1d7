"""Finding a ticket by what people have in hand: a number exactly, a person exactly, words of the subject."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from complaints.lookups import customers_with
from complaints.models import Ticket
from complaints.querysets import TicketQuerySet, number_to_pk
from portal import searching
from portal.models import User

NEWEST_SEARCHED = 20_000
"""Words are looked for in this many of the newest tickets only: no index helps with the middle of a text."""
MATCHES = 200


def search(tickets: TicketQuerySet, text: str, *, by: User, at: datetime) -> TicketQuerySet:
    """What fits exactly if anything does, else the tickets whose subject contains the words.

    Raises: TooOften, for whoever tries phones and addresses out.
    """
    text = searching.short(text)
    if not text:
        return tickets
    exact = tickets.filter(pk__in=_exact(text, by=by, at=at))
    return exact if exact.order_by().exists() else tickets.filter(_words(text))


def _exact(text: str, *, by: User, at: datetime) -> set[int]:
    """The ticket's number, an order's, a channel's; if it is none of these, what a customer is known by.

    One look-up by index each: in one condition, a database would rather walk the table.
    """
    numbers = (Q(pk=number_to_pk(text) or 0), Q(order_no=text), Q(external_id=text))
    found = {pk for number in numbers for pk in _newest(number)}
    return found or set(_newest(Q(customer__in=customers_with(text, by=by, at=at))))


def _newest(wanted: Q) -> Iterable[int]:
    return Ticket.objects.filter(wanted).order_by("-id").values_list("pk", flat=True)[:MATCHES]


def customers_known_by(text: str, *, by: User, at: datetime) -> set[int]:
    """The customers whom a phone, e-mail address, account or ticket number names. Raises: TooOften."""
    named = Ticket.objects.numbered(text).values_list("customer", flat=True)
    return set(named) or set(customers_with(text, by=by, at=at))


def _words(text: str) -> Q:
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    wanted = Q(pk__gt=newest - NEWEST_SEARCHED)
    for word in text.split():
        wanted &= Q(subject__icontains=word)
    return wanted
