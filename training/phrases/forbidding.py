"""The steps of a forbidden phrase: laid down, changed, lifted and put back in force. Nothing is deleted."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, WrongState
from portal.models import User
from staffing import recording
from staffing.rights import require_reason
from training import rights
from training.choices import MatchKind
from training.models import ForbiddenPhrase
from training.phrases import fitting, matching
from training.phrases.folding import fold
from training.phrases.forbidden import rule_of

MOST_EXCEPTIONS = 30
LONGEST_EXCEPTION = 100


class Wording(TypedDict):
    """What a forbidden phrase says."""

    forbidden_class: str
    match: str
    text: str
    exceptions: Sequence[str]
    severity: int
    remedy: str
    gloss: str


@transaction.atomic
def forbid(*, by: User | None, at: datetime, code: str = "", **wording: Unpack[Wording]) -> ForbiddenPhrase:
    """Raises: NotAllowed; MissingInformation for words that cannot be looked for, or stand there already, for
    more than the table holds, or a code that is taken.
    """
    rights.require(by, rights.FORBID)
    phrase = ForbiddenPhrase(changed_at=at)
    phrase.code = fitting.free_code(ForbiddenPhrase, code, group=wording["forbidden_class"])
    fitting.require_fitting(phrase, ("code",))
    facts = _written(phrase, wording)
    phrase.save(force_insert=True)
    recording.added(phrase, facts, by=by, at=at)
    return phrase


@transaction.atomic
def amend(
    phrase: ForbiddenPhrase, *, by: User | None, at: datetime, **wording: Unpack[Wording]
) -> ForbiddenPhrase:
    """Raises: NotAllowed; MissingInformation as in `forbid`."""
    phrase = _held(phrase, by)
    before = {name: getattr(phrase, name) for name in wording}
    facts = _written(phrase, wording)
    changes = {name: (before[name], value) for name, value in facts.items() if before[name] != value}
    if changes:
        _save(phrase, at=at)
        recording.changed(phrase, changes, by=by, at=at)
    return phrase


@transaction.atomic
def lift(phrase: ForbiddenPhrase, *, reason: str, by: User | None, at: datetime) -> ForbiddenPhrase:
    """Look for it no more. Raises: NotAllowed; MissingInformation without a reason; WrongState if lifted."""
    reason = require_reason(reason)
    return _set_active(phrase, is_active=False, reason=reason, by=by, at=at)


@transaction.atomic
def put_back(phrase: ForbiddenPhrase, *, by: User | None, at: datetime) -> ForbiddenPhrase:
    """Raises: NotAllowed; WrongState for one in force."""
    return _set_active(phrase, is_active=True, reason="", by=by, at=at)


def _set_active(
    phrase: ForbiddenPhrase, *, is_active: bool, reason: str, by: User | None, at: datetime
) -> ForbiddenPhrase:
    phrase = _held(phrase, by)
    if phrase.is_active == is_active:
        raise WrongState(_("It is in force already.") if is_active else _("It is lifted already."))
    phrase.is_active = is_active
    _save(phrase, at=at)
    recording.changed(phrase, {"is_active": (not is_active, is_active)}, by=by, at=at, reason=reason)
    return phrase


def _held(phrase: ForbiddenPhrase, by: User | None) -> ForbiddenPhrase:
    phrase = ForbiddenPhrase.objects.select_for_update(of=("self",)).get(pk=phrase.pk)
    rights.require(by, rights.FORBID, phrase)
    return phrase


def _save(phrase: ForbiddenPhrase, *, at: datetime) -> None:
    phrase.changed_at = at
    phrase.revision = F("revision") + 1
    phrase.save()
    phrase.refresh_from_db(fields=["revision"])


def _written(phrase: ForbiddenPhrase, wording: Wording) -> dict[str, object]:
    """Set what is wanted on the row, as it will be kept; answers it."""
    exceptions = [one.strip() for one in wording["exceptions"] if one.strip()]
    if len(exceptions) > MOST_EXCEPTIONS or any(len(one) > LONGEST_EXCEPTION for one in exceptions):
        message = _("At most %(count)s exceptions of %(length)s characters.")
        told = message % {"count": MOST_EXCEPTIONS, "length": LONGEST_EXCEPTION}
        raise MissingInformation(told, fields={"exceptions": told})
    facts: dict[str, object] = {
        **wording,
        "text": wording["text"].strip(),
        "exceptions": list(dict.fromkeys(exceptions)),
        "remedy": wording["remedy"].strip(),
        "gloss": wording["gloss"].strip(),
    }
    for name, value in facts.items():
        setattr(phrase, name, value)
    fitting.require_fitting(phrase, facts.keys() - {"exceptions"})
    _require_one(phrase)
    matching.require_findable(rule_of(phrase))
    return facts


def _require_one(phrase: ForbiddenPhrase) -> None:
    """The same words once, however they are spaced or written. Raises: MissingInformation."""
    others = ForbiddenPhrase.objects.filter(match=phrase.match).exclude(pk=phrase.pk)
    if phrase.match == MatchKind.PHRASE:
        words = fold(phrase.text)
        is_known = any(fold(text) == words for text in others.values_list("text", flat=True))
    else:
        is_known = others.filter(text=phrase.text).exists()
    if is_known:
        message = _("These words are forbidden already.")
        raise MissingInformation(message, fields={"text": message})
