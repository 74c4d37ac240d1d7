"""The agent's desk 我的工作台: one page, and what is done from it without leaving it.

Hand-overs are answered and calls logged in the dialogs of the ticket's page; attendance keeps its own acts.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from complaints import assignment, desk
from portal.admin.house import person
from staffing import own_day
from staffing.models import Agent
from training import own_day as own_training

View = Callable[..., HttpResponse]


def urls(site: AdminSite) -> list[URLPattern]:
    """The desk's addresses, for the admin site to hang under its own."""
    return [
        path("desk/", site.admin_view(show), name="desk"),
        path("desk/board/", site.admin_view(board), name="desk_board"),
        path("desk/claim/", site.admin_view(claim), name="desk_claim"),
    ]


def at_desk(view: View) -> View:
    """Gives the view its agent. Who is none has no desk, and is led to the home page."""

    @wraps(view)
    def seated(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        agents = Agent.objects.select_related("user", "team__department")
        agent = agents.filter(user=person(request)).first()
        if agent is None:
            return redirect("admin:index")
        return view(request, agent, **kwargs)

    return seated


@require_safe
@at_desk
def show(request: HttpRequest, agent: Agent) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("My desk"),
        **_board(agent),
    }
    return TemplateResponse(request, "complaints/desk/page.html", context)


@require_safe
@at_desk
def board(request: HttpRequest, agent: Agent) -> HttpResponse:
    """What the open page fetches to stay fresh."""
    return render(request, "complaints/desk/board.html", _board(agent))


def _board(agent: Agent) -> dict[str, Any]:
    """Tickets, and what the day of the team and one's training ask besides."""
    at = timezone.now()
    return {
        "desk": desk.read(agent, at=at),
        "own_day": own_day.read(agent, at=at),
        "own_training": own_training.read(agent, at=at),
        "today": agent.local_date(at),
    }


@require_POST
@at_desk
def claim(request: HttpRequest, agent: Agent) -> HttpResponse:
    """Take the soonest due matter, and open it."""
    ticket = assignment.claim_next(by=agent.user, at=timezone.now())
    if ticket is None:
        messages.info(request, _("Nothing waits that you hold a certificate for."))
        return redirect("admin:desk")
    return redirect("admin:complaints_ticket_change", ticket.pk)
