"""Markdown as what reportlab sets on paper. Nothing is fetched: pictures come from whoever calls.

Every word is escaped before it meets reportlab's own marks, so no text can bring marks of its own.
"""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from markdown_it.tree import SyntaxTreeNode
from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    HRFlowable,
    Image,
    Indenter,
    ListFlowable,
    ListItem,
    Paragraph,
    Spacer,
    Table,
)

from portal.pdf import FONT
from training import markdown

Picture = Callable[[str], bytes | None]
"""The JPEG behind an address of ours, if it belongs to what is printed."""

INK, QUIET, LINE, HEAD = (colors.HexColor(each) for each in ("#111827", "#6b7280", "#d1d5db", "#f3f4f6"))
MOST_COLUMNS = 12
LINES_TOGETHER = 50
"""In one paragraph: each page breaks the rest of it anew, so that the time for it grows with the square."""
TALLEST = 110 * mm
_AROUND = {
    "strong": '<font color="#b45309">{}</font>',
    "em": "<u>{}</u>",
    "s": "<strike>{}</strike>",
    "code_inline": '<font color="#374151">{}</font>',
}
"""The font has one weight and no slant: colour and lines stand for them."""
_BREAKS = ("softbreak", "hardbreak")
_WORDS = ("text", "text_special", "code_inline", "html_inline")
_LINKS = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def style(name: str, size: float, **more: object) -> ParagraphStyle:
    facts = {"fontName": FONT, "fontSize": size, "leading": size * 1.5, "textColor": INK, "wordWrap": "CJK"}
    return ParagraphStyle(name, **{**facts, **more})


BODY = style("body", 10, spaceAfter=4)
CELL = style("cell", 9)
CODE = style("code", 8.5, backColor=HEAD, borderPadding=3, spaceBefore=4, spaceAfter=8)
QUOTE = style("quote", 10, textColor=QUIET, leftIndent=6 * mm, spaceAfter=4)
HEADINGS = {level: style(f"h{level}", size, spaceBefore=6, spaceAfter=3) for level, size in
            enumerate((13, 12, 11, 10.5, 10, 10), 1)}  # fmt: skip


def flowables(text: str, *, width: float, picture: Picture) -> list[Flowable]:
    """The text of one article, for a column of that width in points."""
    root = SyntaxTreeNode(markdown.tokens(text))
    return _Setter(width, picture).blocks(root.children)


def plain(text: str) -> str:
    """Words for reportlab's parser."""
    return escape(_CONTROL.sub("", text))


class Words(Paragraph):  # type: ignore[misc]  # reportlab ships no types
    """A paragraph that is broken into lines once: it is asked several times in each pass over a book."""

    _asked_for: float | None = None
    _size: tuple[float, float] = (0, 0)

    def wrap(self, avail_width: float, avail_height: float) -> tuple[float, float]:
        if self._asked_for != avail_width or not hasattr(self, "blPara"):  # Split, it forgets its lines.
            self._size = super().wrap(avail_width, avail_height)
            self._asked_for = avail_width
        return self._size


