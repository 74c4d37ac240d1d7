"""Open hours of a day: what a window is, and how it is read and written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import time, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
_SEPARATORS = re.compile(r"[,、;\n]+")
_DASHES = re.compile(r"\s*[-–—~至]\s*")


class Window(NamedTuple):
    """Open hours as distances from the midnight that begins the day, on the wall clock.

    Units: 20:00-02:00 is 20 h to 26 h. It belongs to the day on which it opens.
    """

    opens: timedelta
    closes: timedelta

    @classmethod
    def parse(cls, opens: str, closes: str) -> Window:
        """Read "09:00" and "18:00"; an end before the start is on the next day, "24:00" this one's.

        Raises: ValueError when either is no time of day, or the window has no length.
        """
        first, last = _time_of_day(opens), _time_of_day(closes)
        if first == DAY:
            raise ValueError("24:00 cannot open a window")
        if first == last:
            raise ValueError(f"{opens}-{closes} has no length; a whole day is 00:00-24:00")
        return cls(first, last if last > first else last + DAY)

    def pair(self) -> tuple[str, str]:
        """The two texts from which `parse` reads this window."""
        closes = self.closes if self.closes <= DAY else self.closes - DAY
        return _clock_text(self.opens), _clock_text(closes)

    def __str__(self) -> str:
        return "-".join(self.pair())


Windows = tuple[Window, ...]


def _clock_text(distance: timedelta) -> str:
    minutes, seconds = divmod(int(distance.total_seconds()), 60)
    text = f"{minutes // 60:02}:{minutes % 60:02}"
    return f"{text}:{seconds:02}" if seconds else text


def _time_of_day(text: str) -> timedelta:
    if text in {"24:00", "24:00:00"}:
        return DAY
    if not re.fullmatch(r"\d\d:\d\d(:\d\d)?", text, re.ASCII):
        raise ValueError(f"{text!r} is not a time of day such as 09:00")
    at = time.fromisoformat(text)
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def to_text(windows: Iterable[Window]) -> str:
    """09:00-12:00, 13:00-18:00; a closed day is the empty text."""
    return ", ".join(str(window) for window in windows)


def from_text(text: str) -> Windows:
    """Read what `to_text` writes, in order, forgiving the keyboard and a missing leading zero.

    Raises: ValueError when a part is no window, or two overlap (a slip, when a person typed them).
    """
    plain = unicodedata.normalize("NFKC", text)  # A Chinese keyboard's comma, colon, digits.
    windows = sorted(_typed(part.strip()) for part in _SEPARATORS.split(plain) if part.strip())
    for one, following in pairwise(windows):
        if following.opens < one.closes:
            raise ValueError(f"{one} and {following} overlap")
    return tuple(windows)


def _typed(part: str) -> Window:
    edges = _DASHES.split(part)
    if len(edges) != 2:  # noqa: PLR2004 - from and to
        raise ValueError(f"{part!r} is not a window such as 09:00-18:00")
    return Window.parse(*(re.sub(r"^(\d:)", r"0\1", edge) for edge in edges))


def read_week(data: Any) -> tuple[Windows, ...]:
    """The seven days of {"mon": [["09:00", "18:00"]], ...}; a weekday left out is closed.

    Raises: ValueError that names the field.
    """
    if not isinstance(data, Mapping):
        raise ValueError("week: must be an object of weekdays")  # noqa: TRY004 - a bad file
    unknown = [str(day) for day in data if day not in WEEKDAYS]
    if unknown:
        raise ValueError(f"week.{unknown[0]}: unknown weekday, use {' '.join(WEEKDAYS)}")
    return tuple(read_windows(data.get(day, []), f"week.{day}") for day in WEEKDAYS)


def read_windows(pairs: Any, name: str) -> Windows:
    """The windows of [["09:00", "12:00"], ["13:00", "18:00"]].

    Raises: ValueError that names the field `name`.
    """
    if not isinstance(pairs, list):
        raise ValueError(f"{name}: must be a list of windows")  # noqa: TRY004 - a bad file
    try:
        return tuple(Window.parse(*read_pair(pair)) for pair in pairs)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def write_week(week: Iterable[Windows]) -> dict[str, list[list[str]]]:
    """What `read_week` reads."""
    return {day: write_windows(windows) for day, windows in zip(WEEKDAYS, week, strict=True)}


def write_windows(windows: Windows) -> list[list[str]]:
    """What `read_windows` reads."""
    return [list(window.pair()) for window in windows]


def read_pair(value: Any) -> tuple[str, str]:
    """Raises: ValueError."""
    match value:
        case [str(first), str(last)]:
            return first, last
        case _:
            raise ValueError(f"{value!r} is not a pair of texts, from and to")
