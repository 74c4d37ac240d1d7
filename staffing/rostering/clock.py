"""How much of its time a search has used, in processor seconds of all threads, and whether it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_STRETCH = 8.0


class Clock:
    """Processor seconds since it was made; on a busy machine `wall_seconds` may end the search before."""

    def __init__(
        self,
        seconds: float,
        *,
        wall_seconds: float | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.seconds = seconds
        self._wall_seconds = wall_seconds
        self._should_stop = should_stop
        self._begun = time.process_time()
        self._begun_wall = time.monotonic()

    def spent(self) -> float:
        return time.process_time() - self._begun

    def left(self) -> float:
        left = self.seconds - self.spent()
        if self._wall_seconds is not None:
            left = min(left, self._wall_seconds - self._wall())
        return max(0.0, left)

    def is_over(self) -> bool:
        return self.left() <= 0 or self.is_stopped()

    def is_stopped(self) -> bool:
        return self._should_stop is not None and self._should_stop()

    def on_wall(self, seconds: float) -> float:
        """About how long so many processor seconds of a thread take here: solvers count by the wall."""
        stretch = self._wall() / max(0.1, self.spent())
        stretched = seconds * min(LONGEST_STRETCH, max(1.0, stretch))
        if self._wall_seconds is not None:
            stretched = min(stretched, max(0.0, self._wall_seconds - self._wall()))
        return stretched

    def _wall(self) -> float:
        return time.monotonic() - self._begun_wall
