"""What is different between two texts, word by word; Chinese has no blanks, so there each letter is one.

Knows no tables. Lines are compared first, and then the words within a line that was changed, so that a page
of text costs what its changed lines cost.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_ALIKE = 0.3
"""Lines that share less than this are two lines, not one that was changed."""
_LONGEST_LINE = 2_000
"""Words of a line that is compared word by word; of a longer one the whole line counts as changed."""


class Mark(StrEnum):
    SAME = "same"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed, went or came."""

    mark: Mark
    text: str


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Line:
    """A line as it was beside a line as it is; None where there was, or is, none."""

    old: Pieces | None
    new: Pieces | None
    merged: Pieces

    @property
    def is_changed(self) -> bool:
        return any(piece.mark != Mark.SAME for piece in self.merged)


def compare(old: str, new: str) -> list[Line]:
    """Line by line, in the order of reading."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [_same(text) for text in before[i1:i2]]
        else:
            lines += _changed(before[i1:i2], after[j1:j2])
    return lines


def counted(lines: Sequence[Line]) -> tuple[int, int]:
    """How many letters came, and how many went."""
    came = went = 0
    for piece in (piece for line in lines for piece in line.merged):
        came += len(piece.text) if piece.mark == Mark.NEW else 0
        went += len(piece.text) if piece.mark == Mark.OLD else 0
    return came, went


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Lines stand beside each other in their order, as far as they are alike."""
    for number in range(max(len(before), len(after))):
        old = before[number] if number < len(before) else None
        new = after[number] if number < len(after) else None
        if old is None or new is None:
            yield _alone(old, new)
            continue
        pieces = _pieces(old, new)
        if pieces is None:
            yield _alone(old, None)
            yield _alone(None, new)
        else:
            yield Line(_without(pieces, Mark.NEW), _without(pieces, Mark.OLD), pieces)


def _pieces(old: str, new: str) -> Pieces | None:
    """The words of both, in one line; None where they have too little in common."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(a), len(b)) > _LONGEST_LINE:
        return None
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return None
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(Mark.SAME, "".join(a[i1:i2])))
            continue
        pieces += [Piece(Mark.OLD, "".join(a[i1:i2]))] if i2 > i1 else []
        pieces += [Piece(Mark.NEW, "".join(b[j1:j2]))] if j2 > j1 else []
    return tuple(pieces)


def _same(text: str) -> Line:
    pieces = (Piece(Mark.SAME, text),)
    return Line(pieces, pieces, pieces)


def _alone(old: str | None, new: str | None) -> Line:
    gone = None if old is None else (Piece(Mark.OLD, old),)
    come = None if new is None else (Piece(Mark.NEW, new),)
    return Line(gone, come, gone or come or ())


def _without(pieces: Pieces, mark: Mark) -> Pieces:
    return tuple(piece for piece in pieces if piece.mark != mark)
