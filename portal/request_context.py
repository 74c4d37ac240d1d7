"""Where the present request comes from, so that an audit row can tell without every step carrying it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

_address: ContextVar[str | None] = ContextVar("address", default=None)


def address() -> str | None:
    """The network address of whoever asks; None outside a request (a command, a task)."""
    return _address.get()


@contextmanager
def coming_from(value: str | None) -> Iterator[None]:
    token = _address.set(value)
    try:
        yield
    finally:
        _address.reset(token)


def address_of(request: HttpRequest) -> str | None:
    """The caller's address as our own outermost proxy saw it.

    Each trusted proxy appends one entry to X-Forwarded-For, so the caller stands TRUSTED_PROXIES from the
    right; whatever the caller wrote there himself stands further left and is not believed.
    """
    proxies: int = settings.TRUSTED_PROXIES
    seen = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if proxies and len(seen) >= proxies:
        return _clean(seen[-proxies])
    return _clean(request.META.get("REMOTE_ADDR", ""))


def _clean(value: str) -> str | None:
    try:
        found = ip_address(value)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


class RequestContextMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(address_of(request)):
            return self.get_response(request)
