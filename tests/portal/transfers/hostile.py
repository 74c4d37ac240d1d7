"""Files that must be refused, each with the reason that is given. Built in code, none is kept."""

import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from portal.transfers.limits import Reason
from tests.portal.transfers.workbooks import (
    FRAME,
    GOOD_SHEET,
    SHEET,
    STRINGS,
    archive,
    compound,
    number,
    patched,
    row,
    sheet,
    strings,
    text,
    xlsx,
)

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    name: str
    reason: Reason
    build: Callable[[], bytes]


def _nothing_like_a_table() -> list[Hostile]:
    heads = {
        "windows program": b"MZ\x90\x00",
        "linux program": b"\x7fELF\x02\x01",
        "pdf": b"%PDF-1.7\n",
        "png": b"\x89PNG\r\n\x1a\n",
        "jpeg": b"\xff\xd8\xff\xe0",
        "gif": b"GIF89a",
        "gzip": b"\x1f\x8b\x08\x00",
        "rar": b"Rar!\x1a\x07",
        "7z": b"7z\xbc\xaf\x27\x1c",
        "rtf": b"{\\rtf1 a,b}",
        "shell script": b"#!/bin/sh\necho a,b\n",
        "word document of before 2007": compound("WordDocument"),
        "zip without parts": b"PK\x05\x06" + b"\0" * 18,
        "zip of a text": archive({"a.csv": b"a,b\n1,2\n"}),
        "zip in a zip": archive({"inner.xlsx": xlsx()}),
        "word document": archive({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
    }
    return [Hostile(name, Reason.NOT_A_TABLE, lambda head=head: head) for name, head in heads.items()]  # type: ignore[misc]


def _markup() -> list[Hostile]:
    texts = {
        "web page": b"<!DOCTYPE html><html><table><tr><td>1",
        "web page with byte order mark": b"\xef\xbb\xbf\r\n  <html xmlns:x='urn:schemas-microsoft-com'>",
        "bare table element": b"<table border=1><tr><td>1</td></tr></table>",
        "xml": b"<?xml version='1.0'?><Workbook/>",
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    }
    return [Hostile(name, Reason.WEB_PAGE, lambda text=text: text) for name, text in texts.items()]  # type: ignore[misc]


def _other_spreadsheets() -> list[Hostile]:
    return [
        Hostile("xls", Reason.OLD_EXCEL, lambda: compound("Root Entry", "Workbook")),
        Hostile("xls of Excel 5", Reason.OLD_EXCEL, lambda: compound("Root Entry", "Book")),
        Hostile("xls of Excel 4", Reason.OLD_EXCEL, lambda: b"\x09\x04\x06\x00\x00\x04\x10\x00"),
        Hostile("workbook with a password", Reason.ENCRYPTED, lambda: compound("EncryptedPackage")),
        Hostile("xlsb", Reason.OTHER_SPREADSHEET, lambda: archive({"xl/workbook.bin": b"\0"})),
        Hostile("ods", Reason.OTHER_SPREADSHEET, lambda: archive({"content.xml": b"<x/>"})),
    ]


def _damaged() -> list[Hostile]:
    good = xlsx()
    body = good.index(SHEET.encode()) + len(SHEET)
    garbled = good[:body] + bytes(byte ^ 0xFF for byte in good[body : body + 40]) + good[body + 40 :]
    return [
        Hostile("cut in half", Reason.DAMAGED, lambda: good[: len(good) // 2]),
        Hostile("last bytes missing", Reason.DAMAGED, lambda: good[:-10]),
        Hostile("first bytes only", Reason.DAMAGED, lambda: good[:4]),
        Hostile("bytes of a part garbled", Reason.DAMAGED, lambda: garbled),
        Hostile("sheet that is no XML", Reason.DAMAGED, lambda: xlsx(b"<worksheet><sheetData><row")),
        Hostile("entity nobody declared", Reason.DAMAGED, lambda: xlsx(sheet([row(1, text("A1", "&x;"))]))),
        Hostile("sheet part missing", Reason.DAMAGED, lambda: archive(FRAME)),
        Hostile("part shorter than declared", Reason.DAMAGED, _declared(GOOD_SHEET, len(GOOD_SHEET) + 9)),
    ]


def _declared(content: bytes, size: int) -> Callable[[], bytes]:
    return lambda: patched(xlsx(content), SHEET, at=24, value=struct.pack("<L", size))


def _twice() -> bytes:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return archive({**FRAME, SHEET: GOOD_SHEET}, extra=[(SHEET, GOOD_SHEET)])


def _overlapping() -> bytes:
    data = xlsx(more={"xl/a.xml": b"<a/>", "xl/b.xml": b"<b/>"})
    offset = data[data.rindex(b"xl/a.xml") - 4 : data.rindex(b"xl/a.xml")]
    return patched(data, "xl/b.xml", at=42, value=offset)


def _tricks() -> list[Hostile]:
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    piece = 256 * 1024
    return [
        Hostile(
            "10,000 parts", Reason.SUSPICIOUS, lambda: xlsx(more={f"xl/{n}": b"" for n in range(10_000)})
        ),
        Hostile(
            "directory of megabytes",
            Reason.SUSPICIOUS,
            lambda: xlsx(more={f"xl/{n:060000}": b"" for n in range(20)}),
        ),
        Hostile("the same part twice", Reason.SUSPICIOUS, _twice),
        Hostile("parts that overlap", Reason.SUSPICIOUS, _overlapping),
        Hostile(
            "part longer than declared", Reason.SUSPICIOUS, _declared(sheet([b" " * 50 * MEGABYTE]), 1_000)
        ),
        Hostile("packed with bzip2", Reason.SUSPICIOUS, lambda: xlsx(compression=zipfile.ZIP_BZIP2)),
        Hostile("packed with lzma", Reason.SUSPICIOUS, lambda: xlsx(compression=zipfile.ZIP_LZMA)),
        Hostile("entities in the sheet", Reason.SUSPICIOUS, lambda: xlsx(entities + GOOD_SHEET)),
        Hostile(
            "entities in the texts", Reason.SUSPICIOUS, lambda: xlsx(more={STRINGS: entities + strings([])})
        ),
        Hostile(
            "entities across two steps of unpacking",
            Reason.SUSPICIOUS,
            lambda: xlsx(b"<a/>" * ((piece - 4) // 4) + entities, compression=zipfile.ZIP_STORED),
        ),
        Hostile(
            "part with a password", Reason.ENCRYPTED, lambda: patched(xlsx(), SHEET, at=8, value=b"\x01\x00")
        ),
    ]


def _too_much_packed() -> list[Hostile]:
    zeros = b"<a>" + b"0" * (7 * MEGABYTE) + b"</a>"
    return [
        Hostile(
            "text of 300 MB in 300 kB",
            Reason.UNPACKS_TOO_LARGE,
            lambda: xlsx(sheet([row(1, text("A1", "A" * 300 * MEGABYTE))])),
        ),
        Hostile(
            "part packed a thousandfold",
            Reason.UNPACKS_TOO_LARGE,
            lambda: xlsx(more={"xl/a.bin": b"\0" * 9 * MEGABYTE}),
        ),
        Hostile(
            "forty parts of 7 MB",
            Reason.UNPACKS_TOO_LARGE,
            lambda: xlsx(more={f"xl/{n}.xml": zeros for n in range(40)}),
        ),
        Hostile(
            "declared as 4 GB",
            Reason.UNPACKS_TOO_LARGE,
            lambda: patched(xlsx(), SHEET, at=24, value=b"\xfe\xff\xff\xff"),
        ),
    ]


def _one_text_for_all() -> bytes:
    """A text as long as a cell may be, kept once and shown 50,000 times: 1.6 GB."""
    cells = sheet(row(n, b'<c r="A%d" t="s"><v>0</v></c>' % n) for n in range(1, 50_001))
    return xlsx(cells, more={STRINGS: strings([b"<si><t>" + b"A" * 32_767 + b"</t></si>"])})


def _too_much_content() -> list[Hostile]:
    corners = sheet([row(1, number("A1", "1")), row(1_048_576, number("XFD1048576", "1"))])
    wide = row(1, *(b'<c t="inlineStr"><is><t>a</t></is></c>' for _ in range(16_384)))
    return [
        Hostile("cell in the far corner", Reason.TOO_HEAVY, lambda: xlsx(corners)),
        Hostile("one long text 50,000 times", Reason.TOO_HEAVY, _one_text_for_all),
        Hostile("16,384 columns", Reason.TOO_MANY_COLUMNS, lambda: xlsx(sheet([wide]))),
        Hostile(
            "2,000,000 tiny rows",
            Reason.TOO_MANY_ROWS,
            lambda: xlsx(sheet(row(n, b"<c><v>%d</v></c>" % (n * n)) for n in range(1, 2_000_001))),
        ),
        Hostile(
            "250,000 rows",
            Reason.TOO_MANY_ROWS,
            lambda: xlsx(sheet(row(n, b"<c><v>%d</v></c>" % (n * n)) for n in range(1, 250_001))),
        ),
        Hostile(
            "5,000,000 cells",
            Reason.TOO_MANY_CELLS,
            lambda: xlsx(sheet(row(n, b"<c><v>%d</v></c>" % n * 50) for n in range(1, 100_001))),
        ),
        Hostile(
            "text of 20 MB, not packed",
            Reason.CELL_TOO_LONG,
            lambda: xlsx(sheet([row(1, text("A1", "A" * 20 * MEGABYTE))]), compression=zipfile.ZIP_STORED),
        ),
        Hostile(
            "text of 20 MB in small pieces",
            Reason.CELL_TOO_LONG,
            lambda: xlsx(
                sheet(
                    [
                        b'<row r="1"><c t="inlineStr"><is>',
                        b"<r><t>%b</t></r>" % (b"A" * 99) * 200_000,
                        b"</is></c></row>",
                    ]
                ),
                compression=zipfile.ZIP_STORED,
            ),
        ),
        Hostile(
            "text of 32,768 characters",
            Reason.CELL_TOO_LONG,
            lambda: xlsx(sheet([row(1, text("A1", "字" * 32_768))])),
        ),
        Hostile("sheet without anything", Reason.EMPTY, lambda: xlsx(sheet([]))),
        Hostile("sheet of blanks", Reason.EMPTY, lambda: xlsx(sheet([row(1, text("A1", " \u200b　"))]))),
    ]


def _delimited() -> list[Hostile]:
    table = "单号,电话\n1,2\n"
    return [
        Hostile("no bytes", Reason.EMPTY, lambda: b""),
        Hostile("byte order mark only", Reason.EMPTY, lambda: b"\xef\xbb\xbf"),
        Hostile("blank lines only", Reason.EMPTY, lambda: b"\r\n,,\r\n \r\n"),
        Hostile("NUL in the text", Reason.BINARY, lambda: b"a,b\n1,\x002\n"),
        Hostile("UTF-16 without a mark", Reason.BINARY, lambda: "a,b\n1,2\n".encode("utf-16-le")),
        Hostile("UTF-16 cut in a character", Reason.UNKNOWN_ENCODING, lambda: table.encode("utf-16")[:-1]),
        Hostile("neither UTF-8 nor GB18030", Reason.UNKNOWN_ENCODING, lambda: b"a,b\n1,\xff\xfe2\n"),
        Hostile(
            "UTF-8 mark before GB18030",
            Reason.UNKNOWN_ENCODING,
            lambda: b"\xef\xbb\xbf" + table.encode("gb18030"),
        ),
        Hostile("line of 30 MB", Reason.CELL_TOO_LONG, lambda: b"a" * 30 * MEGABYTE),
        Hostile("field of 40,000 characters", Reason.CELL_TOO_LONG, lambda: b"a,b\n1," + b"x" * 40_000),
        Hostile(
            "quotation mark never closed", Reason.CELL_TOO_LONG, lambda: b'a,b\n1,"2\n' + b"3,4\n" * 10_000
        ),
        Hostile(
            "record that never ends", Reason.TOO_MANY_COLUMNS, lambda: b'a,b\n"1\n' + b'","\n' * 1_000_000
        ),
        Hostile("300 columns", Reason.TOO_MANY_COLUMNS, lambda: b"a," * 300 + b"\n"),
        Hostile("200,001 lines", Reason.TOO_MANY_ROWS, lambda: b"1\n" * 200_001),
    ]


CORPUS: list[Hostile] = [
    *_nothing_like_a_table(),
    *_markup(),
    *_other_spreadsheets(),
    *_damaged(),
    *_tricks(),
    *_too_much_packed(),
    *_too_much_content(),
    *_delimited(),
]
