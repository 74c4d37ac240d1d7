"""What the home page is made of: numbers on cards, under a heading."""

from dataclasses import dataclass

from django.utils.formats import number_format


@dataclass(frozen=True, kw_only=True)
class Card:
    """One number. `trend` is +1, 0, -1 against yesterday, None where nothing is compared."""

    title: str
    value: str
    note: str = ""
    link: str = ""
    tone: str = ""
    trend: int | None = None


@dataclass(frozen=True)
class Section:
    title: str
    cards: list[Card]


def number(value: int) -> str:
    return number_format(value, use_l10n=True, force_grouping=True)
