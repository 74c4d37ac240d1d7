"""The steps of a standard phrase: written, changed, published by somebody else, retired, and used."""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.rights import require_reason
from training import rights
from training.choices import PhraseState
from training.models import PhraseScene, StandardPhrase
from training.phrases import fitting, forbidden, notices, placeholders

LONGEST = 1000


class Wording(TypedDict):
    """What a standard phrase says, and where it is found."""

    scene: PhraseScene
    text: str
    gloss: str
    position: int


@transaction.atomic
def write(*, by: User | None, at: datetime, code: str = "", **wording: Unpack[Wording]) -> StandardPhrase:
    """A draft: nobody can use it before somebody else has published it.

    Raises: NotAllowed; MissingInformation without words, for unknown blanks, for forbidden words in it, for
    more than the table holds, or a code that is taken.
    """
    rights.require(by, rights.WRITE_PHRASES)
    facts = _written(wording)
    phrase = StandardPhrase(author=by, changed_at=at, **facts)
    phrase.code = fitting.free_code(StandardPhrase, code, group=wording["scene"].code)
    fitting.require_fitting(phrase, ("code", *facts))
    phrase.save(force_insert=True)
    recording.added(phrase, {"scene": facts["scene"], "text": facts["text"]}, by=by, at=at)
    return phrase


@transaction.atomic
def change(
    phrase: StandardPhrase, *, by: User | None, at: datetime, **wording: Unpack[Wording]
) -> StandardPhrase:
    """Other words make it a draft again, of whoever wrote them; another place or gloss does not.

    Raises: NotAllowed; MissingInformation as in `write`.
    """
    phrase = _held(phrase, by, rights.WRITE_PHRASES)
    facts: dict[str, object] = {**_written(wording)}
    if facts["text"] != phrase.text:
        facts |= {"state": PhraseState.DRAFT, "author": by, "approved_by": None}
    changes = _changes(phrase, facts)
    if changes:
        fitting.require_fitting(phrase, facts)
        _save(phrase, facts, at=at)
        recording.changed(phrase, changes, by=by, at=at)
    return phrase


@transaction.atomic
def publish(phrase: StandardPhrase, *, by: User | None, at: datetime) -> StandardPhrase:
    """From now on it can be put into replies; its author is told.

    Raises: NotAllowed, also for the author himself; WrongState for one that is no draft;
    MissingInformation for words that have been forbidden since it was written.
    """
    phrase = _held(phrase, by, rights.PUBLISH_PHRASES)
    if phrase.state != PhraseState.DRAFT:
        raise WrongState(_("Only a draft can be published."))
    if by is not None and phrase.author_id == by.pk:
        raise NotAllowed(_("Somebody else has to look at what you wrote, and publish it."))
    _require_decent(phrase.text)
    facts: dict[str, object] = {"state": PhraseState.PUBLISHED, "approved_by": by}
    changes = _set(phrase, facts, at=at)
    recording.changed(phrase, changes, by=by, at=at)
    notices.phrase_published(phrase, at=at)
    return phrase


@transaction.atomic
def retire(phrase: StandardPhrase, *, reason: str, by: User | None, at: datetime) -> StandardPhrase:
    """Nobody can use it any more. Raises: NotAllowed; MissingInformation; WrongState for a retired one."""
    reason = require_reason(reason)
    phrase = _held(phrase, by, rights.PUBLISH_PHRASES)
    if phrase.state == PhraseState.RETIRED:
        raise WrongState(_("It is retired already."))
    changes = _set(phrase, {"state": PhraseState.RETIRED}, at=at)
    recording.changed(phrase, changes, by=by, at=at, reason=reason)
    return phrase


@transaction.atomic
def take_up(phrase: StandardPhrase, *, by: User | None, at: datetime) -> StandardPhrase:
    """A retired one is a draft again, of whoever takes it up. Raises: NotAllowed; WrongState."""
    phrase = _held(phrase, by, rights.WRITE_PHRASES)
    if phrase.state != PhraseState.RETIRED:
        raise WrongState(_("Only a retired phrase can be taken up again."))
    facts: dict[str, object] = {"state": PhraseState.DRAFT, "author": by, "approved_by": None}
    changes = _set(phrase, facts, at=at)
    recording.changed(phrase, changes, by=by, at=at)
    return phrase


def count_use(phrase: StandardPhrase) -> None:
    """It was put into a reply. Counted in the database, so that none of two at once is lost.

    Raises: WrongState for one that is not published.
    """
    rows = StandardPhrase.objects.published().filter(pk=phrase.pk)
    if not rows.update(times_used=F("times_used") + 1):
        raise WrongState(_("This phrase can no longer be used."))


def _held(phrase: StandardPhrase, by: User | None, permission: str) -> StandardPhrase:
    """Locked alone, and read again: over a join PostgreSQL finds nothing once another has moved it."""
    rows = StandardPhrase.objects.all()
    rows.select_for_update(of=("self",)).get(pk=phrase.pk)
    phrase = rows.select_related("scene", "author").get(pk=phrase.pk)
    rights.require(by, permission, phrase)
    return phrase


def _set(phrase: StandardPhrase, facts: dict[str, object], *, at: datetime) -> recording.Changes:
    changes = _changes(phrase, facts)
    if changes:
        _save(phrase, facts, at=at)
    return changes


def _save(phrase: StandardPhrase, facts: dict[str, object], *, at: datetime) -> None:
    phrase.changed_at = at
    phrase.save(update_fields=[*facts, "changed_at"])


def _changes(phrase: StandardPhrase, facts: dict[str, object]) -> recording.Changes:
    """Set what is wanted on the row; what is different by it."""
    changes = {
        name: (getattr(phrase, name), value)
        for name, value in facts.items()
        if getattr(phrase, name) != value
    }
    for name, value in facts.items():
        setattr(phrase, name, value)
    return changes


def _written(wording: Wording) -> Wording:
    """As it will be kept. Raises: MissingInformation."""
    text = wording["text"].strip()
    if not text or len(text) > LONGEST:
        message = _("Write between 1 and %(count)s characters.") % {"count": LONGEST}
        raise MissingInformation(message, fields={"text": message})
    placeholders.require_known(text)
    _require_decent(text)
    return Wording(
        scene=wording["scene"], text=text, gloss=wording["gloss"].strip(), position=wording["position"]
    )


def _require_decent(text: str) -> None:
    hits = forbidden.check(text)
    if hits:
        found = ", ".join(dict.fromkeys(hit.found for hit in hits))
        message = _("These words are forbidden: %(words)s.") % {"words": found}
        raise MissingInformation(message, fields={"text": message})
