"""How a dialog of the ticket pages is asked and answered."""

from typing import Any
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from complaints.admin import ledger_page
from complaints.admin.act_form import ActForm, StepForm
from portal.errors import Text

FRAGMENT = "complaints/ticket/dialog.html"
WHOLE_PAGE = "complaints/ticket/dialog_page.html"


def answer(
    request: HttpRequest,
    form: StepForm,
    *,
    leads_to: str,
    about: Text = "",
    template: str = FRAGMENT,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form; sent and valid, take the step and have the page behind the dialog read anew.

    Asked for without a script, the dialog is a page of its own, and leads back to `leads_to`.
    """
    is_fragment = "HX-Request" in request.headers
    if form.is_bound and form.try_to_take():
        if form.done:
            messages.success(request, str(form.done))
        return _go_on(request, leads_to) if is_fragment else HttpResponseRedirect(leads_to)
    news = [ledger_page.line(event) for event in form.news] if isinstance(form, ActForm) else []
    page = {"form": form, "url": request.get_full_path(), "about": about, "news": news} | (context or {})
    if is_fragment:
        return render(request, template, page)
    return render(request, WHOLE_PAGE, {**admin.site.each_context(request), "title": form.title, **page})


def _go_on(request: HttpRequest, leads_to: str) -> HttpResponse:
    """The page behind the dialog is read anew. Where the dialog is the page itself, none lies behind it."""
    is_the_page = urlsplit(request.headers.get("HX-Current-URL", "")).path == request.path
    return HttpResponse(headers={"HX-Redirect": leads_to} if is_the_page else {"HX-Refresh": "true"})
