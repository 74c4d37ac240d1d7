"""A text as forbidden words are looked for in it, and the way back to where it stands in the original.

Width, case, accents and script do not matter; blanks, invisible characters, symbols and punctuation are
left out, so that 滚 蛋, 滚·蛋 and ｆｕｃｋ are found. Marks that end a sentence stay as a boundary, over
which nothing is found: 不。知道了 is not 不知道. Where each letter is a sentence of its own, they go, too.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cache
from itertools import accumulate

import opencc

BOUNDARY = "\n"
ENDS = frozenset("。．.！!？?；;…\n\r\u2028\u2029")
SPREAD = re.compile(r"(?<!\w)(\w)([。．.！!？?；;…\s\u2028\u2029\u200b-\u200f\u2060\ufeff]+)(?=\w(?!\w))")
"""A letter by itself, then marks, also with blanks and invisible characters among them, then another one."""
LEFT_OUT = frozenset("CMPSZ")
"""Unicode's first letters of control and format, marks, punctuation, symbols, separators."""
FILLERS = frozenset("\u115f\u1160\u17b4\u17b5")
"""Letters that nobody sees."""
SAME_WORD = str.maketrans("妳祢著甚麽牠喫", "你你着什么它吃")
"""Written otherwise in some places without being the other script of it."""


class _Folds(dict[int, str]):
    """What a character becomes, worked out when it is first met; for `str.translate`."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        return folded


FOLDS = _Folds()


class Folded:
    """A text and what is searched of it, `text`; `original` leads spans back."""

    def __init__(self, written: str) -> None:
        self._written = SPREAD.sub(_closed_up, written)
        self.text = self._written.translate(FOLDS)
        self._ends: list[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of the folded text stands in the text as it was written."""
        if self._ends is None:
            # Only a text in which something was found pays for this.
            self._ends = list(accumulate(len(FOLDS[ord(one)]) for one in self._written))
        return bisect_right(self._ends, start), bisect_right(self._ends, end - 1) + 1


def fold(words: str) -> str:
    """A phrase of a rule, or what somebody types into a search: without boundaries."""
    return words.translate(FOLDS).replace(BOUNDARY, "")


def simplified(text: str) -> str:
    """In simplified characters, each for itself, so that the length stays."""
    return str(_simplify().convert(text)).translate(SAME_WORD)


def _fold_character(character: str) -> str:
    if character in ENDS:
        return BOUNDARY
    parts = unicodedata.normalize("NFKD", character)
    kept = "".join(
        part for part in parts if unicodedata.category(part)[0] not in LEFT_OUT and part not in FILLERS
    )
    return "".join(map(simplified, kept.casefold()))


def _closed_up(spread: re.Match[str]) -> str:
    """Blanks in place of the marks, which keep their number: positions stay."""
    return spread[1] + " " * len(spread[2])


@cache
def _simplify() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
