"""Taking a matter in by hand: the form that adds a ticket, and the look for who is calling."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from complaints import intake
from complaints.admin.customer_card import card
from complaints.admin.fields import MOMENT, CategoryField, MomentInput
from complaints.choices import Channel, Kind
from complaints.identities import CustomerFacts, written_phone
from complaints.lookups import customers_with
from complaints.models import Customer, Ticket
from complaints.provinces import PROVINCES
from portal.admin.house import HouseAdmin, person
from portal.admin.instants import InstantField
from portal.errors import MissingInformation, TooOften

TOLD = (
    "channel",
    "kind",
    "category",
    "severity",
    "subject",
    "description",
    "order_no",
    "product",
    "shop",
    "carrier",
    "remedy_sought",
    "external_id",
    "occurred_at",
)
CALLER = ("phone", "name", "email", "province")
LOOKUP = format_html('<span id="{0}" class="{0}" aria-live="polite"></span>', "intake-lookup")


class IntakeForm(forms.ModelForm):
    """A matter as somebody tells it. Whether the channel's number is known is the step's to find out."""

    is_on_line = forms.BooleanField(
        label=_("On the line"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("The customer is on the phone or at the counter: answered at once, and yours."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget(
            attrs={
                "type": "tel",
                "autocomplete": "off",
                "autofocus": True,
                "hx-post": reverse_lazy("admin:complaints_ticket_lookup"),
                "hx-params": "phone,csrfmiddlewaretoken",
                "hx-trigger": "input changed delay:350ms, change",
                "hx-target": "#intake-lookup",
            }
        ),
        help_text=LOOKUP,
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=80, widget=UnfoldAdminTextInputWidget)
    email = forms.CharField(
        label=_("E-mail"), required=False, max_length=120, widget=UnfoldAdminTextInputWidget
    )
    province = forms.ChoiceField(
        label=_("Province"),
        required=False,
        choices=[("", "–"), *((name, name) for name in PROVINCES)],
        widget=UnfoldAdminSelectWidget,
    )
    category = CategoryField(label=_("Category"), required=False)
    occurred_at = InstantField(label=_("Occurred at"), widget=MomentInput(lies_ahead=False))

    class Meta:
        model = Ticket
        fields = list(TOLD)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = timezone.localtime().strftime(MOMENT)
        begin = {"channel": Channel.HOTLINE, "kind": Kind.INQUIRY, "occurred_at": now}
        self.initial = {**begin, **self.initial}

    def _get_validation_exclusions(self) -> set[str]:
        """A number of the channel that is known is no mistake: the step finds its ticket."""
        return super()._get_validation_exclusions() | {"external_id"}  # type: ignore[misc] # not in the stubs

    def draft(self) -> intake.Draft:
        told = {name: self.cleaned_data[name] for name in TOLD}
        caller = CustomerFacts(**{name: self.cleaned_data[name] for name in CALLER})
        return intake.Draft(customer=caller, **told | {"external_id": told["external_id"] or ""})


class TicketIntake(HouseAdmin):
    """Adding a ticket is taking a matter in."""

    form = IntakeForm
    fieldsets = [
        (_("Who is it"), {"fields": ["is_on_line", "phone", ("name", "province"), "email"]}),
        (
            _("What is it about"),
            {
                "fields": [
                    ("channel", "kind"),
                    ("category", "severity"),
                    "subject",
                    "description",
                ]
            },
        ),
        (
            _("Order"),
            {
                "fields": [
                    ("order_no", "product"),
                    ("shop", "carrier"),
                    ("remedy_sought", "external_id"),
                    "occurred_at",
                ]
            },
        ),
    ]

    def get_urls(self) -> list[URLPattern]:
        lookup = path(
            "lookup/", self.admin_site.admin_view(self.lookup_view), name="complaints_ticket_lookup"
        )
        return [lookup, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What is taken in is gone on with on its page: one button is enough."""
        context = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**context, **(extra_context or {})})

    def lookup_view(self, request: HttpRequest) -> HttpResponse:
        """Who calls from this number, as far as the asker may see him. POST: a number belongs in no log."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            phone = written_phone(request.POST.get("phone", ""))
        except MissingInformation:
            return HttpResponse()
        try:
            known = customers_with(phone, by=person(request), at=timezone.now())
        except TooOften as refusal:
            return HttpResponse(escape(str(refusal)))
        customer = Customer.objects.filter(pk__in=known).first()
        found = card(customer, reader=person(request)) if customer else None
        return render(request, "complaints/ticket/lookup.html", {"card": found})

    def save_model(self, request: HttpRequest, obj: Ticket, form: IntakeForm, change: bool) -> None:
        by, at, draft = person(request), timezone.now(), form.draft()
        said = _("%(number)s was taken in.")
        if form.cleaned_data["is_on_line"]:
            ticket = intake.take_call(draft, by=by, at=at)
            if ticket.handler_id is None:
                said = _("%(number)s was taken in. You hold no certificate for it: it waits for a colleague.")
        else:
            received = intake.receive(draft, by=by, at=at)
            ticket = received.ticket
            if received.result != intake.Result.CREATED:
                said = _("%(number)s was known already.")
        messages.success(request, said % {"number": ticket.number})
        obj.pk = ticket.pk
        obj.refresh_from_db()

    def response_add(
        self, request: HttpRequest, obj: Ticket, post_url_continue: str | None = None
    ) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:complaints_ticket_change", args=[obj.pk]))
