"""Articles for a question that somebody has before him: beside a ticket, in self-service, for a bot."""

from datetime import datetime

from django.utils.timezone import localdate

from portal.models import User
from training.choices import ArticleKind, AskedIn
from training.models import Article, Topic
from training.querysets import ArticleQuerySet
from training.search import missing
from training.search.searching import Answer, search


def suggest(
    question: str,
    *,
    user: User,
    asked_in: AskedIn,
    at: datetime,
    reference: str = "",
    kind: ArticleKind | None = None,
    topic: Topic | None = None,
    limit: int = 5,
) -> Answer:
    """What may be told to this person; for a bot, what may be told to customers unseen.

    A bot's question that finds nothing sure goes to the list of missing answers, and that of a reader who
    chooses for himself when nothing fits at all. Not beside a ticket: there whole messages are put in, and an
    agent who misses an answer says so by `missing.note`.
    """
    answer = search(question, within=_within(user, asked_in, kind, topic, at), limit=limit, at=at)
    is_enough = answer.confidence.is_plausible if asked_in == AskedIn.SEARCH else answer.is_confident
    if not is_enough and asked_in != AskedIn.TICKET:
        missing.note(question, asked_in=asked_in, reference=reference, topic=topic, at=at)
    return answer


def _within(
    user: User, asked_in: AskedIn, kind: ArticleKind | None, topic: Topic | None, at: datetime
) -> ArticleQuerySet:
    today = localdate(at)
    if asked_in in {AskedIn.BOT, AskedIn.SELF_SERVICE}:
        articles = Article.objects.for_bots(today)
    else:
        articles = Article.objects.readable_by(user, today)
    if kind:
        articles = articles.filter(kind=kind)
    return articles.within(topic) if topic else articles
