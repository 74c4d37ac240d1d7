"""Workbooks made by hand: what spreadsheet programs write, and what they never would."""

import io
import zipfile
from collections.abc import Iterable, Mapping

_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

FRAME: dict[str, bytes] = {
    "[Content_Types].xml": _HEAD
    + f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'.encode(),
    "_rels/.rels": _HEAD
    + f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
    "xl/_rels/workbook.xml.rels": _HEAD
    + f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    "</Relationships>".encode(),
    "xl/workbook.xml": _HEAD
    + b"<workbook "
    + _MAIN
    + f' xmlns:r="{_RELATIONS}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>".encode(),
}
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def sheet(rows: Iterable[bytes]) -> bytes:
    return b"".join([_HEAD, b"<worksheet ", _MAIN, b"><sheetData>", *rows, b"</sheetData></worksheet>"])


def strings(items: Iterable[bytes]) -> bytes:
    return b"".join([_HEAD, b"<sst ", _MAIN, b">", *items, b"</sst>"])


def row(number: int, *cells: bytes) -> bytes:
    return b'<row r="%d">%b</row>' % (number, b"".join(cells))


def number(place: str, value: str) -> bytes:
    return f'<c r="{place}"><v>{value}</v></c>'.encode()


def text(place: str, value: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'.encode()


GOOD_SHEET = sheet(
    [row(1, text("A1", "order"), text("B1", "phone")), row(2, text("A2", "1"), text("B2", "2"))]
)


def archive(
    parts: Mapping[str, bytes],
    *,
    compression: int = zipfile.ZIP_DEFLATED,
    extra: Iterable[tuple[str, bytes]] = (),
) -> bytes:
    """A zip of these parts; `extra` may repeat a name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression, compresslevel=1) as file:
        for name, content in [*parts.items(), *extra]:
            file.writestr(zipfile.ZipInfo(name), content, compress_type=compression)
    return out.getvalue()


def xlsx(
    content: bytes = GOOD_SHEET,
    *,
    more: Mapping[str, bytes] | None = None,
    compression: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A workbook of one sheet, with further or other parts."""
    return archive({**FRAME, SHEET: content, **(more or {})}, compression=compression)


def patched(data: bytes, name: str, *, at: int, value: bytes) -> bytes:
    """The zip with a field of one part's entry in the central directory overwritten."""
    entry = data.rindex(name.encode()) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    return data[: entry + at] + value + data[entry + at + len(value) :]


def compound(*streams: str) -> bytes:
    """The container of old Office files, as far as its signature and the names of its streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names
