"""A roster as a file: a workbook that can be imported again, and paper for the wall."""

import io
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import pdf
from portal.transfers.writing import Filled, write_xlsx
from staffing.rosters.sheet import RosterSheet, heading

WEEK = 7


def workbook(sheet: RosterSheet) -> bytes:
    """Numbers, names, days across: the layout that `importing` reads. Below it the count of each shift."""
    header = [_("Staff number"), _("Name"), *(on.isoformat() for on in sheet.days), _("Shifts")]
    rows: list[list[object]] = [
        [row.staff_no, row.name, *(Filled(cell.text, cell.colour) for cell in row.cells), row.shifts]
        for row in sheet.rows
    ]
    for place, kind in enumerate(sheet.kinds):
        label = Filled(f"{kind.name} {kind.hours}", kind.colour)
        rows.append(
            ["", label, *(day[place] for day in sheet.totals), sum(day[place] for day in sheet.totals)]
        )
    out = io.BytesIO()
    write_xlsx(out, header, rows, title=sheet.title)
    return out.getvalue()


def paper(sheet: RosterSheet, *, at: datetime) -> bytes:
    """A PDF: a week on A4, more on A3."""
    counted = [
        [kind.name, "", *(str(day[place] or "") for day in sheet.totals)]
        for place, kind in enumerate(sheet.kinds)
    ]
    fills = {
        (number, place + 2): cell.colour
        for number, row in enumerate(sheet.rows)
        for place, cell in enumerate(row.cells)
        if cell.colour
    }
    page = pdf.Sheet(
        title=sheet.title,
        subtitle=sheet.state,
        header=[_("Name"), _("Staff number"), *(heading(on) for on in sheet.days)],
        rows=[[row.name, row.staff_no, *(cell.text for cell in row.cells)] for row in sheet.rows] + counted,
        foot=["   ".join(sheet.legend)],
        fills=fills,
        heads=2,
        is_wide=len(sheet.days) > WEEK,
    )
    out = io.BytesIO()
    printed = _("Printed %(at)s") % {"at": date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")}
    pdf.write(out, page, printed=printed)
    return out.getvalue()
