"""What a supervisor's four sliders mean in the solver's prices; the cheapest missing half hour is 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from staffing.planning.policy import USUAL_WEIGHT, WEIGHTS

FACTOR = {1: 1, 2: 2, 3: 4, 4: 8, 5: 16}
"""A step on the slider doubles."""

CHANGE_TAX = {"slight": 4, "usual": 60}
"""Of a cell that is published. Source: staffing.md 2.4: a tax of about a wish keeps nearly everything."""


@dataclass(frozen=True, slots=True)
class Weights:
    """1 (hardly) to 5 (above all)."""

    cover: int = USUAL_WEIGHT
    wishes: int = USUAL_WEIGHT
    fairness: int = USUAL_WEIGHT
    pattern: int = USUAL_WEIGHT

    @classmethod
    def of(cls, told: Mapping[str, object]) -> Weights:
        """Whatever is not told, or out of range, counts as usual."""
        return cls(**{name: _step(told.get(name)) for name in WEIGHTS})

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in WEIGHTS}

    def leaning(self, name: str) -> Weights:
        """The same, but one thing above all others; the rule on days off stays, so that costs compare."""
        others = {other: max(1, step - 1) for other, step in self.as_dict().items()}
        if self.wants_pairs:
            others["pattern"] = max(others["pattern"], USUAL_WEIGHT)
        return Weights(**others | {name: 5})

    @property
    def missing_slot(self) -> int:
        """A head missing for half an hour."""
        return FACTOR[self.cover]

    @property
    def surplus_slot(self) -> int:
        """A head too many for half an hour: little, but spread evenly."""
        return 1

    @property
    def wish(self) -> int:
        """For each of a wish's own weight (1 to 3): a weight is a quarter of a shift's cover."""
        return 4 * FACTOR[self.wishes]

    @property
    def burden(self) -> int:
        """For the square of a night or weekend day away from one's fair share."""
        return 2 * FACTOR[self.fairness]

    @property
    def hours(self) -> int:
        """For the square of a shift less, or more, than one's contract asks for."""
        return 16

    @property
    def change_of_kind(self) -> int:
        """Another shift than the day before."""
        return 3 * FACTOR[self.pattern]

    @property
    def wants_pairs(self) -> bool:
        """Whether days off come at least two at a time."""
        return self.pattern >= USUAL_WEIGHT


def _step(told: object) -> int:
    return told if isinstance(told, int) and told in FACTOR else USUAL_WEIGHT
