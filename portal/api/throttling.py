import time
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from portal import policy
from portal.models import ApiClient

WINDOW_SECONDS = 60


class ClientThrottle(BaseThrottle):
    """So many requests per connected system and minute, counted in the cache.

    One counter per minute rather than DRF's list of instants, which would be read and written whole on each
    of thousands of requests. A cache that is down stops nobody.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, ApiClient):
            return True
        key = f"throttle:{request.auth.pk}:{int(time.time()) // WINDOW_SECONDS}"
        try:
            cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
            return cache.incr(key) <= policy.API_REQUESTS_PER_MINUTE
        except (RedisError, ValueError):  # Unreachable, or the counter was evicted in between.
            return True

    def wait(self) -> float:
        return WINDOW_SECONDS - time.time() % WINDOW_SECONDS
