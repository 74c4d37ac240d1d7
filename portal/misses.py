"""Whoever asks again and again for what does not exist is guessing: misses are counted, hits are not.

Counted in the cache; one that is down shuts nobody out.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from redis.exceptions import RedisError


@dataclass(frozen=True)
class Misses:
    """So many misses of one asker within a time, which begins with the first."""

    name: str
    at_most: int
    within: timedelta

    def are_too_many(self, asker: object) -> bool:
        try:
            return int(cache.get(self._key(asker), 0)) >= self.at_most
        except RedisError:
            return False

    def count(self, asker: object) -> bool:
        """One more. Whether it was the last that is answered: true once within the time."""
        key = self._key(asker)
        try:
            cache.add(key, 0, timeout=int(self.within.total_seconds()))
            return cache.incr(key) == self.at_most
        except (RedisError, ValueError):  # Unreachable, or run out in between.
            return False

    def _key(self, asker: object) -> str:
        return f"misses:{self.name}:{asker}"
