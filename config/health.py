"""What probes and monitoring ask: alive, ready, and how it is going."""

import hmac
import os
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from portal import health


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Alive: this process answers. It asks nobody else, so that a fault elsewhere restarts nothing here."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and is migrated.

    The broker is told of but not required: pages and intake work without it, what is owed waits.
    """
    parts = health.ready()
    is_ready = all(part.is_well for part in parts if part.name != "broker")
    return JsonResponse(
        {"ok": is_ready} | {part.name: part.as_json() for part in parts}, status=200 if is_ready else 503
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus: counters of the web processes and the state of the parts. Not public."""
    if not may_measure(request):
        return HttpResponseForbidden()
    return HttpResponse(generate_latest(_counters()) + _state_of_parts(), content_type=CONTENT_TYPE_LATEST)


def may_measure(request: HttpRequest) -> bool:
    """Whoever holds the token, or a process of this machine that asks without a proxy between."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return True
    return "X-Forwarded-For" not in request.headers and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _is_loopback(address: str) -> bool:
    """Over a socket in a folder the web server names no address: that is nobody whom we know."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _counters() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _state_of_parts() -> bytes:
    registry = CollectorRegistry()
    is_up = Gauge("portal_part_up", "1 while the part works", ["part"], registry=registry)
    age = Gauge("portal_part_age_seconds", "Since its last sign of life", ["part"], registry=registry)
    for part in health.examine(timezone.now()):
        is_up.labels(part.name).set(part.is_well)
        if part.age_seconds is not None:
            age.labels(part.name).set(part.age_seconds)
    return generate_latest(registry)
