"""What is known of a customer's talk with a bot: enough to hand it over whole, and to keep the bot quiet."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.models import User
from portal.privacy import without_contacts
from training.choices import ArticleKind, AskedIn, HandOverReason, UseKind
from training.knowledge import usage
from training.models import ArticleVersion, BotConversation, BotTurn
from training.search import handing_over
from training.search.searching import Answer
from training.search.suggestions import suggest

LONGEST_KEY = 100
LONGEST_QUESTION = 2_000
MOST_TURNS = 200


class Turn(TypedDict):
    question: str
    shown: list[str]
    confident: bool
    at: datetime


@dataclass(frozen=True)
class HandOver:
    """What the person gets who goes on: the last question, all turns, the articles tried, as codes."""

    question: str
    transcript: list[Turn] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reply:
    """What a bot is told. With `reason` it hands over, and says nothing of its own from then on."""

    answer: Answer | None
    reason: HandOverReason | None = None
    hand_over: HandOver | None = None


def ask(
    question: str,
    *,
    client: User,
    at: datetime,
    conversation: str = "",
    kind: ArticleKind | None = None,
    limit: int = 3,
) -> Reply:
    """One question of a customer to a bot. `conversation` is the bot's own key of the talk.

    Two questions of one talk that come at once are taken one after the other. Raises: MissingInformation.
    """
    question = question.strip()[:LONGEST_QUESTION]
    if not question:
        raise MissingInformation(_("Give a question."), fields={"question": _("Give a question.")})
    if len(conversation) > LONGEST_KEY:
        message = _("At most %(count)s characters.") % {"count": LONGEST_KEY}
        raise MissingInformation(message, fields={"conversation": message})
    if not conversation:
        return _alone(question, client=client, kind=kind, limit=limit, at=at)
    return _in_talk(question, conversation, client=client, kind=kind, limit=limit, at=at)


def _alone(question: str, *, client: User, kind: ArticleKind | None, limit: int, at: datetime) -> Reply:
    """Without a talk nobody counts misses, and nobody remembers what was said."""
    reason = handing_over.reason_in_words(question)
    answer = None if reason else _look(question, client=client, kind=kind, limit=limit, at=at)
    if answer is not None:
        reason = handing_over.reason_by_answer(answer.confidence, misses=None)
    shown = _codes(answer)
    turn = Turn(question=question, shown=shown, confident=bool(answer and answer.is_confident), at=at)
    return Reply(answer, reason, HandOver(question, [turn], shown) if reason else None)


@transaction.atomic
def _in_talk(
    question: str, key: str, *, client: User, kind: ArticleKind | None, limit: int, at: datetime
) -> Reply:
    talk = _held(client, key, at=at)
    if talk.handed_over_at:
        return Reply(None, HandOverReason.ALREADY)
    reason = handing_over.reason_in_words(question)
    reference = f"bot:{talk.pk}"
    answer = (
        None if reason else _look(question, client=client, kind=kind, limit=limit, at=at, reference=reference)
    )
    if answer is not None:
        talk.misses = 0 if answer.is_confident else talk.misses + 1
        reason = handing_over.reason_by_answer(answer.confidence, misses=talk.misses)
    _add_turn(talk, question, answer, at=at)
    if answer is not None and answer.is_confident and reason is None:
        _used(answer, reference=reference, at=at)
    if reason:
        talk.handed_over_at, talk.hand_over_reason = at, reason
    talk.last_at = at
    talk.save()
    return Reply(answer, reason, handed_over(talk) if reason else None)


def handed_over(talk: BotConversation) -> HandOver:
    """All that was said and shown in a talk."""
    turns = list(talk.turns.order_by("position"))
    transcript = [
        Turn(question=turn.question, shown=turn.shown, confident=turn.is_confident, at=turn.at)
        for turn in turns
    ]
    tried = list(dict.fromkeys(code for turn in turns for code in turn.shown))
    return HandOver(turns[-1].question if turns else "", transcript, tried)


def _held(client: User, key: str, *, at: datetime) -> BotConversation:
    """The talk, locked until the transaction ends; begun if this is its first question."""
    BotConversation.objects.bulk_create(
        [BotConversation(client=client, key=key, opened_at=at, last_at=at)], ignore_conflicts=True
    )
    return BotConversation.objects.select_for_update(of=("self",)).get(client=client, key=key)


def _look(
    question: str, *, client: User, kind: ArticleKind | None, limit: int, at: datetime, reference: str = ""
) -> Answer:
    return suggest(
        question, user=client, asked_in=AskedIn.BOT, kind=kind, limit=limit, reference=reference, at=at
    )


def _add_turn(talk: BotConversation, question: str, answer: Answer | None, *, at: datetime) -> None:
    position = talk.turns.count() + 1
    if position > MOST_TURNS:
        return
    BotTurn.objects.create(
        conversation=talk,
        position=position,
        question=without_contacts(question),
        shown=_codes(answer),
        is_confident=bool(answer and answer.is_confident),
        at=at,
    )


def _used(answer: Answer, *, reference: str, at: datetime) -> None:
    version: ArticleVersion = answer.results[0].version
    usage.record(version, UseKind.ANSWERED, by=None, at=at, reference=reference)


def _codes(answer: Answer | None) -> list[str]:
    return [hit.article.code for hit in answer.results] if answer else []
