"""What is different between two texts, word by word; Chinese has no blanks, so there each letter is one.

Knows no tables. Lines are compared first, and then the words within a line that was changed, so that a page
of text costs what its changed lines cost.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product, zip_longest

from training.knowledge.alignment import runs

_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_ALIKE = 0.3
"""Lines that share less than this are two lines, not one that was changed."""
_MOST_BESIDE = 400
"""Pairs of changed lines out of which the likest are found; in a longer stretch they stand in their order."""
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
    for run in runs(before, after):
        if run.is_same:
            lines += [_same(text) for text in before[run.i1 : run.i2]]
        else:
            lines += _changed(before[run.i1 : run.i2], after[run.j1 : run.j2])
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
    for old, new in _beside(before, after):
        if old is None or new is None:
            yield _alone(old, new)
            continue
        pieces = _pieces(old, new)
        if pieces is None:
            yield _alone(old, None)
            yield _alone(None, new)
        else:
            yield Line(_without(pieces, Mark.NEW), _without(pieces, Mark.OLD), pieces)


def _beside(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str | None, str | None]]:
    """Each line with the one it became, so that the most words stay; None where it has none."""
    if len(before) * len(after) > _MOST_BESIDE:
        return zip_longest(before, after)
    like = [[_likeness(old, new) for new in after] for old in before]
    best = [[0.0] * (len(after) + 1) for _line in range(len(before) + 1)]
    for i, j in product(reversed(range(len(before))), reversed(range(len(after)))):
        best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + like[i][j])
    found: list[tuple[str | None, str | None]] = []
    i = j = 0
    while i < len(before) and j < len(after):
        if like[i][j] and best[i][j] == best[i + 1][j + 1] + like[i][j]:
            found.append((before[i], after[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append((before[i], None))
            i += 1
        else:
            found.append((None, after[j]))
            j += 1
    return [*found, *((line, None) for line in before[i:]), *((None, line) for line in after[j:])]


def _likeness(old: str, new: str) -> float:
    """The share of words that both have, in whatever order; 0 for lines no more alike than any two."""
    a, b = Counter(_WORDS.findall(old)), Counter(_WORDS.findall(new))
    share = 2 * (a & b).total() / max(a.total() + b.total(), 1)
    return share if share >= _ALIKE else 0


def _pieces(old: str, new: str) -> Pieces | None:
    """The words of both, in one line; None where they have too little in common."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(a), len(b)) > _LONGEST_LINE:
        return None
    found = list(runs(a, b))
    shared = sum(run.i2 - run.i1 for run in found if run.is_same)
    if 2 * shared < _ALIKE * (len(a) + len(b)):
        return None
    pieces: list[Piece] = []
    for run in found:
        if run.is_same:
            pieces.append(Piece(Mark.SAME, "".join(a[run.i1 : run.i2])))
            continue
        pieces += [Piece(Mark.OLD, "".join(a[run.i1 : run.i2]))] if run.i2 > run.i1 else []
        pieces += [Piece(Mark.NEW, "".join(b[run.j1 : run.j2]))] if run.j2 > run.j1 else []
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
