"""A customer in short, as one reader may see him: on the page of a ticket, and while a call is taken in."""

from collections.abc import Sequence
from dataclasses import dataclass

from complaints import looks
from complaints.admin import contacts
from complaints.choices import CustomerLevel
from complaints.models import Customer, Ticket
from portal.errors import Text
from portal.models import User

MATTERS_READ = 100
MATTERS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class CustomerCard:
    """`matters` are those the reader may open; `elsewhere` counts the others among the latest hundred."""

    customer: Customer
    name: str
    level: Text
    level_tone: str
    contacts: Sequence[contacts.Contact]
    is_clear: bool
    matters: Sequence[Ticket]
    elsewhere: int


def card(
    customer: Customer, *, reader: User, in_clear: bool = False, besides: Ticket | None = None
) -> CustomerCard:
    """Two queries, and one for the identities where they were not loaded with the customer."""
    latest = customer.tickets.order_by("-id")
    if besides is not None:
        latest = latest.exclude(pk=besides.pk)
    numbers = list(latest.values_list("pk", flat=True)[:MATTERS_READ])
    matters = list(Ticket.objects.visible_to(reader).filter(pk__in=numbers).order_by("-id"))
    level = CustomerLevel(customer.level)
    return CustomerCard(
        customer=customer,
        name=contacts.name_of(customer, in_clear=in_clear),
        level=level.label,
        level_tone=looks.LEVEL[level],
        contacts=contacts.of(customer, in_clear=in_clear),
        is_clear=in_clear,
        matters=matters[:MATTERS_SHOWN],
        elsewhere=len(numbers) - len(matters),
    )
