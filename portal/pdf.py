"""Tables on paper: A4 or A3, with Chinese letters that are shipped, so that every machine prints the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A3, A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

FONT = "portal"
_FILE = Path(__file__).parent / "fonts" / "wqy-microhei.ttc"
_MARGIN = 10 * mm
_INK, _LINE, _HEAD = colors.HexColor("#111827"), colors.HexColor("#d1d5db"), colors.HexColor("#f3f4f6")
_PALE = 0.78
"""How far a colour is mixed with white, so that letters on it can be read, and ink is spared."""

Place = tuple[int, int]
"""Row and column of a cell below the header, from 0."""


@dataclass(frozen=True)
class Sheet:
    """A table to print. `fills` are colours as #rrggbb; the first `heads` columns name the row."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    subtitle: str = ""
    foot: Sequence[str] = ()
    fills: Mapping[Place, str] = field(default_factory=dict)
    heads: int = 1
    is_wide: bool = False


def write(out: IO[bytes], sheet: Sheet, *, printed: str) -> None:
    """One table on as many pages as it needs, its header on each; `printed` stands at the foot."""
    register()
    page = landscape(A3 if sheet.is_wide else A4)
    document = SimpleDocTemplate(
        out,
        pagesize=page,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + 4 * mm,
        title=sheet.title,
    )

    def foot(canvas: Canvas, _document: object) -> None:
        canvas.setFont(FONT, 8)
        canvas.setFillColor(colors.HexColor("#6b7280"))
        canvas.drawString(_MARGIN, _MARGIN, printed)
        canvas.drawRightString(page[0] - _MARGIN, _MARGIN, str(canvas.getPageNumber()))

    document.build(_story(sheet, page[0] - 2 * _MARGIN), onFirstPage=foot, onLaterPages=foot)


def _story(sheet: Sheet, width: float) -> list[Flowable]:
    title = ParagraphStyle("title", fontName=FONT, fontSize=14, leading=18, textColor=_INK)
    small = ParagraphStyle("small", fontName=FONT, fontSize=8.5, leading=12, textColor=_INK)
    story: list[Flowable] = [Paragraph(escape(sheet.title), title)]
    if sheet.subtitle:
        story.append(Paragraph(escape(sheet.subtitle), small))
    story += [Spacer(1, 3 * mm), _table(sheet, width)]
    if sheet.foot:
        story.append(Spacer(1, 3 * mm))
    return story + [Paragraph(escape(line), small) for line in sheet.foot]


def _table(sheet: Sheet, width: float) -> Table:
    """The columns that name a row get what they need, the others share the rest."""
    size = 7.5 if len(sheet.header) > 16 else 9  # noqa: PLR2004 - a month or a week
    lines = [list(sheet.header), *map(list, sheet.rows)]
    heads = [_width_of(lines, column, size) for column in range(sheet.heads)]
    others = max(1, len(sheet.header) - sheet.heads)
    widths = heads + [(width - sum(heads)) / others] * (len(sheet.header) - sheet.heads)
    table = Table(lines, colWidths=widths, repeatRows=1)
    style: list[tuple[object, ...]] = [
        ("FONT", (0, 0), (-1, -1), FONT, size),
        ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
        ("GRID", (0, 0), (-1, -1), 0.4, _LINE),
        ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("ALIGN", (sheet.heads, 0), (-1, -1), "CENTER"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    for (row, column), colour in sheet.fills.items():
        cell = (column, row + 1)
        style.append(("BACKGROUND", cell, cell, _pale(colour)))
    table.setStyle(style)
    return table


def _width_of(lines: Sequence[Sequence[str]], column: int, size: float) -> float:
    widest = max(pdfmetrics.stringWidth(line[column], FONT, size) for line in lines)
    return float(widest + 3 * mm)


def _pale(colour: str) -> colors.Color:
    full = colors.HexColor(colour)
    return colors.Color(*(part + (1 - part) * _PALE for part in (full.red, full.green, full.blue)))


@cache
def register() -> None:
    """The letters, once for each process. For whoever draws a page of his own."""
    pdfmetrics.registerFont(TTFont(FONT, str(_FILE), subfontIndex=0))
