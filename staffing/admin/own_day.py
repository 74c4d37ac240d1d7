"""What one does oneself with one button, from the desk or another page: by POST, and back there."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from portal.admin.house import HouseAdmin
from portal.errors import DomainError, Text


def found(model_admin: HouseAdmin, request: HttpRequest, object_id: str) -> Any:
    """The row out of those that the person may see."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return row


def act(request: HttpRequest, step: Callable[[], object], *, done: Text, leads_to: str) -> HttpResponse:
    """Take the step, say what came of it, and go back; `leads_to` where no page of ours was named."""
    try:
        step()
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(done))
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if is_ours else reverse(leads_to))
