"""The bank as a table: taken in row by row by its steps, in the columns in which it is exported."""

import re
from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import MissingInformation, Text
from portal.models import TransferJob, User
from portal.transfers.importers import Column, Record, Result
from staffing.importers import StaffingImporter, choice, text, wrong
from training.choices import Difficulty, QuestionKind
from training.exams import bank
from training.exams.questions import (
    CHOICE_KINDS,
    LETTERS,
    Choice,
    Wording,
    faults,
    read_answers,
    tidied,
    true_or_false,
)
from training.models import Question, Topic

ABOVE = "/"
"""Between the names of a topic and of the one above it."""

CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")

TRUE_WORDS = frozenset(["正确", "正確", "对", "對", "是", "√", "✓", "✔", "t", "true", "y", "yes", "a", "1"])
FALSE_WORDS = frozenset(["错误", "錯誤", "错", "錯", "否", "×", "✗", "x", "f", "false", "n", "no", "b", "0"])

HEADERS: Mapping[str, Text] = {
    "code": pgettext_lazy("question", "Number"),
    "kind": _("Kind of question"),
    "topic": _("Topic"),
    "difficulty": _("Difficulty"),
    "stem": pgettext_lazy("question", "Question"),
    **{f"option_{letter.lower()}": format_lazy(_("Option {letter}"), letter=letter) for letter in LETTERS},
    "answer": _("Right answer"),
    "explanation": pgettext_lazy("question", "Explanation"),
}
ANSWER_HELP = _(
    "Letters such as B or ABD; true or false; for blanks one part for each with ; between them and | "
    "between spellings; for a short answer what a good one says."
)


class QuestionImporter(StaffingImporter):
    """A number that is known changes its question, any other row adds one."""

    key, label, table = "questions", _("Questions"), "question"
    permission = "training.import_question"
    columns = (
        Column(
            "code", HEADERS["code"], help=_("Empty: a new question, which gets a number."), example="Q00042"
        ),
        Column("kind", HEADERS["kind"], is_required=True, example="单选题"),
        Column(
            "topic", HEADERS["topic"], is_required=True, help=_("Name, path or code."), example="售后/退款"
        ),
        Column("difficulty", HEADERS["difficulty"], help=_("Empty: medium."), example="中等"),
        Column("stem", HEADERS["stem"], is_required=True, example="七天无理由退货从哪天起算？"),
        Column("option_a", HEADERS["option_a"], example="签收次日"),
        Column("option_b", HEADERS["option_b"], example="下单当日"),
        *(Column(f"option_{letter.lower()}", HEADERS[f"option_{letter.lower()}"]) for letter in LETTERS[2:]),
        Column("answer", HEADERS["answer"], is_required=True, help=ANSWER_HELP, example="A"),
        Column("explanation", HEADERS["explanation"], example="从签收次日零时起算。"),
    )

    def objects_url(self, job: TransferJob) -> str:
        return reverse("admin:training_question_changelist")

    def take(self, row: Record, *, by: User | None, at: datetime) -> Result:
        wording = wording_in(row)
        if found := faults(tidied(wording)):
            raise MissingInformation(
                _("The question is not complete yet."),
                fields={COLUMN_OF.get(field, field): message for field, message in found.items()},
            )
        return bank.define(
            _code(row),
            topic_in(row),
            wording=wording,
            difficulty=int(choice(row, "difficulty", Difficulty)) if row["difficulty"] else Difficulty.MEDIUM,
            by=by,
            at=at,
        )


COLUMN_OF = {"options": "answer", "answers": "answer", "model_answer": "answer"}
"""Where in a table that is put right which a form shows as a field of its own."""


def wording_in(row: Record) -> Wording:
    """The question as a row writes it. Raises: MissingInformation at the column that cannot be read."""
    kind = _kind(row)
    answer = text(row, "answer")
    return Wording(
        kind=kind,
        stem=text(row, "stem"),
        options=_options(row, kind) if kind in CHOICE_KINDS else (),
        answers=read_answers(answer) if kind == QuestionKind.FILL_IN else (),
        model_answer=answer if kind == QuestionKind.SHORT else "",
        explanation=row["explanation"],
    )


def topic_in(row: Record) -> Topic:
    """By its code, its name, or its names from the top down. Raises: MissingInformation."""
    written = text(row, "topic")
    names = [name.strip() for name in written.replace("／", ABOVE).split(ABOVE)]
    by_name = {f"{'parent__' * up}name": name for up, name in enumerate(reversed(names))}
    found = list(Topic.objects.filter(**by_name)[:2]) or list(Topic.objects.filter(code=written))
    if not found:
        raise wrong("topic", _("This topic is not known. Add it first, or correct its name."))
    if len(found) > 1:
        raise wrong(
            "topic", _("There are several topics of this name: write those above it, too, such as A/B.")
        )
    return found[0]


def path_of(topic: Topic) -> str:
    """As `topic_in` reads it."""
    return ABOVE.join(each.name for each in topic.path)


def answer_of(question: Question) -> str:
    """The right answer as `wording_in` reads it. Options have to be at hand."""
    wording = bank.wording_of(question)
    if question.kind == QuestionKind.SHORT:
        return wording.model_answer
    if question.kind == QuestionKind.FILL_IN:
        return "\n".join("|".join(spellings) for spellings in wording.answers)
    if question.kind == QuestionKind.TRUE_FALSE:
        return next((option.text for option in wording.options if option.is_correct), "")
    return "".join(
        letter for letter, option in zip(LETTERS, wording.options, strict=False) if option.is_correct
    )


def _code(row: Record) -> str:
    if row["code"] and not CODE.fullmatch(row["code"]):
        raise wrong("code", _("Letters, digits, - and _ only, at most 40."))
    return row["code"]


def _kind(row: Record) -> str:
    """单选 is understood as 单选题."""
    written = text(row, "kind")
    longer = Record(row.number, row.layout, {"kind": f"{written}题"})
    try:
        return choice(row, "kind", QuestionKind)
    except MissingInformation as refusal:
        try:
            return choice(longer, "kind", QuestionKind)
        except MissingInformation:
            raise refusal from None


def _options(row: Record, kind: str) -> tuple[Choice, ...]:
    answer = text(row, "answer")
    if kind == QuestionKind.TRUE_FALSE:
        word = answer.casefold()
        if word not in TRUE_WORDS | FALSE_WORDS:
            raise wrong("answer", _("Write true or false."))
        return true_or_false(is_true=word in TRUE_WORDS)
    right = {letter for letter in answer.upper() if letter.isalnum()}
    texts = {letter: row[f"option_{letter.lower()}"] for letter in LETTERS}
    if unknown := sorted(letter for letter in right if not texts.get(letter)):
        message = _(
            "There is no option %(letter)s. Name the right options by their letters, such as B or ABD."
        )
        raise wrong("answer", message % {"letter": ", ".join(unknown)})
    return tuple(Choice(words, letter in right) for letter, words in texts.items() if words)
