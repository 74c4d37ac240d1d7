"""The steps of an exam: set up, amended, opened, closed, copied. Papers that were begun are frozen."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, Stale, WrongState
from portal.models import User
from staffing import recording
from staffing.models import Skill
from training import rights
from training.choices import ExamState
from training.exams.stock import Stock
from training.models import Course, Exam, ExamPart

LONGEST_TITLE = 100
WHOLE = Decimal(100)
MOST_MARKS = Decimal("99999.99")
"""Of a paper: what an attempt can hold."""
MOST_EACH = 1000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How papers of an exam are judged, and what passing gives."""

    title: str
    course: Course | None = None
    skill: Skill | None = None
    valid_days: int = 365
    time_limit_minutes: int = 45
    pass_mark_percent: Decimal = Decimal(80)
    max_attempts: int = 3
    wait_hours: int = 24
    are_shuffled: bool = True
    shows_key: bool = True


@transaction.atomic
def set_up(terms: Terms, parts: Sequence[ExamPart], *, by: User | None, at: datetime, code: str = "") -> Exam:
    """A new exam, as a draft. `parts` are not stored yet. Without a code it gets a number.

    Raises: NotAllowed; MissingInformation; AlreadyTaken for a code that is used.
    """
    rights.require(by, rights.SET_EXAMS)
    _require_whole(terms, parts)
    exam = Exam(code=code.strip() or _next_code(), **_values(terms))
    try:
        with transaction.atomic():
            exam.save()
    except IntegrityError as error:
        message = _("There is an exam with this code already.")
        raise AlreadyTaken(message, fields={"code": message}) from error
    _store(exam, parts)
    recording.added(exam, _facts(terms, parts), by=by, at=at)
    return exam


@transaction.atomic
def amend(
    exam: Exam,
    terms: Terms,
    parts: Sequence[ExamPart],
    *,
    by: User | None,
    at: datetime,
    version: int | None = None,
) -> Exam:
    """Other terms and parts, for papers that begin from now on. `version` is the edition that was read.

    Raises: NotAllowed; Stale; MissingInformation; WrongState for an open exam whose paper could not be drawn,
    and for another skill once it was sat: its cycles and attempts are counted by the skill.
    """
    rights.require(by, rights.SET_EXAMS, exam)
    _require_whole(terms, parts)
    exam = _locked(exam)
    if version not in {None, exam.version}:
        raise Stale(_("Somebody else has changed this exam since. Load the page again to see it."))
    before = _facts(_terms_of(exam), list(exam.parts.select_related("topic")))
    after = _facts(terms, parts)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return exam
    if terms.skill != exam.skill and exam.attempts.exists():
        message = _("This exam was sat: it keeps its skill. Copy it and set the skill of the copy.")
        raise WrongState(message, fields={"skill": message})
    if exam.state == ExamState.OPEN:
        _require_drawable(parts)
    for name, value in _values(terms).items():
        setattr(exam, name, value)
    exam.version += 1
    exam.save()
    if "parts" in changes:
        exam.parts.all().delete()
        _store(exam, parts)
    recording.changed(exam, changes | {"version": (exam.version - 1, exam.version)}, by=by, at=at)
    return exam


@transaction.atomic
def open_(exam: Exam, *, by: User | None, at: datetime) -> Exam:
    """From now on it can be sat.

    Raises: NotAllowed; MissingInformation without parts; WrongState for one that is open, or for whose paper
    the bank holds too few questions.
    """
    exam = _locked_by(exam, by)
    if exam.state == ExamState.OPEN:
        raise WrongState(_("This exam is open already."))
    _require_drawable(list(exam.parts.select_related("topic")))
    return _set_state(exam, ExamState.OPEN, by=by, at=at)


@transaction.atomic
def close(exam: Exam, *, by: User | None, at: datetime) -> Exam:
    """Nobody begins it any more; whoever is at it goes on. Raises: NotAllowed; WrongState if closed."""
    exam = _locked_by(exam, by)
    if exam.state != ExamState.OPEN:
        raise WrongState(_("This exam is not open."))
    return _set_state(exam, ExamState.CLOSED, by=by, at=at)


