"""The page on which anybody checks a certificate. Nobody signs in here, no cookie is set, nothing changes."""

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.misses import Misses
from portal.privacy import mask_name
from portal.request_context import address_of
from training import policy
from training.exams import certification
from training.models import IssuedCertificate

View = Callable[..., HttpResponse]

ONLY_OURSELVES = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
"""No script, no form: there is nothing to do here but to read."""


def in_readers_language(view: View) -> View:
    """The department reads Chinese whatever its browsers ask for; of anybody else the browser knows best."""

    @wraps(view)
    def in_language(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return in_language


@require_safe
@cache_control(no_store=True, private=True)
@csp(ONLY_OURSELVES)
@in_readers_language
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether it counts today, what for, and enough of the name to compare it with a person.

    An unknown code is answered 410 as by the survey, since some browsers put advertising in the place of a
    404; whoever tries many is stopped, while real certificates can be checked as often as one likes.
    """
    rows = IssuedCertificate.objects.select_related("certificate__agent__team__department")
    issued = rows.filter(check_code=code).first()
    if issued is None:
        return _miss(request)
    today = issued.certificate.agent.local_date(timezone.now())
    return _page(
        request,
        "found",
        issued=issued,
        holder=mask_name(issued.facts["name"]),
        skill=issued.facts["skill"],
        standing=certification.standing(issued.certificate, today),
        today=today,
    )


def _miss(request: HttpRequest) -> HttpResponse:
    misses = Misses("certificate", policy.CHECK_MISSES_AT_MOST, policy.CHECK_MISSES_WITHIN)
    if misses.are_too_many(address_of(request)):
        return _page(request, "too_many", status=429)
    misses.count(address_of(request))
    return _page(request, "unknown", status=410)


def _page(request: HttpRequest, name: str, *, status: int = 200, **context: object) -> HttpResponse:
    response = render(request, f"training/check/{name}.html", context, status=status)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
