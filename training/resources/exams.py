"""The bank and the exams as tables to take away. The bank's columns bring it back (see exams.importing)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import Text
from portal.resources import Column, TableResource
from training.exams.importing import HEADERS, answer_of, path_of
from training.exams.questions import LETTERS
from training.models import Exam, Question


class Worked(Column):
    """A column whose value is worked out of the row."""

    def __init__(self, work: Callable[[Any], object], header: Text) -> None:
        super().__init__("pk", header)
        self._work = work

    def get_value(self, instance: Any) -> object:
        return self._work(instance)


def option(place: int) -> Callable[[Question], str]:
    return lambda question: next((row.text for row in list(question.options.all())[place : place + 1]), "")


class QuestionResource(TableResource):
    """Read with topics and options at hand."""

    code = Column("code", HEADERS["code"])
    kind = Column("get_kind_display", HEADERS["kind"])
    topic = Worked(lambda question: path_of(question.topic), HEADERS["topic"])
    difficulty = Column("get_difficulty_display", HEADERS["difficulty"])
    stem = Column("stem", HEADERS["stem"])
    option_a, option_b, option_c, option_d, option_e, option_f, option_g, option_h = (
        Worked(option(place), HEADERS[f"option_{letter.lower()}"]) for place, letter in enumerate(LETTERS)
    )
    answer = Worked(answer_of, HEADERS["answer"])
    explanation = Column("explanation", HEADERS["explanation"])


class ExamResource(TableResource):
    """`coverage` and `passing` are put on each exam by its list."""

    code = Column("code", _("Exam code"))
    title = Column("title", _("Exam"))
    course = Column("course__title", _("Course"))
    skill = Column("skill__name", _("Skill"))
    state = Column("get_state_display", _("State"))
    time_limit = Column("time_limit_minutes", _("Time limit in minutes"))
    pass_mark = Column("pass_mark_percent", _("Pass mark in per cent"))
    questions = Column("coverage__questions", _("Number of questions"))
    marks = Column("coverage__marks", _("Marks in all"))
    sat = Column("passing__sat", _("People who sat"))
    first_rate = Worked(lambda exam: percent(exam, "first_rate"), _("Passed at first try, per cent"))
    rate = Worked(lambda exam: percent(exam, "rate"), _("Passed in the end, per cent"))


def percent(exam: Exam, rate: str) -> Decimal | None:
    passing: Any = getattr(exam, "passing", None)
    share = getattr(passing, rate, None)
    return None if share is None else round(Decimal(share) * 100, 1)
