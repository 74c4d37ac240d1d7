"""How a sweep goes through its rows."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

logger = logging.getLogger(__name__)

Row = TypeVar("Row")


def each(rows: Iterable[Row], act: Callable[[Row], object]) -> int:
    """Act on every row; answers for how many things the acts said that they did: a number, or whether any.

    One that fails is logged and stops no other: the next sweep comes by it again. Each act is a
    transaction of its own.
    """
    done = 0
    for row in rows:
        try:
            told = act(row)
            done += told if isinstance(told, int) else bool(told)
        except Exception:
            logger.exception("A sweep failed at %s %s", type(row).__name__, getattr(row, "pk", row))
    return done
