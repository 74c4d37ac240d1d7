"""What nobody else answers, as a page or as JSON: a request that is none, a failure, a database away."""

import sys
from collections.abc import Mapping
from http import HTTPStatus

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.csrf import requires_csrf_token

RETRY_AFTER_SECONDS = 5


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of everything that nobody caught, wherever it was raised, middleware included.

    Its template is rendered without the request: who is signed in may be just what cannot be read.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return _answer(
            request,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            title=_("The portal pauses for a moment"),
            detail=_("Nothing that was saved is lost. Please try again in a few seconds."),
        )
    return _answer(
        request,
        status=HTTPStatus.INTERNAL_SERVER_ERROR,
        title=_("Something went wrong"),
        detail=_("It was written down for the administrators. What you entered may not have been saved."),
    )


def bad_request(
    request: HttpRequest,
    exception: Exception | None = None,  # noqa: ARG001 - Django's name
    errors: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    """400: the handler of what Django calls suspicious, and of what the middleware turns away.

    `errors`: what is wrong with which parameter of the address, for whoever reads JSON.
    """
    return _answer(
        request,
        status=HTTPStatus.BAD_REQUEST,
        title=_("This request cannot be understood"),
        detail=_("Please go back and try again."),
        errors=errors,
    )


def _answer(
    request: HttpRequest,
    *,
    status: HTTPStatus,
    title: str,
    detail: str,
    errors: Mapping[str, list[str]] | None = None,
) -> HttpResponse:
    code = status.phrase.lower().replace(" ", "-")
    facts = {"type": f"urn:portal:problem:{code}", "title": title, "status": status, "detail": detail}
    response: HttpResponse
    if request.path.startswith("/api/"):
        told = facts | ({"errors": errors} if errors else {})
        response = JsonResponse(told, content_type="application/problem+json", status=status)
    else:
        response = HttpResponse(render_to_string("portal/plain.html", facts), status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
