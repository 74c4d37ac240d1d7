"""Two texts written on the same third one are put together where they do not touch each other.

Knows no tables. Lines are the unit: what both have changed differently is left to a person.
"""

from collections.abc import Sequence

from training.knowledge.alignment import runs


def merge(base: str, theirs: str, mine: str) -> str | None:
    """The text with what both have changed; None where both have changed the same lines, each in his way."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    lines = _merged(base.splitlines(), theirs.splitlines(), mine.splitlines())
    return None if lines is None else "\n".join(lines)


def merge_lists(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """Theirs, with what I have added and without what I have taken out."""
    gone = set(base) - set(mine)
    kept = [line for line in theirs if line not in gone]
    return kept + [line for line in mine if line not in base and line not in kept]


def _merged(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str] | None:
    changes = sorted({*_changes(base, theirs), *_changes(base, mine)})
    result: list[str] = []
    at = 0
    for number, (start, end, lines) in enumerate(changes):
        if number and start <= at:
            return None
        result += base[at:start]
        result += lines
        at = end
    return [*result, *base[at:]]


def _changes(base: Sequence[str], text: Sequence[str]) -> list[tuple[int, int, tuple[str, ...]]]:
    """From which to which line of the base something else stands, and what."""
    return [(run.i1, run.i2, tuple(text[run.j1 : run.j2])) for run in runs(base, text) if not run.is_same]
