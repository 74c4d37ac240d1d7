"""By what lists may be narrowed down: these and nothing else."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, FilterSet

from complaints import categories, states
from complaints.choices import (
    CallbackPurpose,
    CallbackState,
    Channel,
    Direction,
    Kind,
    Severity,
    Status,
)
from complaints.models import Callback, Category, Ticket
from complaints.querysets import TicketQuerySet
from complaints.search import search
from portal.api.filters import InstantFilter

YES_OR_NO = [("true", _("yes")), ("false", _("no"))]


class TicketFilter(FilterSet):
    status = ChoiceFilter(choices=Status.choices)
    kind = ChoiceFilter(choices=Kind.choices)
    channel = ChoiceFilter(choices=Channel.choices)
    severity = ChoiceFilter(choices=Severity.choices)
    category = CharFilter(method="in_category", help_text=_("Code; with all categories below it."))
    owner = CharFilter("first_responsible__staff_no", help_text=_("Staff number."))
    handler = CharFilter("handler__staff_no", help_text=_("Staff number."))
    team = CharFilter("team__name", help_text=_("Name."))
    overdue = ChoiceFilter(choices=YES_OR_NO, method="is_overdue")
    created_after = InstantFilter("received_at", "gte")
    created_before = InstantFilter("received_at", "lt")
    q = CharFilter(
        method="found",
        help_text=_(
            "A number of a ticket, an order or a channel, a whole phone number, or part of a subject."
        ),
    )

    class Meta:
        model = Ticket
        fields: list[str] = []

    def in_category(self, tickets: TicketQuerySet, _name: str, code: str) -> Any:
        category = Category.objects.filter(code=code).first()
        return tickets.filter(category__in=categories.with_all_below(category.pk) if category else [])

    def is_overdue(self, tickets: TicketQuerySet, _name: str, choice: str) -> Any:
        now = timezone.now()
        if choice == "true":
            return tickets.overdue(now)
        return tickets.exclude(status__in=states.OPEN, next_due_at__lte=now)

    def found(self, tickets: TicketQuerySet, _name: str, text: str) -> Any:
        return search(tickets, text, by=self.request.user, at=timezone.now())


class MessageFilter(FilterSet):
    direction = ChoiceFilter(choices=Direction.choices)


class CallbackFilter(FilterSet):
    due = ChoiceFilter(choices=[("today", _("today"))], method="is_due", help_text=_("Today's call list."))
    state = ChoiceFilter(choices=CallbackState.choices)
    purpose = ChoiceFilter(choices=CallbackPurpose.choices)
    agent = CharFilter("agent__staff_no", help_text=_("Staff number."))

    class Meta:
        model = Callback
        fields: list[str] = []

    def is_due(self, calls: Any, _name: str, _today: str) -> Any:
        """What is to be called before midnight, and what should have been before today."""
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return calls.due().filter(next_attempt_at__lt=midnight + timedelta(days=1))
