"""The page of one ticket and the acts on it: the part of its admin that is no list."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import rights
from complaints.admin import acts, dialog, ledger_page
from complaints.admin.acts import Standing
from complaints.admin.hidden import HiddenRows
from complaints.admin.ticket_page import TicketPage
from complaints.models import Ticket
from portal.admin.house import person

STOP_POLLING = 286
"""By this status htmx understands that it need not ask again."""


class TicketActs(HiddenRows):
    """A ticket is read on its page and changed by acts alone; there is no form of its fields."""

    def get_urls(self) -> list[URLPattern]:
        act = path(
            "<path:object_id>/act/<slug:act>/",
            self.admin_site.admin_view(self.act_view),
            name="complaints_ticket_act",
        )
        news = path(
            "<path:object_id>/news/<int:version>/",
            self.admin_site.admin_view(self.news_view),
            name="complaints_ticket_news",
        )
        return [act, news, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET"])
        ticket: Ticket = self.row(request, object_id)
        at = timezone.now()
        page = TicketPage(Standing(ticket, person(request)), at=at)
        can_say = "say" in page.names_offered
        context = {
            **self.admin_site.each_context(request),
            "title": str(ticket),
            "opts": self.opts,
            "ticket": ticket,
            "page": page,
            "say": acts.form_for("say", page.standing, at=at) if can_say else None,
            "category_path": " / ".join(_names(ticket)),
            "may_open_file": request.user.has_perm("complaints.view_customer"),
            "may_reveal": request.user.has_perm("complaints.view_customer"),
            "may_read_articles": request.user.has_perm("training.view_article"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "complaints/ticket/page.html", context)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The history of a ticket is its ledger, on its page."""
        ticket: Ticket = self.row(request, object_id)
        return HttpResponseRedirect(f"{_page_of(ticket)}#ledger")

    def news_view(self, request: HttpRequest, object_id: str, version: int) -> HttpResponse:
        """What has happened since a page was read, asked by the page itself; told once, it asks no more."""
        ticket: Ticket = self.row(request, object_id)
        if ticket.version <= version:
            return HttpResponse()
        news = [ledger_page.line(event) for event in ledger_page.since(ticket, version)]
        context = {"ticket": ticket, "news": news}
        return render(request, "complaints/ticket/news.html", context, status=STOP_POLLING)

    def act_view(self, request: HttpRequest, object_id: str, act: str) -> HttpResponse:
        ticket: Ticket = self.row(request, object_id)
        if act not in acts.OFFERS:
            raise Http404(_("There is no such act."))
        if not rights.is_worker(person(request)):
            raise PermissionDenied
        form = acts.form_for(
            act, Standing(ticket, person(request)), at=timezone.now(), data=request.POST or None
        )
        template = "complaints/ticket/say.html" if act == "say" else dialog.FRAGMENT
        return dialog.answer(
            request,
            form,
            leads_to=_page_of(ticket),
            about=str(ticket),
            template=template,
            context={"ticket": ticket},
        )


def _page_of(ticket: Ticket) -> str:
    return reverse("admin:complaints_ticket_change", args=[ticket.pk])


def _names(ticket: Ticket) -> list[str]:
    """The names on the way to the ticket's category, which is loaded with those above it."""
    names: list[str] = []
    category = ticket.category
    while category is not None:
        names.insert(0, category.name)
        category = category.parent
    return names
