"""The first sheet of an xlsx workbook with something on it, row by row. Without Django."""

from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from portal.transfers.limits import Limits, Reason, Refused


def open_sheet(path: Path, limits: Limits) -> CalamineSheet:
    """Parse the first visible sheet with something on it; its columns begin at the first one in use.

    Raises: Refused.
    """
    try:
        book = CalamineWorkbook.from_path(path)
        sheets = (
            book.get_sheet_by_name(sheet.name)
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        sheet = next((sheet for sheet in sheets if sheet.height), None)
    except PasswordError as error:
        raise Refused(Reason.ENCRYPTED) from error
    except CalamineError as error:
        raise Refused(Reason.DAMAGED) from error
    if sheet is None:
        raise Refused(Reason.EMPTY)
    if sheet.height > limits.rows:
        raise Refused(Reason.TOO_MANY_ROWS)
    if sheet.width > limits.columns:
        raise Refused(Reason.TOO_MANY_COLUMNS)
    return sheet