@transaction.atomic
def copy(exam: Exam, *, title: str, by: User | None, at: datetime) -> Exam:
    """A draft with the same terms and parts under another title. Raises: NotAllowed; MissingInformation."""
    rights.require(by, rights.SET_EXAMS, exam)
    terms = Terms(**{**vars(_terms_of(exam)), "title": title})
    parts = [part_like(part) for part in exam.parts.select_related("topic")]
    return set_up(terms, parts, by=by, at=at)


def part_like(part: ExamPart) -> ExamPart:
    """The same part, not stored yet."""
    return ExamPart(**{name: getattr(part, name) for name in PART})


PART = ("topic", "kind", "difficulty", "count", "marks_each")


def open_but_short(stock: Stock) -> list[Exam]:
    """Open exams whose paper cannot be drawn any more, such as after questions were retired."""
    exams = Exam.objects.open().prefetch_related("parts__topic")
    return [exam for exam in exams if not stock.coverage(exam.parts.all()).suffices]


def _require_whole(terms: Terms, parts: Sequence[ExamPart]) -> None:
    found: dict[str, Any] = {}
    if not terms.title.strip():
        found["title"] = _("Give a title.")
    if len(terms.title) > LONGEST_TITLE:
        found["title"] = _("At most %(count)s characters.") % {"count": LONGEST_TITLE}
    if not 0 < terms.pass_mark_percent <= WHOLE:
        found["pass_mark_percent"] = _("The pass mark lies above 0 and goes up to 100 per cent.")
    for name in ("valid_days", "time_limit_minutes", "max_attempts"):
        if getattr(terms, name) < 1:
            found[name] = _("At least 1.")
    if found:
        raise MissingInformation(_("The exam is not complete yet."), fields=found)
    if not all(part.count > 0 and _are_marks(part.marks_each) for part in parts):
        raise MissingInformation(_("A part asks for at least one question, worth 0.01 to 999.99 marks each."))
    if sum(part.count * part.marks_each for part in parts) > MOST_MARKS:
        text = _("A paper is worth at most %(marks)s marks.") % {"marks": MOST_MARKS}
        raise MissingInformation(text)


def _are_marks(marks: Decimal) -> bool:
    """As a question of a paper can hold them."""
    return marks.is_finite() and 0 < marks < MOST_EACH and marks == marks.quantize(Decimal("0.01"))


def _require_drawable(parts: Sequence[ExamPart]) -> None:
    if not parts:
        raise MissingInformation(_("The exam has no parts yet: say which questions are to be drawn."))
    coverage = Stock.load().coverage(parts)
    if coverage.shortage:
        raise WrongState(coverage.shortage)


def _locked(exam: Exam) -> Exam:
    return Exam.objects.select_for_update(of=("self",)).get(pk=exam.pk)


def _locked_by(exam: Exam, by: User | None) -> Exam:
    rights.require(by, rights.SET_EXAMS, exam)
    return _locked(exam)


def _set_state(exam: Exam, state: ExamState, *, by: User | None, at: datetime) -> Exam:
    changes = {"state": (exam.state, state)}
    exam.state = state
    exam.save(update_fields=["state"])
    recording.changed(exam, changes, by=by, at=at)
    return exam


def _store(exam: Exam, parts: Sequence[ExamPart]) -> None:
    for place, part in enumerate(parts, 1):
        part.exam, part.position = exam, place
    ExamPart.objects.bulk_create(parts)


def _next_code() -> str:
    """E0007: after the last that was numbered so."""
    last = Exam.objects.filter(code__regex=r"^E[0-9]{4}$").order_by("-code").values_list("code").first()
    return f"E{int(last[0][1:]) + 1 if last else 1:04}"


def _terms_of(exam: Exam) -> Terms:
    return Terms(**{field.name: getattr(exam, field.name) for field in fields(Terms)})


def _values(terms: Terms) -> dict[str, Any]:
    return {**vars(terms), "title": terms.title.strip()}


def _facts(terms: Terms, parts: Sequence[ExamPart]) -> dict[str, object]:
    """What the audit log keeps of an exam."""
    written = [f"{part} · {part.marks_each.normalize():f}" for part in parts]
    return {**_values(terms), "parts": written}
