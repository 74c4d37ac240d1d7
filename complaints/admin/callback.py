from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter
from unfold.decorators import display

from complaints import looks
from complaints.admin import contacts, dialog
from complaints.admin.callback_form import AttemptForm
from complaints.admin.hidden import HiddenRows
from complaints.admin.tabbed import PARAMETER, Queue, TabbedChangeList
from complaints.choices import CallbackState
from complaints.models import Callback, CallbackAttempt
from complaints.querysets import CallbackQuerySet
from complaints.search import customers_known_by
from portal.admin.house import ReadOnlyAdmin, person
from portal.admin.lists import DayRangeFilter, HouseChangeList
from portal.models import User
from staffing.models import Agent

NEXT_FIRST = ("next_attempt_at", "id")


def _end_of_day(at: datetime) -> datetime:
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time.min))


def _mine(calls: CallbackQuerySet, agent: Agent | None, at: datetime) -> CallbackQuerySet:
    return calls.due().filter(agent=agent, next_attempt_at__lt=_end_of_day(at))


def _today(calls: CallbackQuerySet, _agent: Agent | None, at: datetime) -> CallbackQuerySet:
    return calls.due().filter(next_attempt_at__lt=_end_of_day(at))


def _overdue(calls: CallbackQuerySet, _agent: Agent | None, at: datetime) -> CallbackQuerySet:
    return calls.due().filter(due_at__lte=at)


def _later(calls: CallbackQuerySet, _agent: Agent | None, at: datetime) -> CallbackQuerySet:
    return calls.due().filter(next_attempt_at__gte=_end_of_day(at))


def _all(calls: CallbackQuerySet, _agent: Agent | None, _at: datetime) -> CallbackQuerySet:
    return calls


MINE = Queue("mine", _("My calls today"), _mine, NEXT_FIRST, needs_agent=True)
TODAY = Queue("today", _("All calls today"), _today, NEXT_FIRST)
ALL = Queue("all", _("All"), _all, ("-id",), is_counted=False)


class CallbackChangeList(TabbedChangeList):
    everywhere = ALL
    queues = {
        queue.code: queue
        for queue in (
            MINE,
            TODAY,
            Queue("overdue", _("Overdue"), _overdue, NEXT_FIRST, is_alarming=True),
            Queue("later", _("Later"), _later, NEXT_FIRST),
            ALL,
        )
    }

    def first_queue(self) -> Queue:
        return MINE if self.agent else TODAY


@admin.register(Callback)
class CallbackAdmin(HiddenRows, ReadOnlyAdmin):
    """The call list: whom to call today, and one dialog to write a call down."""

    list_display = [
        "when",
        "log",
        "customer_column",
        "phone",
        "purpose_column",
        "what_about",
        "attempts_made",
        "agent",
        "state_badge",
    ]
    list_display_links = None
    list_filter = [
        ("state", ChoicesDropdownFilter),
        ("purpose", ChoicesDropdownFilter),
        ("agent", AutocompleteSelectFilter),
        ("due_at", DayRangeFilter),
    ]
    look_ups = (PARAMETER,)
    search_fields = ["pk"]
    search_help_text = _("Phone, e-mail, account or ticket number – whole")
    list_before_template = "complaints/ticket/queues.html"
    list_after_template = "complaints/ticket/dialog_frame.html"
    exclude = ["overdue_told_at", "cycle"]

    class Media:
        css = {"all": ["complaints/ticket.css"]}
        js = ["complaints/ticket_dialog.js"]

    def get_urls(self) -> list[URLPattern]:
        attempt = path(
            "<path:object_id>/attempt/",
            self.admin_site.admin_view(self.attempt_view),
            name="complaints_callback_attempt",
        )
        return [attempt, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        user = person(request)
        counted = CallbackAttempt.objects.filter(callback=OuterRef("pk")).order_by().values("callback")
        return (
            super()
            .get_queryset(request)
            .select_related("customer", "ticket", "agent__user")
            .prefetch_related("customer__identities")
            .annotate(
                made=Coalesce(Subquery(counted.annotate(count=Count("pk")).values("count")), 0),
                is_own=ExpressionWrapper(Q(agent__user=user), BooleanField()),
                is_loggable=ExpressionWrapper(
                    Q(state=CallbackState.DUE) & Value(may_log(user)), BooleanField()
                ),
            )
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[HouseChangeList]:
        return CallbackChangeList

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        if not text:
            return queryset, False
        known = customers_known_by(text, by=person(request), at=timezone.now())
        return queryset.filter(customer__in=known), False

    def attempt_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        callback = self.row(request, object_id)
        if not may_log(person(request)):
            raise PermissionDenied
        form = AttemptForm(
            callback,
            by=person(request),
            at=timezone.now(),
            data=request.POST or None,
            initial={"result": request.GET.get("result")},  # The desk has a button for each.
        )
        name = contacts.name_of(callback.customer, in_clear=callback.is_own)
        return dialog.answer(
            request,
            form,
            leads_to=reverse("admin:complaints_callback_changelist"),
            about=f"{callback.get_purpose_display()} · {name}",
            context={"contacts": contacts.of(callback.customer, in_clear=callback.is_own)},
        )

    @display(description=_("due at"), ordering="next_attempt_at")
    def when(self, callback: Callback) -> SafeString | str:
        if callback.state != CallbackState.DUE:
            return looks.time_cell(callback.done_at)
        return looks.due_cell(callback.due_at, at=timezone.now())

    @display(description=_("customer"))
    def customer_column(self, callback: Any) -> SafeString:
        name = contacts.name_of(callback.customer, in_clear=callback.is_own)
        return looks.link(reverse("admin:complaints_customer_change", args=[callback.customer_id]), name)

    @display(description=_("phone"))
    def phone(self, callback: Any) -> SafeString | str:
        ways = contacts.of(callback.customer, in_clear=callback.is_own)
        phones = [way for way in ways if way.is_phone]
        shown = [looks.link(f"tel:{way.dial}", way.text) if way.dial else way.text for way in phones]
        return format_html_join(", ", "{}", ((text,) for text in shown)) or "–"

    @display(description=_("purpose"))
    def purpose_column(self, callback: Callback) -> SafeString:
        return looks.nowrap(callback.get_purpose_display())

    @display(description=_("what about"))
    def what_about(self, callback: Callback) -> SafeString | str:
        ticket = callback.ticket
        if ticket is None:
            return callback.note or "–"
        url = reverse("admin:complaints_ticket_change", args=[ticket.pk])
        return looks.two_lines(callback.note or ticket.subject, looks.link(url, ticket.number))

    @display(description=_("attempts"))
    def attempts_made(self, callback: Any) -> int:
        return callback.made

    @display(description=_("state"))
    def state_badge(self, callback: Callback) -> SafeString:
        state = CallbackState(callback.state)
        return looks.badge(state.label, looks.CALLBACK[state])

    @display(description=_("call"))
    def log(self, callback: Any) -> SafeString | str:
        if not callback.is_loggable:
            return ""
        url = reverse("admin:complaints_callback_attempt", args=[callback.pk])
        return looks.dialog_button(url, AttemptForm.title)


def may_log(user: User) -> bool:
    return user.has_perm("complaints.change_callback")
