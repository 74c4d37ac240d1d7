"""Which questions go on a paper: so many out of each part's pool, none twice, at random by a seed.

Pools may overlap, such as "logistics" and "logistics, hard". Taking them one after the other could run dry
although the bank suffices; so a part that finds its questions taken makes another part give one back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Want:
    """A part of the paper: how many, and the questions that fit it, in a fixed order."""

    count: int
    pool: Sequence[int]


class TooFewError(Exception):
    """`parts` (by their place) ask together for `wanted`; all that fit any of them are `held`."""

    def __init__(self, parts: Sequence[int], *, held: int, wanted: int) -> None:
        super().__init__(f"{held} of {wanted}")
        self.parts, self.held, self.wanted = tuple(parts), held, wanted


def pick(wants: Sequence[Want], rng: Random) -> list[list[int]]:
    """The questions of each part, in random order. Same seed and same pools, same questions.

    Raises: TooFewError with the parts that cannot all be filled.
    """
    shuffled = [rng.sample(want.pool, len(want.pool)) for want in wants]
    taken: dict[int, int] = {}  # Question -> the part that has it.
    for part, want in enumerate(wants):
        for _ in range(want.count):
            asked: set[int] = set()
            if not _takes_one(part, shuffled, taken, asked):
                raise _too_few(wants, sorted(asked))
    return [[one for one in pool if taken.get(one) == part] for part, pool in enumerate(shuffled)]


def _takes_one(part: int, pools: Sequence[Sequence[int]], taken: dict[int, int], asked: set[int]) -> bool:
    """One more for this part: a free one, or one whose part finds another. `asked` ends as all who tried."""
    asked.add(part)
    for one in pools[part]:
        if one not in taken:
            taken[one] = part
            return True
    for one in pools[part]:
        if (holder := taken[one]) not in asked and _takes_one(holder, pools, taken, asked):
            taken[one] = part
            return True
    return False


def _too_few(wants: Sequence[Want], parts: Sequence[int]) -> TooFewError:
    """Those who asked one another in vain hold every question that fits any of them."""
    held = len({one for part in parts for one in wants[part].pool})
    return TooFewError(parts, held=held, wanted=sum(wants[part].count for part in parts))
