"""Finding a ticket by what people have in hand: a number exactly, a person exactly, words of the subject."""

from django.db.models import Q

from complaints.identities import written_email, written_phone
from complaints.models import CustomerIdentity, Ticket
from complaints.querysets import TicketQuerySet, number_to_pk
from portal import searching
from portal.errors import DomainError
from portal.privacy import digest

NEWEST_SEARCHED = 20_000
"""Words are looked for in this many of the newest tickets only: no index helps with the middle of a text."""
MATCHES = 200


def search(tickets: TicketQuerySet, text: str) -> TicketQuerySet:
    """What fits exactly if anything does, else the tickets whose subject contains the words."""
    text = searching.short(text)
    if not text:
        return tickets
    exact = tickets.filter(pk__in=_exact(text))
    return exact if exact.order_by().exists() else tickets.filter(_words(text))


def _exact(text: str) -> set[int]:
    """The ticket's number, an order's, a channel's; or what a customer is known by, through its digest.

    One look-up by index each: in one condition, a database would rather walk the table.
    """
    found = {number for number in (number_to_pk(text),) if number}
    for wanted in (
        Q(order_no=text),
        Q(external_id=text),
        Q(customer__in=_customers(text)),
    ):
        found.update(Ticket.objects.filter(wanted).order_by("-id").values_list("pk", flat=True)[:MATCHES])
    return found


def customers_known_by(text: str) -> set[int]:
    """The customers whom a phone, e-mail address, account or ticket number names exactly."""
    named = Ticket.objects.numbered(text).values_list("customer", flat=True)
    return {*_customers(text), *named}


def _customers(text: str) -> list[int]:
    known = CustomerIdentity.objects.filter(digest__in=[digest(value) for value in _identities(text)])
    return list(known.values_list("customer", flat=True)[:MATCHES])


def _identities(text: str) -> list[str]:
    """The text as it would be kept if it were an account, a phone or an e-mail address."""
    forms = [text]
    for written in (written_phone, written_email):
        try:
            forms.append(written(text))
        except DomainError:
            continue
    return forms


def _words(text: str) -> Q:
    newest = Ticket.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    wanted = Q(pk__gt=newest - NEWEST_SEARCHED)
    for word in text.split():
        wanted &= Q(subject__icontains=word)
    return wanted
