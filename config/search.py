"""The search of the whole portal (Ctrl K): a ticket's, an order's or a channel's number, a phone, words."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from unfold.dataclasses import SearchResult

from complaints.models import Ticket
from complaints.search import search
from portal.admin.house import person
from portal.errors import TooOften

SHOWN = 10


def find(request: HttpRequest, _lowered: str) -> list[SearchResult]:
    """Tickets that this person may see. The request has what was typed; order numbers have capitals."""
    if not request.user.has_perm("complaints.view_ticket"):
        return []
    tickets = Ticket.objects.visible_to(person(request)).select_related("customer")
    try:
        found = search(tickets, request.GET.get("s", ""), by=person(request), at=timezone.now())
    except TooOften as refusal:
        return [SearchResult(title=str(refusal), description="", link="", icon="block")]
    return [
        SearchResult(
            title=str(ticket),
            description=f"{ticket.get_status_display()} · {ticket.customer}",
            link=reverse("admin:complaints_ticket_change", args=[ticket.pk]),
            icon="confirmation_number",
        )
        for ticket in found.order_by("-pk")[:SHOWN]
    ]
