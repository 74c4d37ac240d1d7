"""What a course asks for and how much of it is done. Plain values, no tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The required lessons, the session (if one is) and the open exams; keys of rows."""

    lessons: frozenset[int] = frozenset()
    exams: frozenset[int] = frozenset()
    needs_session: bool = False

    @property
    def count(self) -> int:
        return len(self.lessons) + len(self.exams) + self.needs_session


@dataclass(frozen=True, kw_only=True)
class Progress:
    done: int
    asked: int

    @property
    def share(self) -> Fraction:
        """From 0 to 1. A course that asks for nothing is never begun and never done."""
        return Fraction(self.done, self.asked) if self.asked else Fraction(0)

    @property
    def percent(self) -> int:
        """Rounded down: 100 only when all is done."""
        return int(self.share * 100)

    @property
    def is_all_done(self) -> bool:
        return self.asked > 0 and self.done >= self.asked


def measure(asked: Parts, *, lessons: set[int], exams: set[int], was_there: bool) -> Progress:
    """How much of what is asked for is done; what else was done does not count."""
    done = len(asked.lessons & lessons) + len(asked.exams & exams) + (asked.needs_session and was_there)
    return Progress(done=done, asked=asked.count)


def circle(requires: Mapping[int, Sequence[int]], start: int) -> list[int]:
    """The way from a course through what it requires back to itself; empty when there is none."""
    seen: set[int] = set()
    ways = [[start]]
    while ways:
        way = ways.pop()
        for needed in requires.get(way[-1], ()):
            if needed == start:
                return [*way, start]
            if needed not in seen:
                seen.add(needed)
                ways.append([*way, needed])
    return []
