"""Questions to which nothing sure was found: counted as they come, settled by whoever looks after answers."""

import hashlib
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from portal.privacy import without_contacts
from staffing import recording
from training import rights
from training.choices import ArticleState, AskedIn, MissingState
from training.knowledge import drafting, versions
from training.models import Article, ArticleVersion, MissingAnswer, Topic
from training.search.normalising import LONG_NUMBER, asked

SHORTEST, LONGEST = 2, 200
"""Characters of a question as it is read: one says nothing, a page is no question."""
MOST_OPEN = 20_000
"""Questions kept open at most.

Beyond it a new one is not listed: so many are a sign of an attack, not of a gap.
"""


def note(
    question: str, *, asked_in: AskedIn, at: datetime, reference: str = "", topic: Topic | None = None
) -> MissingAnswer | None:
    """Count a question that found nothing sure; None for what is no question.

    Phone numbers, addresses and long numbers are taken out first. Asked again, also in the other script
    or with other courtesies, it is the same; one that was called answered or not needed is only counted.
    """
    plain = asked(question)
    if not is_question(plain):
        return None
    key = hashlib.sha256(plain.encode()).hexdigest()
    if _count(key, at=at):
        return MissingAnswer.objects.get(key=key)
    if MissingAnswer.objects.open().count() >= MOST_OPEN:
        return None
    told = " ".join(LONG_NUMBER.sub("***", without_contacts(question)).split())[:LONGEST]
    facts = {"question": told, "asked_in": asked_in, "reference": reference[:60], "topic": topic}
    found, is_new = MissingAnswer.objects.get_or_create(
        key=key, defaults=facts | {"first_at": at, "last_at": at}
    )
    if not is_new:
        _count(key, at=at)
    return found


def is_question(plain: str) -> bool:
    """Whether a question, as search reads it, says enough to be listed."""
    return len(plain.replace(" ", "")) >= SHORTEST


def _count(key: str, *, at: datetime) -> bool:
    return bool(MissingAnswer.objects.filter(key=key).update(times=F("times") + 1, last_at=at))


@transaction.atomic
def answer(missing: MissingAnswer, *, article: Article, by: User | None, at: datetime) -> MissingAnswer:
    """This article answers it now.

    Raises: NotAllowed; MissingInformation for one nobody can read; WrongState.
    """
    missing = _open(missing, by)
    if article.state != ArticleState.PUBLISHED:
        message = _("Only a published article answers a question.")
        raise MissingInformation(message, fields={"article": message})
    return _settle(missing, MissingState.ANSWERED, article=article, by=by, at=at)


@transaction.atomic
def add_to(missing: MissingAnswer, *, article: Article, by: User | None, at: datetime) -> ArticleVersion:
    """This article answers it, and shall be found by it: a draft with one similar question more is handed in.

    Readers see it once somebody else has looked it over. Into a draft that this person has not handed in yet
    the question is only written: its author goes on writing. Answers for the draft.

    Raises: NotAllowed; MissingInformation, also when the article has as many as it may; AlreadyTaken when it
    has this one; WrongState, also for a draft that waits for review; Stale.
    """
    missing = answer(missing, article=article, by=by, at=at)
    draft = drafting.draft_of(article, by) if by else None
    is_new = draft is None
    draft = draft or drafting.revise(article, by=by, at=at)
    content = versions.content_of(draft)
    if asked(missing.question) in map(asked, (content.title, *content.questions)):
        raise AlreadyTaken(_("The article has this question already."))
    more = replace(content, questions=(*content.questions, missing.question))
    draft = drafting.save(draft, more, revision=draft.revision, by=by, at=at)
    return drafting.submit(draft, revision=draft.revision, by=by, at=at) if is_new else draft


@transaction.atomic
def dismiss(missing: MissingAnswer, *, by: User | None, at: datetime) -> MissingAnswer:
    """No answer is needed. Raises: NotAllowed; WrongState."""
    return _settle(_open(missing, by), MissingState.DISMISSED, article=None, by=by, at=at)


@transaction.atomic
def reopen(missing: MissingAnswer, *, by: User | None, at: datetime) -> MissingAnswer:
    """It was settled too early. Raises: NotAllowed; WrongState."""
    missing = _locked(missing, by)
    if missing.state == MissingState.OPEN:
        raise WrongState(_("This question is open already."))
    return _settle(missing, MissingState.OPEN, article=None, by=by, at=at)


def _locked(missing: MissingAnswer, by: User | None) -> MissingAnswer:
    rights.require(by, rights.SETTLE_MISSING)
    return MissingAnswer.objects.select_for_update(of=("self",)).get(pk=missing.pk)


def _open(missing: MissingAnswer, by: User | None) -> MissingAnswer:
    missing = _locked(missing, by)
    if missing.state != MissingState.OPEN:
        raise WrongState(_("Somebody has settled this question already."))
    return missing


def _settle(
    missing: MissingAnswer, state: MissingState, *, article: Article | None, by: User | None, at: datetime
) -> MissingAnswer:
    changes: dict[str, tuple[object, object]] = {"state": (missing.state, state)}
    if article != missing.article:
        changes["article"] = (missing.article, article)
    is_open = state == MissingState.OPEN
    missing.state, missing.article = state, article
    missing.settled_by, missing.settled_at = (None, None) if is_open else (by, at)
    missing.save()
    recording.changed(missing, changes, by=by, at=at)
    return missing
