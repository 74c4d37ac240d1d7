"""My schedule 我的排班: one page for a phone, and the small pages on which an agent asks for something."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal import instants
from portal.admin import lists
from portal.admin.house import person
from portal.errors import DomainError
from staffing import feeds, rights
from staffing.admin import request_forms as forms
from staffing.models import Agent, StaffRequest
from staffing.requests import deciding, entitlement, mine, swaps, wishes

View = Callable[..., HttpResponse]
MINE = "admin:staffing_staffrequest_mine"
ASKING: dict[str, type[forms.AskForm]] = {
    "leave": forms.AskLeaveForm,
    "swap": forms.AskSwapForm,
    "give_away": forms.AskGiveAwayForm,
    "overtime": forms.AskOvertimeForm,
    "wish": forms.WishForm,
}


def urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of requests."""
    asking = [
        path(
            f"mine/{name.replace('_', '-')}/",
            site.admin_view(partial(ask, form_class=form_class)),
            name=f"staffing_staffrequest_ask_{name}",
        )
        for name, form_class in ASKING.items()
    ]
    return [
        path("mine/", site.admin_view(show), name="staffing_staffrequest_mine"),
        path("mine/act/", site.admin_view(act), name="staffing_staffrequest_mine_act"),
        *asking,
    ]


def of_an_agent(view: View) -> View:
    """Gives the view its agent. Who is none has no schedule, and is led to the home page."""

    @wraps(view)
    def given(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        agents = Agent.objects.select_related("user", "team__department")
        agent = agents.filter(user=person(request)).first()
        if agent is None or not person(request).has_perm(rights.ASK):
            return redirect("admin:index")
        return view(request, agent, **kwargs)

    return given


@require_safe
@of_an_agent
def show(request: HttpRequest, agent: Agent) -> HttpResponse:
    month = instants.day(request.GET.get("month", ""))
    context = {
        **admin.site.each_context(request),
        "title": _("My schedule"),
        "mine": mine.read(agent, at=timezone.now(), month=month),
    }
    return TemplateResponse(request, "staffing/request/mine.html", context)


@of_an_agent
def ask(request: HttpRequest, agent: Agent, *, form_class: type[forms.AskForm]) -> HttpResponse:
    at = timezone.now()
    form = form_class(request, agent, at=at, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            form.take()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, str(form.done))
            return redirect(MINE)
    context = {
        **admin.site.each_context(request),
        "title": form.title,
        "form": form,
        "balance": entitlement.balance_of(agent, agent.local_date(at).year, at=at),
    }
    return TemplateResponse(request, "staffing/request/ask.html", context)


# What is done by a button of the page


def _request(request: HttpRequest) -> StaffRequest:
    rows = StaffRequest.objects.visible_to(person(request))
    found = rows.filter(pk=lists.key(request.POST.get("request", "")) or 0).first()
    if found is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return found


def _accept(request: HttpRequest, agent: Agent) -> str:
    only = {key for text in request.POST.getlist("only") if (key := lists.key(text)) is not None}
    is_partial = "partial" in request.POST
    taken = swaps.accept(
        _request(request),
        agent=agent,
        only=only if is_partial else None,
        by=agent.user,
        at=timezone.now(),
    )
    return _("Taken over. Now %(name)s's supervisor decides.") % {"name": taken.agent}


def _decline(request: HttpRequest, agent: Agent) -> str:
    swaps.decline(_request(request), by=agent.user, at=timezone.now())
    return _("Declined.")


def _give_back(request: HttpRequest, agent: Agent) -> str:
    swaps.give_back(_request(request), by=agent.user, at=timezone.now())
    return _("Given back.")


def _withdraw(request: HttpRequest, agent: Agent) -> str:
    deciding.withdraw(_request(request), by=agent.user, at=timezone.now())
    return _("Withdrawn.")


def _stay(request: HttpRequest, agent: Agent) -> str:
    duty = agent.duties.filter(pk=lists.key(request.POST.get("duty", "")) or 0).first()
    if duty is None:
        raise Http404
    if "not" in request.POST:
        wishes.take_back_stay(duty, by=agent.user)
        return _("You would not stay on any more.")
    wishes.offer_to_stay(duty, by=agent.user, at=timezone.now())
    return _("Your supervisor sees that you would stay on.")


def _forget(request: HttpRequest, agent: Agent) -> str:
    wished = agent.wishes.filter(pk=lists.key(request.POST.get("wish", "")) or 0).first()
    if wished is None:
        raise Http404
    wishes.forget(wished, by=agent.user)
    return _("The wish is deleted.")


def _calendar(_request: HttpRequest, agent: Agent) -> str:
    token = feeds.make_address(agent, by=agent.user, at=timezone.now())
    address = f"{settings.BASE_URL}{reverse('duty_feed', args=[token])}"
    return _("Subscribe to this address in your phone's calendar; it is shown only now: %(address)s") % {
        "address": address
    }


ACTS: dict[str, Callable[[HttpRequest, Agent], str]] = {
    "accept": _accept,
    "decline": _decline,
    "give_back": _give_back,
    "withdraw": _withdraw,
    "stay": _stay,
    "forget": _forget,
    "calendar": _calendar,
}


@require_POST
@of_an_agent
def act(request: HttpRequest, agent: Agent) -> HttpResponse:
    step = ACTS.get(request.POST.get("act", ""))
    if step is None:
        raise Http404
    try:
        done = step(request, agent)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(MINE)
