"""What judged papers tell: of a question, of an exam. Read-only, in as many queries however much there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, median
from typing import Any

from django.db.models import Avg, Count, F, FloatField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast

from training.choices import AttemptState
from training.exams import statistics
from training.exams.questions import CHOICE_KINDS
from training.exams.statistics import Answered, Item, OptionCount
from training.models import Exam, ExamAttempt, PaperQuestion, Question
from training.querysets import ExamAttemptQuerySet

JUDGED = (AttemptState.PASSED, AttemptState.FAILED)


@dataclass(frozen=True)
class Passing:
    """How many people sat and passed: a person counts once in each cycle of certification.

    Source: domain.md, exam_pass_rate: passed / sat, first try and overall.
    """

    sat: int
    passed_first: int
    passed: int

    @property
    def first_rate(self) -> float | None:
        return self.passed_first / self.sat if self.sat else None

    @property
    def rate(self) -> float | None:
        return self.passed / self.sat if self.sat else None


@dataclass(frozen=True)
class ItemLine:
    question: Question
    item: Item


@dataclass(frozen=True)
class ExamFigures:
    """Shares of marks from 0 to 1; `bands` count papers by tenths of the marks."""

    papers: int
    passing: Passing
    average: float | None
    middle: float | None
    bands: Sequence[int]
    items: Sequence[ItemLine]

    @property
    def noticed(self) -> list[ItemLine]:
        return [line for line in self.items if line.item.findings]


@dataclass(frozen=True)
class QuestionFigures:
    """Of all editions, and of the present one where there were others. Only the present one is warned of."""

    papers: int
    item: Item
    present: Item | None
    options: Sequence[OptionCount]


def of_exam(exam: Exam) -> ExamFigures:
    """What the judged papers of an exam tell."""
    return of_attempts(ExamAttempt.objects.filter(exam=exam))


def of_attempts(seen: ExamAttemptQuerySet) -> ExamFigures:
    """What the judged ones of these tell, such as those that somebody may see."""
    judged = seen.judged().order_by()
    attempts = list(judged.values_list("agent", "cycle", "number", "state", "score", "total"))
    shares = [float(score / total) for *_who, score, total in attempts if score is not None and total]
    return ExamFigures(
        papers=len(attempts),
        passing=_passing(attempts),
        average=fmean(shares) if shares else None,
        middle=median(shares) if shares else None,
        bands=statistics.bands(shares),
        items=_items(PaperQuestion.objects.filter(attempt__in=judged)),
    )


def of_question(question: Question) -> QuestionFigures:
    """What judged papers of whatever exam tell of a question."""
    rows = _rows(PaperQuestion.objects.filter(question=question), "options", "answer")
    answers = [(row["question_version"], _answered(row)) for row in rows]
    every = [answer for _version, answer in answers]
    present = [answer for version, answer in answers if version == question.version]
    has_options = question.kind in CHOICE_KINDS
    offered = {row.text: row.is_correct for row in question.options.all()} if has_options else {}
    is_idle = statistics.has_idle_option(statistics.options(present, offered))
    now = statistics.item(present, idle_options=is_idle)
    return QuestionFigures(
        papers=len(every),
        item=replace(statistics.item(every), findings=now.findings),
        present=now if 0 < len(present) < len(every) else None,
        options=statistics.options(every, offered),
    )


def pass_rates(seen: ExamAttemptQuerySet, exams: Iterable[Exam]) -> Mapping[int, Passing]:
    """By exam, for a list of them, out of these attempts."""
    by_exam: dict[int, list[Any]] = defaultdict(list)
    attempts = seen.judged().filter(exam__in=[exam.pk for exam in exams]).order_by()
    for exam, *attempt in attempts.values_list("exam", "agent", "cycle", "number", "state"):
        by_exam[exam].append(attempt)
    return {exam: _passing(rows) for exam, rows in by_exam.items()}


def with_use(questions: QuerySet[Question]) -> Any:
    """Each question with `used` (judged papers that hold it) and `share_right` (mean share of marks)."""
    on_papers = _judged(PaperQuestion.objects.filter(question=OuterRef("pk"))).order_by()
    of_each = on_papers.values("question")
    share = Cast("awarded", FloatField()) / Cast("marks", FloatField())
    return questions.annotate(
        used=Subquery(of_each.annotate(n=Count("pk")).values("n")),
        share_right=Subquery(of_each.annotate(mean=Avg(share)).values("mean")),
    )


def _passing(attempts: Iterable[Sequence[Any]]) -> Passing:
    """Each attempt begins with agent, cycle, number, state. One that was annulled was no try."""
    tries: dict[tuple[int, int], dict[int, bool]] = defaultdict(dict)
    for agent, cycle, number, state, *_rest in attempts:
        tries[agent, cycle][number] = state == AttemptState.PASSED
    return Passing(
        sat=len(tries),
        passed_first=sum(passed[min(passed)] for passed in tries.values()),
        passed=sum(any(passed.values()) for passed in tries.values()),
    )


def _items(papers: QuerySet[PaperQuestion]) -> list[ItemLine]:
    """What should be looked at first, then by what was answered worst."""
    answers: dict[int, list[Answered]] = defaultdict(list)
    by_edition: dict[tuple[int, int], list[Answered]] = defaultdict(list)
    for row in _rows(papers):
        answer = _answered(row)
        answers[row["question"]].append(answer)
        by_edition[row["question"], row["question_version"]].append(answer)
    questions = Question.objects.select_related("topic").in_bulk(list(answers))
    lines = []
    for pk, question in questions.items():
        now = statistics.item(by_edition[pk, question.version])
        lines.append(ItemLine(question, replace(statistics.item(answers[pk]), findings=now.findings)))
    return sorted(
        lines, key=lambda line: (not line.item.findings, line.item.difficulty or 0, line.question.code)
    )


def _judged(papers: QuerySet[PaperQuestion]) -> QuerySet[PaperQuestion]:
    return papers.filter(attempt__state__in=JUDGED, awarded__isnull=False, marks__gt=0)


def _rows(papers: QuerySet[PaperQuestion], *more: str) -> Iterable[dict[str, Any]]:
    facts = ("question", "question_version", "awarded", "marks", *more)
    marks = {"score": F("attempt__score"), "total": F("attempt__total")}
    rows: Iterable[dict[str, Any]] = _judged(papers).values(*facts, **marks).iterator()
    return rows


def _answered(row: Mapping[str, Any]) -> Answered:
    rest = row["total"] - row["marks"]
    texts = {option["key"]: option["text"] for option in row.get("options", ())}
    return Answered(
        share=float(row["awarded"] / row["marks"]),
        paper=float(row["score"] / row["total"]),
        rest=float((row["score"] - row["awarded"]) / rest) if rest else None,
        chosen=tuple(texts[key] for key in row.get("answer") or () if key in texts),
        offered=tuple(texts.values()),
    )
