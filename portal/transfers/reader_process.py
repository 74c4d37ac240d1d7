"""The child in which an unknown file is parsed: `python -m portal.transfers.reader_process PATH LIMITS`.

It gives up memory, time and the right to write before it looks at the file, checks everything, and only
then streams rows as JSON lines: one line that tells what the file is, or why it is refused; one line per
row that is not blank, `[number, cells, damaged columns]`; one line that says that nothing is missing.
"""

import json
import resource
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from portal.transfers import container, delimited, workbook
from portal.transfers.cell_text import from_csv, from_value
from portal.transfers.limits import Limits, Reason, Refused
from portal.transfers.sniffing import FileKind, kind_of


@dataclass(frozen=True)
class _Source:
    """A file that was opened: its rows can be walked again and again."""

    kind: FileKind
    encoding: str
    raw_rows: Callable[[], Iterable[Sequence[Any]]]
    text_of: Callable[[Any], tuple[str, bool]]


def main(path: Path, limits: Limits, out: TextIO) -> None:
    _confine(limits)
    try:
        source = _open(path, limits)
        total = _verify(source, limits)
        _say(out, {"kind": source.kind, "encoding": source.encoding, "rows": total})
        for row in _rows(source):
            _say(out, row)
        _say(out, {"end": True})
    except Refused as refusal:
        _say(out, {"refused": refusal.reason, "row": refusal.row})
    except MemoryError:
        _say(out, {"refused": Reason.TOO_HEAVY, "row": None})


def _confine(limits: Limits) -> None:
    """From here on a parser that runs wild ends this process and nothing else."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    _allow_memory(limits.memory_bytes(0))


def _allow_memory(size: int) -> None:
    # Only Linux enforces a limit of address space; elsewhere the checks before parsing must do.
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (size, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _open(path: Path, limits: Limits) -> _Source:
    kind = kind_of(path, limits)
    if kind is FileKind.WORKBOOK:
        _allow_memory(limits.memory_bytes(container.examine(path, limits)))
        sheet = workbook.open_sheet(path, limits)
        return _Source(kind, "", sheet.iter_rows, from_value)
    encoding = delimited.encoding_of(path)
    return _Source(kind, encoding, lambda: delimited.rows(path, encoding, limits), from_csv)


def _verify(source: _Source, limits: Limits) -> int:
    """Walk all rows once against the limits, so that no row is used of a file that is refused."""
    total = cells = number = 0
    for number, row in enumerate(source.raw_rows(), start=1):
        cells += len(row)
        if number > limits.rows:
            raise Refused(Reason.TOO_MANY_ROWS)
        if len(row) > limits.columns:
            raise Refused(Reason.TOO_MANY_COLUMNS, row=number)
        if cells > limits.cells:
            raise Refused(Reason.TOO_MANY_CELLS)
        if any(isinstance(cell, str) and len(cell) > limits.cell_characters for cell in row):
            raise Refused(Reason.CELL_TOO_LONG, row=number)
        total += any(source.text_of(cell)[0] for cell in row)
    if not total:
        raise Refused(Reason.EMPTY)
    return total


def _rows(source: _Source) -> Iterator[list[Any]]:
    for number, row in enumerate(source.raw_rows(), start=1):
        texts = [source.text_of(cell) for cell in row]
        cells = [text for text, _ in texts]
        if any(cells):
            yield [number, cells, [column for column, (_, lost) in enumerate(texts) if lost]]


def _say(out: TextIO, message: Any) -> None:
    out.write(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
    out.write("\n")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    main(Path(sys.argv[1]), Limits(**json.loads(sys.argv[2])), sys.stdout)
