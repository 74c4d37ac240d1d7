from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from complaints import customers, looks, states
from complaints.admin import contacts, customer_timeline, dialog
from complaints.admin.customer_forms import CustomerForm
from complaints.admin.hidden import HiddenRows
from complaints.admin.reveal_form import RevealForm
from complaints.choices import CustomerLevel
from complaints.models import Customer, Ticket
from complaints.search import customers_known_by
from portal.admin.house import ReadOnlyAdmin, person

NAME = "name"


@admin.register(Customer)
class CustomerAdmin(HiddenRows, ReadOnlyAdmin):
    """The customer file: found by whole numbers only, masked, with everything that was ever said."""

    list_display = ["name_column", "level_badge", "province", "phone", "open_matters", "last_matter"]
    list_filter = [("level", ChoicesDropdownFilter)]
    search_fields = ["pk"]
    search_help_text = _("Phone, e-mail, account or ticket number – whole")

    class Media:
        css = {"all": ["complaints/ticket.css"]}
        js = ["complaints/ticket_dialog.js"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("<path:object_id>/amend/", wrap(self.amend_view), name="complaints_customer_amend"),
            path(
                "<path:object_id>/reveal/<slug:what>/",
                wrap(self.reveal_view),
                name="complaints_customer_reveal",
            ),
        ]
        return own + super().get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        tickets = Ticket.objects.visible_to(person(request)).filter(customer=OuterRef("pk"))
        seen = tickets.order_by().values("customer")
        still_open = seen.filter(status__in=states.OPEN).annotate(count=Count("pk")).values("count")
        last = seen.annotate(last=Max("received_at")).values("last")
        return (
            super()
            .get_queryset(request)
            .prefetch_related("identities")
            .annotate(open_count=Coalesce(Subquery(still_open), 0), last_at=Subquery(last))
        )

    def find(self, request: HttpRequest, queryset: Any, text: str) -> tuple[QuerySet, bool]:
        if not text:
            return queryset, False
        known = customers_known_by(text, by=person(request), at=timezone.now())
        return queryset.filter(pk__in=known), False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        customer = self.row(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": str(customer),
            "opts": self.opts,
            "original": customer,
            "customer": customer,
            "level_tone": looks.LEVEL[CustomerLevel(customer.level)],
            "contacts": contacts.of(customer, in_clear=False),
            "agrees": customers.agrees_to_offers(customer),
            "may_amend": request.user.has_perm("complaints.change_customer"),
            "time_line": customer_timeline.read(customer, reader=person(request)),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "complaints/ticket/customer_file.html", context)

    def amend_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        customer = self.row(request, object_id)
        if not request.user.has_perm("complaints.change_customer"):
            raise PermissionDenied
        form = CustomerForm(customer, by=person(request), at=timezone.now(), data=request.POST or None)
        return dialog.answer(request, form, leads_to=_page_of(customer), about=str(customer))

    def reveal_view(self, request: HttpRequest, object_id: str, what: str) -> HttpResponse:
        """One value in clear, after a POST with a reason. It is shown once, and never part of a page."""
        customer = self.row(request, object_id)
        row = customer if what == NAME else get_object_or_404(customer.identities, pk=_number(what))
        field = NAME if what == NAME else "value"
        form = RevealForm(row, field, by=person(request), at=timezone.now(), data=request.POST or None)
        if form.is_bound and form.try_to_take():
            return render(request, "complaints/ticket/revealed.html", {"form": form, "about": customer})
        return dialog.answer(request, form, leads_to=_page_of(customer), about=str(customer))

    @display(description=_("name"), ordering="id")
    def name_column(self, customer: Customer) -> str:
        return str(customer)

    @display(description=_("level"))
    def level_badge(self, customer: Customer) -> SafeString | str:
        return looks.level_cell(CustomerLevel(customer.level))

    @display(description=_("phone"))
    def phone(self, customer: Customer) -> str:
        ways = contacts.of(customer, in_clear=False)
        return ", ".join(way.text for way in ways if way.is_phone) or "–"

    @display(description=_("open matters"))
    def open_matters(self, customer: Any) -> str:
        return str(customer.open_count or "–")

    @display(description=_("last matter"))
    def last_matter(self, customer: Any) -> SafeString | str:
        return looks.time_cell(customer.last_at)


def _page_of(customer: Customer) -> str:
    return reverse("admin:complaints_customer_change", args=[customer.pk])


def _number(what: str) -> int:
    if not (what.isascii() and what.isdigit()):
        raise Http404
    return int(what)
