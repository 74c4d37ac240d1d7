"""Delimited text of unknown encoding and delimiter, row by row. Without Django."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from portal.transfers.limits import MEGABYTE, Limits, Reason, Refused

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DELIMITERS = ",;\t"


def encoding_of(path: Path) -> str:
    """The one encoding in which the whole file is valid: a byte order mark decides, then a strict trial.

    GB18030 comes last: it takes nearly any bytes, UTF-8 hardly any but its own.

    Raises: Refused.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if head.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        if _is_valid(path, encoding):
            return encoding
    raise Refused(Reason.UNKNOWN_ENCODING)


def _is_valid(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while text := file.read(MEGABYTE):
                if "\0" in text:
                    raise Refused(Reason.BINARY)
    except UnicodeError:
        return False
    return True


def rows(path: Path, encoding: str, limits: Limits) -> Iterator[list[str]]:
    """The records as a spreadsheet would show them, blank lines included.

    Raises: Refused.
    """
    csv.field_size_limit(limits.cell_characters)
    taken = 0
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter_of(file.readline(limits.line_characters))
        file.seek(0)
        reader = csv.reader(_lines(file, limits), delimiter=delimiter)
        try:
            for record in reader:
                taken += 1
                yield record
        except csv.Error as error:
            raise Refused(Reason.CELL_TOO_LONG, row=taken + 1) from error


def _lines(file: TextIO, limits: Limits) -> Iterator[str]:
    for number, line in enumerate(iter(lambda: file.readline(limits.line_characters), ""), start=1):
        if len(line) == limits.line_characters:
            raise Refused(Reason.CELL_TOO_LONG, row=number)
        yield line


def _delimiter_of(line: str) -> str:
    """The candidate that stands most often outside quotation marks; a comma when none does."""
    bare = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)
