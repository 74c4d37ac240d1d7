from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesCheckboxFilter,
    ChoicesDropdownFilter,
)
from unfold.decorators import display

from complaints import looks
from complaints.admin.intake import TicketIntake
from complaints.admin.leave_cover import LeaveCover
from complaints.admin.tabbed import PARAMETER
from complaints.admin.ticket_acts import TicketActs
from complaints.admin.ticket_bulk import BulkActs
from complaints.admin.ticket_filters import CategoryFilter
from complaints.admin.ticket_help import TicketHelp
from complaints.admin.ticket_queues import TicketChangeList
from complaints.choices import CustomerLevel, Severity, Status
from complaints.models import Ticket
from complaints.resources import TicketResource
from complaints.search import search
from portal.admin.house import person
from portal.admin.lists import DayRangeFilter, HouseChangeList
from portal.admin.tables import TableAdmin
from staffing.admin.filters import ScopedRelationFilter


@admin.register(Ticket)
class TicketAdmin(TicketActs, TicketHelp, TicketIntake, BulkActs, LeaveCover, TableAdmin):
    """All matters of all channels in one list; a row opens the page on which it is worked."""

    has_own_ledger = True
    resource_classes = [TicketResource]
    import_kind = "complaints.ticket"

    list_display = [
        "number_column",
        "subject_line",
        "due",
        "status_badge",
        "severity_badge",
        "customer_column",
        "handler_column",
        "answers_for",
        "received",
    ]
    list_display_links = ["number_column", "subject_line"]
    list_filter = [
        ("status", ChoicesCheckboxFilter),
        ("kind", ChoicesDropdownFilter),
        ("channel", ChoicesDropdownFilter),
        ("severity", ChoicesDropdownFilter),
        CategoryFilter,
        ("team", ScopedRelationFilter),
        ("handler", AutocompleteSelectFilter),
        ("received_at", DayRangeFilter),
    ]
    look_ups = (PARAMETER,)
    search_fields = ["subject"]
    search_help_text = _("Number, order, phone, e-mail – whole; or words of the subject")
    list_per_page = 100
    list_disable_select_all = True
    list_before_template = "complaints/ticket/queues.html"
    list_after_template = "complaints/ticket/dialog_frame.html"

    class Media:
        css = {"all": ["complaints/ticket.css"]}
        js = ["complaints/ticket_dialog.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "customer",
                "category__parent__parent",
                "team",
                "handler__user",
                "first_responsible__user",
            )
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[HouseChangeList]:
        return TicketChangeList

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        return search(queryset, text, by=person(request), at=timezone.now()), False

    @display(description=_("number"))
    def number_column(self, ticket: Ticket) -> SafeString:
        return looks.two_lines(ticket.number, ticket.get_kind_display())

    @display(description=_("subject"))
    def subject_line(self, ticket: Ticket) -> SafeString:
        about = " · ".join(filter(None, [ticket.order_no, ticket.product]))
        return looks.two_lines(ticket.subject, about or ticket.get_channel_display())

    @display(description=_("severity"))
    def severity_badge(self, ticket: Ticket) -> SafeString | str:
        return looks.severity_cell(Severity(ticket.severity))

    @display(description=_("status"))
    def status_badge(self, ticket: Ticket) -> SafeString:
        status = Status(ticket.status)
        return looks.badge(status.label, looks.STATUS[status])

    @display(description=_("customer"))
    def customer_column(self, ticket: Ticket) -> SafeString | str:
        level = CustomerLevel(ticket.customer.level)
        if level == CustomerLevel.ORDINARY:
            return str(ticket.customer)
        return looks.beside(ticket.customer, looks.badge(level.label, looks.LEVEL[level]))

    @display(description=_("handler"))
    def handler_column(self, ticket: Ticket) -> SafeString | str:
        if ticket.handler is None:
            return str(ticket.team or "–")
        return looks.two_lines(ticket.handler, ticket.team)

    @display(description=_("first-responsible agent"))
    def answers_for(self, ticket: Ticket) -> SafeString | str:
        agent = ticket.first_responsible
        if agent is None:
            return "–"
        is_gone = agent.left_on is not None and agent.left_on < timezone.localdate()
        return looks.two_lines(agent, _("has left")) if is_gone else str(agent)

    @display(description=_("next due"))
    def due(self, ticket: Ticket) -> SafeString | str:
        """When something is owed; of what is resolved, since when it waits for its end."""
        at = timezone.now()
        if ticket.status == Status.RESOLVED and ticket.resolved_at:
            return looks.ago_cell(ticket.resolved_at, at=at)
        return looks.due_cell(ticket.next_due_at, at=at)

    @display(description=_("received"), ordering="id")
    def received(self, ticket: Ticket) -> SafeString | str:
        return looks.time_cell(ticket.received_at)
