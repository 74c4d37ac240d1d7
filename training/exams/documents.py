"""The certificate on paper: A4 across, with a code to check it by. It prints the same for ever.

All that is printed are the facts frozen when it was issued. Only a revocation shows on it later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from portal.pdf import FONT, register
from staffing.models import Certificate
from training.exams.grading import plain
from training.models import ExamAttempt, IssuedCertificate

PAGE = landscape(A4)
INK, QUIET, LINE = colors.HexColor("#111827"), colors.HexColor("#4b5563"), colors.HexColor("#1e3a8a")
WARNING = colors.HexColor("#b91c1c")
LARGEST_NAME, SMALLEST_TEXT = 34, 9
WIDEST = PAGE[0] - 80 * mm
CODE_LEFT = PAGE[0] - 62 * mm
"""Where the code begins; what is printed over it could not be scanned."""


@dataclass(frozen=True)
class Wording:
    """What stands on the paper, in the language in which it was issued."""

    title: str
    name: str
    sentence: str
    skill: str
    days: str
    facts: tuple[tuple[str, str], ...]
    number: str
    check: str
    revoked: str


def facts_of(attempt: ExamAttempt, certificate: Certificate, *, issued_on: date) -> dict[str, Any]:
    """Everything that is printed, as it is now. The marks as text: a decimal is no JSON."""
    agent = certificate.agent
    return {
        "language": settings.LANGUAGE_CODE,
        "name": agent.user.name,
        "staff_no": agent.staff_no,
        "department": agent.team.department.name,
        "skill": certificate.skill.name,
        "exam": attempt.exam.title,
        "score": plain(attempt.score),
        "total": plain(attempt.total),
        "pass_mark_percent": plain(attempt.pass_mark_percent),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": certificate.valid_until.isoformat(),
        "issued_on": issued_on.isoformat(),
        "cycle": certificate.cycle,
    }


def check_url(issued: IssuedCertificate) -> str:
    """The absolute address at which anybody may check it."""
    return f"{settings.BASE_URL}{reverse('certificate', args=[issued.check_code])}"


def wording_of(issued: IssuedCertificate) -> Wording:
    facts = issued.facts
    revoked_on = issued.certificate.revoked_on
    with override(facts["language"]):
        return Wording(
            title=_("Certificate of qualification"),
            name=facts["name"],
            sentence=_("has passed the exam “%(exam)s” and is qualified for") % facts,
            skill=facts["skill"],
            days=_("Valid from %(first)s to %(last)s") % _days(facts, "valid_from", "valid_until"),
            facts=(
                (_("Department"), facts["department"]),
                (_("Staff number"), facts["staff_no"]),
                (_("Score"), _("%(score)s of %(total)s marks") % facts),
                (_("Issued on"), _days(facts, "issued_on")["first"]),
            ),
            number=_("No. %(number)s") % {"number": issued.number},
            check=_("Scan to check"),
            revoked=_("Revoked on %(date)s") % {"date": date_format(revoked_on)} if revoked_on else "",
        )


def write(out: IO[bytes], issued: IssuedCertificate) -> None:
    """The one page, as PDF."""
    register()
    wording = wording_of(issued)
    canvas = Canvas(out, pagesize=PAGE, invariant=True)
    canvas.setTitle(f"{wording.title} {issued.number}")
    _frame(canvas)
    _words(canvas, wording)
    _facts(canvas, wording)
    _code(canvas, check_url(issued), wording.check)
    if wording.revoked:
        _stamp(canvas, wording.revoked)
    canvas.showPage()
    canvas.save()


def modules(url: str) -> Iterator[tuple[int, int]]:
    """The dark squares of the code, column and row from the upper left corner."""
    for row, line in enumerate(segno.make_qr(url, error="m").matrix):
        yield from ((column, row) for column, is_dark in enumerate(line) if is_dark)


def _days(facts: Mapping[str, Any], first: str, last: str = "") -> dict[str, str]:
    days = {"first": first, "last": last or first}
    return {name: date_format(date.fromisoformat(facts[key])) for name, key in days.items()}


# Drawing


def _frame(canvas: Canvas) -> None:
    width, height = PAGE
    canvas.setStrokeColor(LINE)
    for inset, stroke in ((10 * mm, 2.2), (12.5 * mm, 0.6)):
        canvas.setLineWidth(stroke)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)


def _words(canvas: Canvas, wording: Wording) -> None:
    for text, size, up, colour in (
        (wording.title, 30, 168, LINE),
        (wording.name, LARGEST_NAME, 137, INK),
        (wording.sentence, 15, 118, QUIET),
        (wording.skill, 24, 101, LINE),
        (wording.days, 14, 85, INK),
    ):
        _line(canvas, text, size=size, up=up * mm, colour=colour)
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(PAGE[0] / 2 - 35 * mm, 158 * mm, PAGE[0] / 2 + 35 * mm, 158 * mm)


def fitted(text: str, size: float, widest: float) -> tuple[str, float]:
    """What is too long is set smaller, and cut only where it could not be read. Points."""
    while size > SMALLEST_TEXT and stringWidth(text, FONT, size) > widest:
        size -= 1
    while stringWidth(text, FONT, size) > widest:
        text = f"{text[:-2]}…"
    return text, size


def _line(canvas: Canvas, text: str, *, size: float, up: float, colour: colors.Color) -> None:
    """In the middle."""
    text, size = fitted(text, size, WIDEST)
    canvas.setFont(FONT, size)
    canvas.setFillColor(colour)
    canvas.drawCentredString(PAGE[0] / 2, up, text)


def _facts(canvas: Canvas, wording: Wording) -> None:
    left, up = 28 * mm, 58 * mm
    for label, value in wording.facts:
        canvas.setFont(FONT, 10)
        canvas.setFillColor(QUIET)
        canvas.drawString(left, up, label)
        text, size = fitted(value, 11, CODE_LEFT - 5 * mm - left - 30 * mm)
        canvas.setFont(FONT, size)
        canvas.setFillColor(INK)
        canvas.drawString(left + 30 * mm, up, text)
        up -= 8 * mm
    canvas.setFont(FONT, 10)
    canvas.setFillColor(QUIET)
    canvas.drawCentredString(PAGE[0] / 2, 20 * mm, wording.number)


def _code(canvas: Canvas, url: str, text: str) -> None:
    side, corner = 34 * mm, (CODE_LEFT, 28 * mm)
    squares = list(modules(url))
    step = side / (1 + max(column for column, _row in squares))
    canvas.setFillColor(colors.black)
    for column, row in squares:
        left, up = corner[0] + column * step, corner[1] + side - (row + 1) * step
        canvas.rect(left, up, step, step, stroke=0, fill=1)
    canvas.setFont(FONT, 9)
    canvas.setFillColor(QUIET)
    canvas.drawCentredString(corner[0] + side / 2, corner[1] - 5 * mm, text)


def _stamp(canvas: Canvas, text: str) -> None:
    canvas.saveState()
    canvas.translate(PAGE[0] / 2, PAGE[1] / 2)
    canvas.rotate(18)
    canvas.setFillColor(WARNING)
    canvas.setFillAlpha(0.75)
    canvas.setFont(FONT, 40)
    canvas.drawCentredString(0, -10, text)
    canvas.restoreState()
