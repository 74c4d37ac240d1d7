"""Whether a figure got better. Pure: plain numbers in, a word out."""

from decimal import Decimal

from training.choices import Effect


def verdict(
    before: Decimal | None, after: Decimal | None, *, is_higher_better: bool, least: Decimal
) -> Effect:
    """What became of a figure. A difference smaller than `least` is chance and counts as none.

    Without one of the two nothing can be said, which is neither good nor bad.
    """
    if before is None or after is None:
        return Effect.NO_DATA
    gain = after - before if is_higher_better else before - after
    if gain >= least:
        return Effect.HELPED
    return Effect.WORSE if gain <= -least else Effect.UNCHANGED
