"""What two rows of lines or words have in common. Knows no tables.

difflib compares each with each of the same: a text of one line a thousand times over would keep a page busy
for minutes. What both begin and end with is set aside first; where that leaves too much, what is frequent is
no landmark any more.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_PAIRS = 200_000
"""Of the same line or word in both. House default: about a tenth of a second."""


@dataclass(frozen=True)
class Run:
    """`old[i1:i2]` became `new[j1:j2]`, or stayed."""

    i1: int
    i2: int
    j1: int
    j2: int
    is_same: bool = False


def runs(old: Sequence[str], new: Sequence[str]) -> Iterator[Run]:
    """In order, together all of both."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    stop_old, stop_new = len(old) - end, len(new) - end
    if start:
        yield Run(0, start, 0, start, is_same=True)
    for tag, i1, i2, j1, j2 in _opcodes(old[start:stop_old], new[start:stop_new]):
        yield Run(i1 + start, i2 + start, j1 + start, j2 + start, is_same=tag == "equal")
    if end:
        yield Run(stop_old, len(old), stop_new, len(new), is_same=True)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    """How many both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    counts = Counter(new)
    pairs = sum(counts[each] for each in old)
    return SequenceMatcher(None, old, new, autojunk=pairs > MOST_PAIRS).get_opcodes()
