"""A paper is drawn: the questions of each part of an exam, their options shown in an order of this paper.

Nothing is written here. Whoever begins an attempt keeps what was drawn, so that no later edit touches it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, WrongState
from training.choices import QuestionKind
from training.exams.picking import TooFewError, pick
from training.exams.stock import Stock, told
from training.models import Exam, Question, QuestionOption

KEY_ALPHABET = "bcdfghjkmnpqrstvwxz"
"""Without vowels, so that no key is a word."""
KEY_LENGTH = 4


@dataclass(frozen=True)
class Drawn:
    """A question as it goes on one paper. `key` holds the keys of the right options, or the spellings that
    each blank accepts. The keys are made for this paper and tell nothing: not the order, not what is right.
    """

    question_id: int
    question_version: int
    kind: str
    stem: str
    options: list[dict[str, str]]
    key: list[Any]
    model_answer: str
    explanation: str
    marks: Decimal


def draw(exam: Exam, *, seed: int) -> list[Drawn]:
    """The paper of an exam for a seed: part after part, no question twice. Same bank and seed, same paper.

    Raises: MissingInformation for an exam without parts; WrongState naming the part for which the bank has
    too few active questions.
    """
    parts = list(exam.parts.select_related("topic"))
    if not parts:
        raise MissingInformation(_("The exam has no parts yet: say which questions are to be drawn."))
    rng = Random(seed)  # noqa: S311 - a paper has to be drawn again alike; what is secret is the seed
    try:
        picked = pick(Stock.load().wants(parts), rng)
    except TooFewError as shortage:
        raise WrongState(told(parts, shortage)) from shortage
    found = _questions(one for chosen in picked for one in chosen)
    paper = []
    for part, chosen in zip(parts, picked, strict=True):
        held = [found[one] for one in chosen]
        if not exam.are_shuffled:
            held.sort(key=lambda each: each.question.code)
        paper += [_drawn(each, part.marks_each, rng, are_shuffled=exam.are_shuffled) for each in held]
    return paper


def as_drawn(question: Question, *, seed: int) -> Drawn:
    """One question as a candidate would see it, for one mark."""
    found = _questions([question.pk])[question.pk]
    return _drawn(found, Decimal(1), Random(seed), are_shuffled=False)  # noqa: S311 - only looked at


@dataclass(frozen=True)
class _Held:
    question: Question
    options: list[QuestionOption]


def _questions(ids: Iterable[int]) -> Mapping[int, _Held]:
    """Each with its options in one reading, so that nobody's edit comes in between."""
    wanted = set(ids)
    found: dict[int, _Held] = {}
    options = QuestionOption.objects.filter(question__in=wanted).select_related("question")
    for option in options.order_by("position", "pk"):
        found.setdefault(option.question_id, _Held(option.question, [])).options.append(option)
    others = Question.objects.in_bulk(list(wanted - found.keys()))
    return found | {pk: _Held(question, []) for pk, question in others.items()}


def _drawn(held: _Held, marks: Decimal, rng: Random, *, are_shuffled: bool) -> Drawn:
    """True and false stay in their order; nobody looks for them elsewhere."""
    question, options = held.question, list(held.options)
    if are_shuffled and question.kind != QuestionKind.TRUE_FALSE:
        rng.shuffle(options)
    keys = _keys(len(options), rng)
    right = [key for key, option in zip(keys, options, strict=True) if option.is_correct]
    is_fill_in = question.kind == QuestionKind.FILL_IN
    return Drawn(
        question_id=question.pk,
        question_version=question.version,
        kind=question.kind,
        stem=question.stem,
        options=[{"key": key, "text": option.text} for key, option in zip(keys, options, strict=True)],
        key=[list(spellings) for spellings in question.answers] if is_fill_in else right,
        model_answer=question.model_answer,
        explanation=question.explanation,
        marks=marks,
    )


def _keys(count: int, rng: Random) -> list[str]:
    """So many different keys."""
    keys: dict[str, None] = {}
    while len(keys) < count:
        keys["".join(rng.choices(KEY_ALPHABET, k=KEY_LENGTH))] = None
    return list(keys)
