"""Pages that anybody opens by a link: nobody signs in, no cookie is set, nothing is kept, listed or told."""

from collections.abc import Callable
from functools import wraps

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.misses import Misses
from portal.request_context import address_of

View = Callable[..., HttpResponse]
Page = Callable[..., HttpResponseBase]

ONLY_OURSELVES = {
    "default-src": [NONE],
    "style-src": [SELF],
    "img-src": [SELF],
    "form-action": [NONE],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}
"""No script at all: the pages work without, and none can be slipped in."""


def to_read(view: View) -> Page:
    """A page that changes nothing and sends nothing."""
    return require_safe(_page(view, ONLY_OURSELVES))


def to_answer(view: View) -> Page:
    """A page with a form. The link is the whole authority; there is no session that could be misused."""
    page = _page(view, ONLY_OURSELVES | {"form-action": [SELF]})
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(page))


def unlisted(view: Page) -> Page:
    """No search engine lists the address, and no other site is told of it."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answered


def miss(
    request: HttpRequest, misses: Misses, page: str, *, is_guess: Callable[[], bool] = lambda: True
) -> HttpResponse:
    """The page for a link that leads nowhere: 410, since some browsers put advertising in the place of a 404.

    Only misses are stopped: those behind one mobile network's address, whose links are good, go on.
    """
    asker = address_of(request)
    if misses.are_too_many(asker):
        return render(request, "portal/public_too_many.html", status=429)
    if is_guess():
        misses.count(asker)
    return render(request, page, status=410)


def _page(view: View, policy: dict[str, list[str]]) -> Page:
    guarded = csp(policy)(_in_readers_language(view))
    return cache_control(no_store=True, private=True)(unlisted(guarded))


def _in_readers_language(view: View) -> View:
    """The department reads Chinese whatever its browsers ask for; of anybody else the browser knows best."""

    @wraps(view)
    def in_language(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response = view(request, *args, **kwargs)
        response.headers["Content-Language"] = language
        return response

    return in_language