class _Setter:
    def __init__(self, width: float, picture: Picture) -> None:
        self.width = width
        self.picture = picture
        self.lists = 0

    def blocks(self, nodes: Sequence[SyntaxTreeNode], body: ParagraphStyle = BODY) -> list[Flowable]:
        return [flowable for node in nodes for flowable in self._block(node, body)]

    def _block(self, node: SyntaxTreeNode, body: ParagraphStyle) -> Iterator[Flowable]:
        match node.type:
            case "heading":
                yield from self._paragraph(node, HEADINGS[min(int(node.tag[1:]), 6)])
            case "paragraph":
                yield from self._paragraph(node, body)
            case "bullet_list" | "ordered_list":
                yield self._list(node, body)
            case "blockquote":
                quoted = self.blocks(node.children, QUOTE)
                # Only a page knows how to indent: in an entry of a list the style alone does.
                yield from quoted if self.lists else [Indenter(4 * mm), *quoted, Indenter(-4 * mm)]
            case "fence" | "code_block":
                lines = node.content.rstrip("\n").split("\n")
                for start in range(0, len(lines), LINES_TOGETHER):
                    yield Words(_lines_of_code(lines[start : start + LINES_TOGETHER]), CODE)
            case "table":
                yield from self._table(node)
            case "hr":
                yield HRFlowable(width="100%", thickness=0.5, color=LINE, spaceBefore=4, spaceAfter=4)

    def _paragraph(self, node: SyntaxTreeNode, body: ParagraphStyle) -> Iterator[Flowable]:
        """Its words, and below them its pictures."""
        pictures: list[tuple[str, str]] = []
        for stretch in _stretches(node):
            marks = "".join(self._marks(part, pictures) for part in stretch)
            if marks.strip():
                yield Words(marks, body)
        for address, words in pictures:
            yield from self._picture(address, words)

    def _picture(self, address: str, words: str) -> Iterator[Flowable]:
        content = self.picture(address)
        if content is None:
            if words:
                yield Words(plain(f"[{words}]"), QUOTE)
            return
        image = Image(io.BytesIO(content), hAlign="LEFT")
        scale = min(1, self.width * 0.9 / image.drawWidth, TALLEST / image.drawHeight)
        image.drawWidth, image.drawHeight = image.drawWidth * scale, image.drawHeight * scale
        yield image
        yield Spacer(1, 2 * mm)

    def _list(self, node: SyntaxTreeNode, body: ParagraphStyle) -> ListFlowable:
        is_ordered = node.type == "ordered_list"
        self.lists += 1
        items = [ListItem(self.blocks(item.children, body), leftIndent=5 * mm) for item in node.children]
        self.lists -= 1
        numbered = {"bulletType": "1", "bulletFormat": "%s.", "start": int(node.attrs.get("start", 1))}
        marks = numbered if is_ordered else {"bulletType": "bullet", "start": "•"}
        return ListFlowable(
            items, bulletFontName=FONT, bulletFontSize=body.fontSize, leftIndent=5 * mm, **marks
        )

    def _table(self, node: SyntaxTreeNode) -> Iterator[Flowable]:
        rows = [[self._inline(cell)[0] for cell in row.children] for part in node.children
                for row in part.children]  # fmt: skip
        columns = max(map(len, rows))
        if columns > MOST_COLUMNS:
            yield from (Words(" | ".join(row), CELL) for row in rows)
            return
        cells = [[Words(marks, CELL) for marks in row + [""] * (columns - len(row))] for row in rows]
        table = Table(
            cells,
            colWidths=[self.width * 0.98 / columns] * columns,
            repeatRows=1,
            splitInRow=1,
            hAlign="LEFT",
        )
        table.setStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("BACKGROUND", (0, 0), (-1, 0), HEAD),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        )
        yield table
        yield Spacer(1, 2 * mm)

    def _inline(self, node: SyntaxTreeNode) -> tuple[str, list[tuple[str, str]]]:
        """reportlab's marks for the words below a node, and the pictures among them."""
        pictures: list[tuple[str, str]] = []
        return "".join(self._marks(child, pictures) for child in node.children), pictures

    def _marks(self, node: SyntaxTreeNode, pictures: list[tuple[str, str]]) -> str:
        if node.type == "image":
            pictures.append((str(node.attrs.get("src", "")), node.content))
            return ""
        if node.type in _BREAKS:
            return "<br/>"
        if node.type in _WORDS:
            return _AROUND.get(node.type, "{}").format(plain(node.content))
        inner = "".join(self._marks(child, pictures) for child in node.children)
        if node.type == "link":
            return _link(str(node.attrs.get("href", "")), inner)
        return _AROUND.get(node.type, "{}").format(inner)


def _stretches(node: SyntaxTreeNode) -> Iterator[list[SyntaxTreeNode]]:
    """The parts of a paragraph, LINES_TOGETHER at a time."""
    stretch: list[SyntaxTreeNode] = []
    breaks = 0
    for part in (part for inline in node.children for part in inline.children):
        breaks += part.type in _BREAKS
        if part.type in _BREAKS and breaks % LINES_TOGETHER == 0:
            yield stretch
            stretch = []
        else:
            stretch.append(part)
    yield stretch


def _link(address: str, inner: str) -> str:
    """A link out of the book; one within the portal means nothing on paper."""
    if not _LINKS.match(address):
        return inner
    return f'<a href={quoteattr(_CONTROL.sub("", address))} color="#1d4ed8">{inner}</a>'


def _lines_of_code(code: Sequence[str]) -> str:
    lines = [plain(line).expandtabs(4) for line in code]
    return "<br/>".join(line.replace("  ", "\u00a0 ").replace("  ", " \u00a0") or "\u00a0" for line in lines)
