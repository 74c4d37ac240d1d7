"""The one place where tables leave the portal as files: every text is neutralised here, nowhere else.

Whatever is not of a type that cannot hold a formula is a text; so is an object, which names itself by one.

Source: reliability.md 0-3 and row 16.
"""

import csv
import datetime as dt
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.errors import DomainError
from portal.transfers.cell_text import EXACT_BELOW, SIGNIFICANT_DIGITS, without_controls
from portal.transfers.formulas import neutralise

Value = object
"""Whatever a column may hold; what it may be written as is decided here."""


@dataclass(frozen=True)
class Filled:
    """A text on a colour (#rrggbb, or "" for none); where there are no colours, the text."""

    text: str
    colour: str = ""

    def __str__(self) -> str:
        return self.text


MAX_XLSX_ROWS = 1_048_576
MAX_XLSX_CHARACTERS = 32_767
_PLAIN_TYPES = frozenset({int, float, dt.date, dt.time})
_SHEET_NAME_CHARACTERS = 31
_NOT_IN_SHEET_NAMES = str.maketrans("[]:*?/\\'", "        ")
_WORKBOOK_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


class TooManyRows(DomainError):  # noqa: N818 - named as the rule, as every error of a step
    """A workbook holds 1,048,576 rows and no more."""


def csv_lines(header: Sequence[Value], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """The table as CSV in UTF-8 with a byte order mark, by which Excel knows the encoding; line by line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in _all(header, rows):
        writer.writerow([_csv_text(value) for value in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def write_csv(out: IO[bytes], header: Sequence[Value], rows: Iterable[Sequence[Value]]) -> None:
    out.writelines(csv_lines(header, rows))


def write_xlsx(
    out: IO[bytes], header: Sequence[Value], rows: Iterable[Sequence[Value]], *, title: str | Promise = ""
) -> None:
    """The table as a workbook of one sheet, in memory that does not grow with its rows.

    A text that is longer than a cell of Excel holds ends in an ellipsis.

    Raises: TooManyRows.
    """
    with xlsxwriter.Workbook(out, _WORKBOOK_OPTIONS) as book:
        sheet = book.add_worksheet(sheet_name(title))
        sheet.freeze_panes(1, 0)
        cells = _CellWriter(book, sheet)
        for number, row in enumerate(_all(header, rows)):
            if number >= MAX_XLSX_ROWS:
                raise TooManyRows(_("An Excel workbook cannot hold that many rows. Choose CSV."))
            for column, value in enumerate(row):
                cells.write(number, column, value)


def sheet_name(title: str | Promise) -> str:
    """A title that Excel takes for a sheet."""
    return str(title).translate(_NOT_IN_SHEET_NAMES)[:_SHEET_NAME_CHARACTERS].strip() or "Sheet1"


def _all(header: Sequence[Value], rows: Iterable[Sequence[Value]]) -> Iterator[Sequence[Value]]:
    yield header
    yield from rows


def _csv_text(value: Value) -> str:
    """What is listed here cannot hold a formula; whatever else comes is a text and neutralised.

    The very types, not their children, whose text may be any.
    """
    if value is None:
        return ""
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if type(value) is dt.datetime:
        return _local(value).isoformat(sep=" ", timespec="seconds")
    if type(value) is Decimal:
        return format(value, "f")
    if type(value) in _PLAIN_TYPES:
        return str(value)
    return neutralise(without_controls(str(value)))


def _local(instant: dt.datetime) -> dt.datetime:
    """The wall clock of the reader: a table has no time zones."""
    return timezone.make_naive(instant) if timezone.is_aware(instant) else instant


def _is_exact_in_excel(number: float | Decimal) -> bool:
    """Whether Excel, which keeps 15 digits, shows this number as it is."""
    if not math.isfinite(number) or not -EXACT_BELOW < number < EXACT_BELOW:
        return False
    return not isinstance(number, Decimal) or len(number.as_tuple().digits) <= SIGNIFICANT_DIGITS


class _CellWriter:
    """Writes each value in its own type and every text as text, whatever it looks like."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._book, self._sheet = book, sheet
        self._date = book.add_format({"num_format": "yyyy-mm-dd"})
        self._instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})

        self._fills: dict[str, Any] = {}

    def write(self, row: int, column: int, value: Value) -> None:
        if value is None or value == "":
            return
        if isinstance(value, Filled):
            self._sheet.write_string(row, column, _fitting(_csv_text(value)), self._fill(value.colour))
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float, Decimal)) and _is_exact_in_excel(value):
            self._sheet.write_number(row, column, value)
        elif isinstance(value, dt.datetime):
            self._sheet.write_datetime(row, column, _local(value), self._instant)
        elif isinstance(value, dt.date):
            self._sheet.write_datetime(row, column, value, self._date)
        else:
            self._sheet.write_string(row, column, _fitting(_csv_text(value)))

    def _fill(self, colour: str) -> Any:
        """One format for each colour, mixed with white so that the letters can be read."""
        if not colour:
            return None
        if colour not in self._fills:
            pale = "#" + "".join(f"{(int(colour[at : at + 2], 16) + 3 * 255) // 4:02x}" for at in (1, 3, 5))
            self._fills[colour] = self._book.add_format({"bg_color": pale, "align": "center"})
        return self._fills[colour]


def _fitting(text: str) -> str:
    return text if len(text) <= MAX_XLSX_CHARACTERS else f"{text[: MAX_XLSX_CHARACTERS - 1]}…"
