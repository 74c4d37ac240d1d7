"""The steps of a forbidden phrase. T8"""

import pytest

from portal.choices import AuditAction, Role
from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from tests.factories import NOW, UserFactory
from tests.phrase_factories import ForbiddenPhraseFactory
from training.choices import MatchKind
from training.models import ForbiddenPhrase
from training.phrases import forbidding

pytestmark = pytest.mark.django_db

WORDING = forbidding.Wording(
    forbidden_class="pushing_away",
    match="phrase",
    text="不知道",
    exceptions=["可能还不知道"],
    severity=1,
    remedy="请稍等，我核实后回复您。",
    gloss="I do not know",
)


@pytest.mark.parametrize("role", [Role.TRAINER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.INSPECTOR])
def test_who_keeps_the_language_lays_down_what_is_forbidden(role):
    by = UserFactory.create(roles=[role])
    phrase = forbidding.forbid(by=by, at=NOW, **WORDING)
    assert ForbiddenPhrase.objects.get() == phrase
    assert phrase.code.startswith("pushing-away-")
    entry = AuditEntry.objects.get(action=AuditAction.ADD, object_type="training.forbiddenphrase")
    assert (entry.actor, entry.changes["text"]) == (by, [None, "不知道"])


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECTOR, Role.AUDITOR, Role.FULFILMENT])
def test_others_neither_forbid_nor_amend_nor_lift(role):
    by, phrase = UserFactory.create(roles=[role]), ForbiddenPhraseFactory.create()
    for step in (
        lambda: forbidding.forbid(by=by, at=NOW, **WORDING),
        lambda: forbidding.amend(phrase, by=by, at=NOW, **WORDING),
        lambda: forbidding.lift(phrase, reason="误伤", by=by, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            step()
    phrase.refresh_from_db()
    assert (phrase.text, phrase.is_active) == ("滚蛋", True)


@pytest.mark.parametrize("text", ["不知道", "不 知道！", "不知道 "])
def test_the_same_words_are_forbidden_once_however_they_are_written(trainer, text):
    forbidding.forbid(by=trainer, at=NOW, **WORDING)
    with pytest.raises(MissingInformation, match="already"):
        forbidding.forbid(by=trainer, at=NOW, **{**WORDING, "text": text, "exceptions": []})


def test_amending_keeps_what_was_and_counts_the_change(trainer):
    phrase = ForbiddenPhraseFactory.create(text="真烦")
    amended = forbidding.amend(phrase, by=trainer, at=NOW, **WORDING)
    assert (amended.text, amended.exceptions, amended.revision) == ("不知道", ["可能还不知道"], 2)
    entry = AuditEntry.objects.get(object_type="training.forbiddenphrase")
    assert entry.changes["text"] == ["真烦", "不知道"]


def test_amending_without_a_change_writes_nothing(trainer):
    phrase = forbidding.forbid(by=trainer, at=NOW, **WORDING)
    forbidding.amend(phrase, by=trainer, at=NOW, **WORDING)
    assert AuditEntry.objects.count() == 1
    assert ForbiddenPhrase.objects.get().revision == 1


def test_a_pattern_is_refused_on_saving_with_the_reason(trainer):
    wording = {**WORDING, "match": MatchKind.PATTERN, "text": "不.*知道", "exceptions": []}
    with pytest.raises(MissingInformation, match="how many at most"):
        forbidding.forbid(by=trainer, at=NOW, **wording)
    assert not ForbiddenPhrase.objects.exists()


def test_too_many_or_too_long_exceptions_are_refused(trainer):
    for exceptions in (["可能还不知道"] * 31, ["不知道" * 40]):
        with pytest.raises(MissingInformation):
            forbidding.forbid(by=trainer, at=NOW, **{**WORDING, "exceptions": exceptions})


def test_lifting_needs_a_reason_and_is_done_once(trainer):
    phrase = ForbiddenPhraseFactory.create()
    with pytest.raises(MissingInformation):
        forbidding.lift(phrase, reason=" ", by=trainer, at=NOW)
    phrase = forbidding.lift(phrase, reason="误伤", by=trainer, at=NOW)
    with pytest.raises(WrongState):
        forbidding.lift(phrase, reason="误伤", by=trainer, at=NOW)
    assert AuditEntry.objects.get().reason == "误伤"
    assert forbidding.put_back(phrase, by=trainer, at=NOW).is_active
    with pytest.raises(WrongState):
        forbidding.put_back(phrase, by=trainer, at=NOW)


def test_a_code_that_is_taken_is_refused_in_words(trainer):
    forbidding.forbid(by=trainer, at=NOW, code="do-not-know", **WORDING)
    with pytest.raises(MissingInformation) as refusal:
        forbidding.forbid(by=trainer, at=NOW, code="do-not-know", **{**WORDING, "text": "不归我管"})
    assert "code" in refusal.value.fields
