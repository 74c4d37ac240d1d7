"""Better, worse or chance. # T5"""

from decimal import Decimal

import pytest

from training.choices import Effect
from training.needs.verdicts import verdict

LEAST = Decimal("0.2")


@pytest.mark.parametrize(
    ("before", "after", "effect"),
    [
        ("4.0", "4.2", Effect.HELPED),
        ("4.0", "4.19", Effect.UNCHANGED),
        ("4.0", "3.81", Effect.UNCHANGED),
        ("4.0", "3.8", Effect.WORSE),
        (None, "4.8", Effect.NO_DATA),
        ("4.0", None, Effect.NO_DATA),
        ("0", "0", Effect.UNCHANGED),
    ],
)
def test_a_difference_counts_from_the_least_on(before: str | None, after: str | None, effect: Effect):
    figures = [None if one is None else Decimal(one) for one in (before, after)]
    assert verdict(*figures, is_higher_better=True, least=LEAST) == effect


def test_where_less_is_better_a_fall_has_helped():
    assert verdict(Decimal("0.5"), Decimal("0.3"), is_higher_better=False, least=LEAST) == Effect.HELPED
    assert verdict(Decimal("0.3"), Decimal("0.5"), is_higher_better=False, least=LEAST) == Effect.WORSE
