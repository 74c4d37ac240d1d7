"""The steps of a question: added to the bank, changed, taken out of use, taken up again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, Stale, WrongState
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording
from staffing.rights import require_reason
from training import rights
from training.choices import Difficulty
from training.exams.questions import Choice, Wording, faults, tidied
from training.models import PaperQuestion, Question, QuestionOption, Topic


@transaction.atomic
def add(
    topic: Topic,
    *,
    wording: Wording,
    by: User | None,
    at: datetime,
    difficulty: int = Difficulty.MEDIUM,
    code: str = "",
) -> Question:
    """Put a question into the bank. Without a code it gets a number.

    Raises: NotAllowed; MissingInformation naming what its kind lacks; AlreadyTaken for a code that is used.
    """
    rights.require(by, rights.SET_QUESTIONS)
    wording = _complete(wording)
    question = Question(topic=topic, difficulty=difficulty, code=code.strip(), author=by, **_texts(wording))
    _store_new(question)
    _store_options(question, wording)
    recording.added(question, _facts(question, wording), by=by, at=at)
    return question


@transaction.atomic
def change(
    question: Question,
    *,
    topic: Topic,
    wording: Wording,
    difficulty: int,
    by: User | None,
    at: datetime,
    version: int | None = None,
) -> Question:
    """Write a question anew; papers that hold it keep it as it was. Each change is another edition.

    `version` is the edition that was read, if one was. Nothing different, nothing written.

    Raises: NotAllowed; Stale; MissingInformation naming what its kind lacks; WrongState for another kind of
    a question that was put on papers, which would make its figures those of two questions.
    """
    rights.require(by, rights.SET_QUESTIONS, question)
    wording = _complete(wording)
    question = _locked(question)
    if version not in {None, question.version}:
        raise Stale(_("Somebody else has changed this question since. Load the page again to see it."))
    if wording.kind != question.kind and PaperQuestion.objects.filter(question=question).exists():
        message = _("This question was put on papers: it keeps its kind. Add another question instead.")
        raise WrongState(message, fields={"kind": message})
    before = _facts(question, wording_of(question))
    for name, value in {"topic": topic, "difficulty": difficulty, **_texts(wording)}.items():
        setattr(question, name, value)
    after = _facts(question, wording)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return question
    question.version += 1
    question.save()
    if "options" in changes:
        question.options.all().delete()
        _store_options(question, wording)
    editions = {"version": (question.version - 1, question.version)}
    recording.changed(question, changes | editions, by=by, at=at)
    return question


def define(
    code: str, topic: Topic, *, wording: Wording, difficulty: int, by: User | None, at: datetime
) -> Result:
    """A code that is known changes its question, any other adds one: for tables. Raises: as those."""
    known = Question.objects.filter(code=code).first() if code else None
    if known is None:
        add(topic, wording=wording, difficulty=difficulty, code=code, by=by, at=at)
        return Result.CREATED
    edition = known.version
    changed = change(known, topic=topic, wording=wording, difficulty=difficulty, by=by, at=at)
    return Result.UNCHANGED if changed.version == edition else Result.UPDATED


@transaction.atomic
def retire(question: Question, *, reason: str, by: User | None, at: datetime) -> Question:
    """It is put on no more papers; those that hold it keep it.

    Raises: NotAllowed; MissingInformation without a reason; WrongState for one that is retired.
    """
    reason = require_reason(reason)
    return _switch(question, is_active=False, by=by, at=at, reason=reason)


@transaction.atomic
def restore(question: Question, *, by: User | None, at: datetime) -> Question:
    """It is drawn again. Raises: NotAllowed; WrongState for one that is in use."""
    return _switch(question, is_active=True, by=by, at=at)


def wording_of(question: Question) -> Wording:
    """The question as it is written now."""
    return Wording(
        kind=question.kind,
        stem=question.stem,
        options=tuple(Choice(row.text, row.is_correct) for row in question.options.all()),
        answers=tuple(tuple(spellings) for spellings in question.answers),
        model_answer=question.model_answer,
        explanation=question.explanation,
    )


def _complete(wording: Wording) -> Wording:
    """Raises: MissingInformation."""
    wording = tidied(wording)
    if found := faults(wording):
        raise MissingInformation(_("The question is not complete yet."), fields=found)
    return wording


def _switch(
    question: Question, *, is_active: bool, by: User | None, at: datetime, reason: str = ""
) -> Question:
    rights.require(by, rights.SET_QUESTIONS, question)
    question = _locked(question)
    if question.is_active == is_active:
        raise WrongState(_("This question is in use.") if is_active else _("This question is retired."))
    question.is_active = is_active
    question.save(update_fields=["is_active"])
    recording.changed(question, {"is_active": (not is_active, is_active)}, by=by, at=at, reason=reason)
    return question


def _locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question.pk)


def _store_new(question: Question) -> None:
    """Two who give the same code at once: the later one is refused."""
    is_numbered = not question.code
    if is_numbered:
        question.code = _next_code()
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError as error:
        if is_numbered:  # A number that was taken this very moment.
            raise AlreadyTaken(_("Somebody else has just added a question. Save once more.")) from error
        message = _("There is a question with this code already.")
        raise AlreadyTaken(message, fields={"code": message}) from error


def _next_code() -> str:
    """Q00042: after the last that was numbered so."""
    last = Question.objects.filter(code__regex=r"^Q[0-9]{5}$").order_by("-code").values_list("code").first()
    return f"Q{int(last[0][1:]) + 1 if last else 1:05}"


def _store_options(question: Question, wording: Wording) -> None:
    QuestionOption.objects.bulk_create(
        QuestionOption(question=question, position=place, text=option.text, is_correct=option.is_correct)
        for place, option in enumerate(wording.options, 1)
    )


def _texts(wording: Wording) -> dict[str, object]:
    return {
        "kind": wording.kind,
        "stem": wording.stem,
        "answers": [list(spellings) for spellings in wording.answers],
        "model_answer": wording.model_answer,
        "explanation": wording.explanation,
    }


def _facts(question: Question, wording: Wording) -> dict[str, object]:
    """What the audit log keeps of a question."""
    marked = [f"{'✓' if option.is_correct else '✗'} {option.text}" for option in wording.options]
    place = {"topic": str(question.topic), "difficulty": question.get_difficulty_display()}
    return {**place, **_texts(wording), "options": marked}
