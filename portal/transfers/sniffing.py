"""What a file is, told by its content and never by its name. Without Django."""

import mmap
import re
from enum import StrEnum
from pathlib import Path

from portal.transfers.limits import Limits, Reason, Refused

_HEAD_BYTES = 1024


class FileKind(StrEnum):
    WORKBOOK = "xlsx"
    DELIMITED = "csv"


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# BIFF 2 to 4: workbooks of before 1995 without any container.
_BARE_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_OTHERS = (
    b"%PDF", b"MZ", b"\x7fELF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"Rar!", b"7z\xbc\xaf",
    b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"{\\rtf", b"#!", b"SQLite format 3",
)  # fmt: skip
_MARKUP = re.compile(rb"\s*<(?:!doctype|!--|\?xml|html|head|body|table|meta|script|svg|style)", re.IGNORECASE)


def kind_of(path: Path, limits: Limits) -> FileKind:
    """Tell a workbook from delimited text and refuse all else with the reason a person can act on.

    Raises: Refused.
    """
    size = path.stat().st_size
    if size == 0:
        raise Refused(Reason.EMPTY)
    if size > limits.file_bytes:
        raise Refused(Reason.TOO_LARGE)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP):
        return FileKind.WORKBOOK
    if head.startswith(_COMPOUND):
        raise Refused(_reason_for_compound(path))
    if head.startswith(_BARE_EXCEL):
        raise Refused(Reason.OLD_EXCEL)
    if head.startswith(_OTHERS):
        raise Refused(Reason.NOT_A_TABLE)
    if _MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        raise Refused(Reason.WEB_PAGE)
    return FileKind.DELIMITED


def _reason_for_compound(path: Path) -> Reason:
    """Old Office files and encrypted new ones share a container; the names of its streams tell."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            return Reason.ENCRYPTED
        for stream in ("Workbook", "Book"):
            if content.find(stream.encode("utf-16-le")) >= 0:
                return Reason.OLD_EXCEL
    return Reason.NOT_A_TABLE
