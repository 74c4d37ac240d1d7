"""What holds for every page: its language, who may keep it, what it may load, what is logged of it."""

import re
from collections.abc import Callable
from urllib.parse import unquote

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django_structlog.middlewares import RequestMiddleware

from portal import outage

GetResponse = Callable[[HttpRequest], HttpResponse]

LINK = re.compile(r"^(/(?:s|duty|certificates)/)[^/]+")
"""Whoever has the rest of such an address has all that it opens."""


class NoNulMiddleware:
    """A NUL in address or cookies is nobody's: PostgreSQL takes none, whatever would be looked up by it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = (request.path, unquote(request.META.get("QUERY_STRING", "")), *request.COOKIES.values())
        if any("\0" in text for text in told):
            return outage.bad_request(request, errors=self._errors(request))
        return self.get_response(request)

    def _errors(self, request: HttpRequest) -> dict[str, list[str]]:
        message = translation.gettext("This text holds a character that cannot be kept.")
        return {
            name: [message]
            for name, values in request.GET.lists()
            if any("\0" in text for text in (name, *values))
        }


class LanguageMiddleware:
    """The language of a page: the signed-in person's own, else that of the switch's cookie, else Chinese.

    Not the browser's: the department reads Chinese on whatever machine it was given.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        response.headers.setdefault("Content-Language", language)
        return response


def language_of(request: HttpRequest) -> str:
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if request.user.is_authenticated:
        wanted = request.user.language
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class NoStoreMiddleware:
    """What a signed-in person saw is not kept: not by a proxy, not by the browser of a shared desk."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class ContentPolicyMiddleware(CSPMiddleware):
    """The strict policy for every page, and for the admin what its theme cannot do without."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.resolver_match and request.resolver_match.app_name == "admin":
            parts.update = settings.ADMIN_CONTENT_SECURITY_POLICY | (parts.update or {})
        return parts


class RequestLogMiddleware(RequestMiddleware):
    """Logs each request without its query, where phone numbers stand, and without what opens a page."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} " + LINK.sub(r"\1***", request.path)
