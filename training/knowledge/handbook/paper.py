"""A handbook as a PDF: a title page, a table of contents with page numbers, a chapter for each topic."""

from collections.abc import Sequence
from typing import IO, Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
)
from reportlab.platypus.tableofcontents import TableOfContents

from portal.pdf import FONT, register
from training.knowledge.handbook.contents import Chapter, Entry
from training.knowledge.handbook.flowables import QUIET, Picture, Words, flowables, plain, style

MARGIN = 18 * mm
WIDTH = A4[0] - 2 * MARGIN

TITLE = style("title", 24, leading=34)
TITLE_FROM_TOP = 80 * mm
SUBTITLE = style("subtitle", 11, textColor=QUIET)
CHAPTER = style("chapter", 16, spaceBefore=12, spaceAfter=8, keepWithNext=1)
ENTRY = style("entry", 12.5, spaceBefore=10, spaceAfter=2, keepWithNext=1)
SMALL = style("small", 8.5, textColor=QUIET, spaceAfter=4, keepWithNext=1)
CONTENTS = [style("toc0", 11, leftIndent=0, spaceBefore=6), style("toc1", 9.5, leftIndent=8 * mm)]


def write(
    out: IO[bytes],
    chapters: Sequence[Chapter],
    *,
    title: str,
    subtitle: str,
    printed: str,
    picture: Picture,
) -> None:
    """The book; `printed` stands at the foot of each page, `picture` gives the pictures of ours."""
    register()
    book = _Book(out, printed=printed, title=title)
    contents = TableOfContents(levelStyles=CONTENTS, dotsMinLevel=0)
    story: list[Flowable] = [Spacer(1, TITLE_FROM_TOP), Paragraph(plain(title), TITLE)]
    story += [Paragraph(plain(subtitle), SUBTITLE), PageBreak()]
    story += [Paragraph(plain(_("Contents")), CHAPTER), contents, PageBreak()]
    for chapter in chapters:
        story.append(_Heading(f"{chapter.number}  {chapter.topic.name}", chapter.anchor, 0))
        for entry in chapter.entries:
            story += _entry(entry, picture)
    _expect(contents, chapters)
    book.multiBuild(story, maxPasses=5)


class _Heading(Words):
    """A line that the table of contents and the outline of the file lead to."""

    def __init__(self, text: str, anchor: str, level: int) -> None:
        super().__init__(f'<a name="{anchor}"/>{plain(text)}', (CHAPTER, ENTRY)[level])
        self.entry = (level, plain(text), anchor)
        self.words = text


class _Book(BaseDocTemplate):  # type: ignore[misc]  # reportlab ships no types
    def __init__(self, out: IO[bytes], *, printed: str, title: str) -> None:
        super().__init__(out, pagesize=A4, title=title, leftMargin=MARGIN, rightMargin=MARGIN)
        self.printed = printed
        frame = Frame(MARGIN, MARGIN + 4 * mm, WIDTH, A4[1] - 2 * MARGIN - 4 * mm, 0, 0, 0, 0)
        self.addPageTemplates([PageTemplate("page", [frame], onPage=self._foot)])

    def _foot(self, canvas: Canvas, _document: object) -> None:
        if canvas.getPageNumber() == 1:
            return
        canvas.setFont(FONT, 8)
        canvas.setFillColor(QUIET)
        canvas.drawString(MARGIN, MARGIN - 4 * mm, self.printed)
        canvas.drawRightString(A4[0] - MARGIN, MARGIN - 4 * mm, str(canvas.getPageNumber()))

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's hook
        if isinstance(flowable, _Heading):
            level, text, anchor = flowable.entry
            self.notify("TOCEntry", (level, text, self.page, anchor))
            self.canv.bookmarkPage(anchor)
            self.canv.addOutlineEntry(flowable.words, anchor, level=level, closed=level == 0)


def _entry(entry: Entry, picture: Picture) -> list[Flowable]:
    facts = [entry.article.code, _("version %(number)s") % {"number": entry.version.number}]
    if entry.published_at:
        facts.append(date_format(localtime(entry.published_at), "Y-m-d"))
    story: list[Flowable] = [
        _Heading(f"{entry.number}  {entry.version.title}", entry.anchor, 1),
        Words(plain(" · ".join(facts)), SMALL),
    ]
    return [*story, *flowables(entry.version.body, width=WIDTH, picture=picture), Spacer(1, 2 * mm)]


def _expect(contents: Any, chapters: Sequence[Chapter]) -> None:
    """As many lines as there will be: so the first pass finds the right pages, and the second is the last."""
    for chapter in chapters:
        contents.addEntry(0, plain(f"{chapter.number}  {chapter.topic.name}"), 1, chapter.anchor)
        for entry in chapter.entries:
            contents.addEntry(1, plain(f"{entry.number}  {entry.version.title}"), 1, entry.anchor)
