"""The zip around a workbook, examined before any parser sees it. Without Django.

What the central directory declares is checked first, which costs nothing; then every part is unpacked
into nowhere, in small steps, because a directory may lie.
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.transfers.limits import Limits, Reason, Refused

_STEP = 256 * 1024
_END_RECORD = struct.Struct("<4s4H2LH")
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
# A character of a cell may be written as an entity of up to nine bytes, the markup beside it is short.
_BYTES_PER_CHARACTER = 10
_ROWS_OF_EXCEL = 1_048_576

_BROKEN = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    ValueError,
    EOFError,
    OSError,
    NotImplementedError,
)


def examine(path: Path, limits: Limits) -> int:
    """Refuse an archive that is no workbook or would cost too much; return its unpacked size in bytes.

    Raises: Refused.
    """
    try:
        with path.open("rb") as file:
            _examine_end(file, limits)
            with zipfile.ZipFile(file) as archive:
                parts = archive.infolist()
            _examine_directory(parts, limits)
            return sum(_examine_part(file, part, limits) for part in parts)
    except _BROKEN as error:
        raise Refused(Reason.DAMAGED) from error


def _examine_end(file: BinaryIO, limits: Limits) -> None:
    """Refuse a huge directory before it is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD.size - _LONGEST_COMMENT))
    tail = file.read()
    start = tail.rfind(b"PK\x05\x06")
    if start < 0:
        raise Refused(Reason.DAMAGED)
    _, _, _, _, entries, directory_bytes, _, _ = _END_RECORD.unpack_from(tail, start)
    if entries > limits.parts or directory_bytes > limits.directory_bytes:
        raise Refused(Reason.SUSPICIOUS)


def _examine_directory(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise Refused(Reason.ENCRYPTED)
    _examine_kind({part.filename for part in parts})
    if len({part.filename for part in parts}) < len(parts):
        raise Refused(Reason.SUSPICIOUS)
    if any(part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for part in parts):
        raise Refused(Reason.SUSPICIOUS)
    if sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise Refused(Reason.UNPACKS_TOO_LARGE)
    for part in parts:
        _examine_ratio(part.file_size, part.compress_size, limits)
    _examine_overlap(parts)


def _examine_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names and "[Content_Types].xml" in names:
        return
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise Refused(Reason.OTHER_SPREADSHEET)
    raise Refused(Reason.NOT_A_TABLE)


def _examine_ratio(unpacked: int, packed: int, limits: Limits) -> None:
    if unpacked > limits.ratio_from_bytes and unpacked > packed * limits.ratio:
        raise Refused(Reason.UNPACKS_TOO_LARGE)


def _examine_overlap(parts: list[zipfile.ZipInfo]) -> None:
    """Parts that share their packed bytes are the trick of the densest bombs."""
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise Refused(Reason.SUSPICIOUS)
        end = part.header_offset + _LOCAL_HEADER.size + part.compress_size


def _examine_part(file: BinaryIO, part: zipfile.ZipInfo, limits: Limits) -> int:
    size = 0
    scan = _MarkupScan(limits) if part.filename.lower().endswith((".xml", ".rels")) else None
    for piece in _unpacked(file, part):
        size += len(piece)
        if size > part.file_size:
            raise Refused(Reason.SUSPICIOUS)
        if scan:
            scan.feed(piece)
    if size != part.file_size:
        raise Refused(Reason.DAMAGED)
    return size


def _unpacked(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in pieces of bounded size, however much it unpacks to."""
    file.seek(part.header_offset)
    *_, name_length, extra_length = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    file.seek(name_length + extra_length, 1)
    left = part.compress_size
    inflater = None if part.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-zlib.MAX_WBITS)
    while left and (packed := file.read(min(_STEP, left))):
        left -= len(packed)
        if inflater is None:
            yield packed
        else:
            yield from _inflated(inflater, packed)
            if inflater.eof:
                break
    if left or (inflater and not inflater.eof):
        raise Refused(Reason.DAMAGED)


def _inflated(inflater: "zlib._Decompress", packed: bytes) -> Iterator[bytes]:
    """All that these packed bytes unpack to; the inflater may hold back more than a step of it."""
    while piece := inflater.decompress(packed, _STEP):
        yield piece
        packed = inflater.unconsumed_tail


class _MarkupScan:
    """What can be told of a part's XML at the speed of unpacking it, without parsing."""

    def __init__(self, limits: Limits) -> None:
        self._longest_run = limits.cell_characters * _BYTES_PER_CHARACTER
        self._cells_left = limits.cells
        self._rows_left = _ROWS_OF_EXCEL
        self._run = 0
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        if b"<!DOCTYPE" in self._tail + piece:
            raise Refused(Reason.SUSPICIOUS)
        self._measure_run(piece)
        self._cells_left -= piece.count(b"<c ") + piece.count(b"<c>")
        self._rows_left -= piece.count(b"<row ") + piece.count(b"<row>")
        if self._cells_left < 0:
            raise Refused(Reason.TOO_MANY_CELLS)
        if self._rows_left < 0:
            raise Refused(Reason.TOO_MANY_ROWS)
        self._tail = piece[-len(b"<!DOCTYPE") :]

    def _measure_run(self, piece: bytes) -> None:
        """Refuse megabytes without a tag: one monstrous text, or a monstrous tag.

        A run inside one piece is shorter than a piece, so only those across pieces are measured.
        """
        first = piece.find(b"<")
        self._run += len(piece) if first < 0 else first
        if self._run > self._longest_run:
            raise Refused(Reason.CELL_TOO_LONG)
        if first >= 0:
            self._run = len(piece) - piece.rfind(b"<")
