"""The empty table that an importer can be filled in with."""

from typing import IO

import xlsxwriter
from django.utils.translation import gettext as _

from portal.transfers.importers import Importer
from portal.transfers.limits import Limits
from portal.transfers.writing import sheet_name

_COLUMN_WIDTH = 20
_NOTE_WIDTH = 60


def write(out: IO[bytes], importer: Importer) -> None:
    """A workbook with the header, and a second sheet that explains the columns.

    All cells are formatted as text, so that Excel does not shorten order numbers; the examples stand on the
    second sheet, where nobody imports them by mistake.
    """
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold = book.add_format({"bold": True})
        as_text = book.add_format({"num_format": "@"})
        table = book.add_worksheet(sheet_name(importer.label))
        table.set_column(0, Limits().columns - 1, _COLUMN_WIDTH, as_text)
        table.freeze_panes(1, 0)
        notes = book.add_worksheet(sheet_name(_("Explanation")))
        notes.set_column(0, 2, _COLUMN_WIDTH)
        notes.set_column(3, 3, _NOTE_WIDTH)
        for place, title in enumerate([_("column"), _("required"), _("example"), _("explanation")]):
            notes.write_string(0, place, title, bold)
        for number, column in enumerate(importer.columns):
            table.write_string(0, number, str(column.header), bold)
            required = _("yes") if column.is_required else ""
            for place, text in enumerate([column.header, required, column.example, column.help]):
                notes.write_string(number + 1, place, str(text))
