"""What makes a question of each kind complete. Form, table and step ask here, so that all say the same."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from portal.errors import Text
from training.choices import QuestionKind

LETTERS = "ABCDEFGH"
"""Options are named so where people see them; there are at most so many."""
FEWEST_OPTIONS = 2
LONGEST_TEXT = 2000
LONGEST_OPTION = 300
CHOICE_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.TRUE_FALSE)

BLANK = re.compile(r"[_＿]{3,}")
"""A gap to be filled in: three or more low lines, of either width."""
_BETWEEN_BLANKS = re.compile(r"[\n;；]")
_BETWEEN_SPELLINGS = re.compile(r"[|｜]")


@dataclass(frozen=True)
class Choice:
    text: str
    is_correct: bool


@dataclass(frozen=True)
class Wording:
    """A question as it is written. `answers`: for each blank the spellings that are accepted."""

    kind: str
    stem: str
    options: tuple[Choice, ...] = ()
    answers: tuple[tuple[str, ...], ...] = ()
    model_answer: str = ""
    explanation: str = ""


def tidied(wording: Wording) -> Wording:
    """Without blanks at the ends, empty options, and whatever its kind has no use for."""
    kind = wording.kind
    options = [Choice(option.text.strip(), option.is_correct) for option in wording.options]
    answers = [_unique(spellings) for spellings in wording.answers]
    return replace(
        wording,
        stem=wording.stem.strip(),
        options=tuple(option for option in options if option.text) if kind in CHOICE_KINDS else (),
        answers=tuple(answers) if kind == QuestionKind.FILL_IN else (),
        model_answer=wording.model_answer.strip() if kind == QuestionKind.SHORT else "",
        explanation=wording.explanation.strip(),
    )


def faults(wording: Wording) -> dict[str, Text]:
    """What keeps a tidied question from being asked, by field, as the remedy."""
    found: dict[str, Text] = {}
    if not wording.stem:
        found["stem"] = _("Write the question.")
    for field in ("stem", "model_answer", "explanation"):
        if len(getattr(wording, field)) > LONGEST_TEXT:
            found[field] = _("At most %(count)s characters.") % {"count": LONGEST_TEXT}
    rule = _RULES.get(wording.kind)
    if rule is None:
        return found | {"kind": _("Choose a kind of question.")}
    return rule(wording) | found


def blanks_of(stem: str) -> int:
    return len(BLANK.findall(stem))


def read_answers(text: str) -> tuple[tuple[str, ...], ...]:
    """One line (or part between semicolons) for each blank, spellings separated by |."""
    lines = [line for line in _BETWEEN_BLANKS.split(text) if line.strip()]
    return tuple(_unique(_BETWEEN_SPELLINGS.split(line)) for line in lines)


def written_answers(answers: Iterable[Sequence[str]]) -> str:
    """As `read_answers` reads them."""
    return "\n".join("|".join(spellings) for spellings in answers)


def true_or_false(*, is_true: bool) -> tuple[Choice, Choice]:
    """The two options of a statement, in the language of the house: they are content like any other."""
    with translation.override(settings.LANGUAGE_CODE):
        right, wrong = pgettext("statement", "True"), pgettext("statement", "False")
    return Choice(right, is_true), Choice(wrong, not is_true)


def _unique(spellings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for one in spellings if (each := one.strip())))


def _of_options(wording: Wording) -> dict[str, Text]:
    """What every kind with options asks for; then which of them are right."""
    options = wording.options
    texts = [option.text for option in options]
    right = sum(option.is_correct for option in options)
    message: Text = ""
    if len(options) < FEWEST_OPTIONS:
        message = _("Write at least two options.")
    elif len(options) > len(LETTERS):
        message = _("At most %(count)s options.") % {"count": len(LETTERS)}
    elif len(set(texts)) < len(texts):
        message = _("Two options say the same.")
    elif max(map(len, texts)) > LONGEST_OPTION:
        message = _("An option has at most %(count)s characters.") % {"count": LONGEST_OPTION}
    elif not right:
        message = _("Mark the right option.")
    elif right > 1 and wording.kind != QuestionKind.MULTIPLE:
        message = _("Only one option can be right; several right ones make it a multiple choice.")
    return {"options": message} if message else {}


def _of_blanks(wording: Wording) -> dict[str, Text]:
    blanks = blanks_of(wording.stem)
    if not blanks:
        return {"stem": _("Put a gap of three low lines (___) where something is to be filled in.")}
    if blanks != len(wording.answers) or not all(wording.answers):
        counts = {"blanks": blanks, "answers": len(wording.answers)}
        text = _("The question has %(blanks)s blanks, but %(answers)s lines of answers: one line for each.")
        return {"answers": text % counts}
    return {}


def _of_short(wording: Wording) -> dict[str, Text]:
    if wording.model_answer:
        return {}
    return {"model_answer": _("Write what a good answer says: whoever marks it has to know.")}


_RULES: Mapping[str, Callable[[Wording], dict[str, Text]]] = {
    QuestionKind.SINGLE: _of_options,
    QuestionKind.MULTIPLE: _of_options,
    QuestionKind.TRUE_FALSE: _of_options,
    QuestionKind.FILL_IN: _of_blanks,
    QuestionKind.SHORT: _of_short,
}
