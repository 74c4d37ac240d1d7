"""Knowledge beside a ticket: what is suggested, looked at and put into replies, linked by the number."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.timezone import localdate

from complaints import address, rights
from complaints.choices import Direction
from complaints.models import Ticket
from portal.models import User
from portal.privacy import without_contacts
from training import plain_text
from training import rights as training_rights
from training.choices import AskedIn, UseKind, VersionState
from training.knowledge import usage
from training.models import Article, ArticleUse, ArticleVersion, StandardPhrase
from training.phrases import placeholders, writing
from training.querysets import ArticleQuerySet, ArticleVersionQuerySet
from training.search import missing, searching
from training.search import suggestions as answers

READ_ARTICLES = "training.view_article"
LONGEST_QUESTION = 200
MOST_AT_ONCE = 20
"""Articles in one reply."""


def question_of(ticket: Ticket) -> str:
    """What the matter is about: its subject, and what the customer said last. Without his contacts."""
    heard = ticket.messages.filter(direction=Direction.INBOUND).order_by("-at", "-id")
    last = heard.values_list("text", flat=True).first() or ticket.description
    return cleaned(f"{ticket.subject} {last}")


def cleaned(question: str) -> str:
    """As much of a question as is searched for and may be kept."""
    return " ".join(without_contacts(question).split())[:LONGEST_QUESTION]


def suggest(ticket: Ticket, question: str, *, by: User, at: datetime) -> searching.Answer:
    """The articles that he may read and that answer best; to who works on tickets they count as suggested.

    Raises: NotAllowed for somebody who reads no articles.
    """
    training_rights.require(by, READ_ARTICLES)
    answer = answers.suggest(question, user=by, asked_in=AskedIn.TICKET, at=at, reference=ticket.number)
    if rights.is_worker(by):
        for hit in answer.results:
            usage.record(hit.version, UseKind.SUGGESTED, by=by, at=at, reference=ticket.number)
    return answer


def look_at(ticket: Ticket, key: int, *, by: User, at: datetime) -> ArticleVersion | None:
    """What the article says now that said this, counted as viewed; None where there is none for him.

    The version may be one that was suggested before another was published.
    """
    published = Q(article__versions=key, article__versions__state=VersionState.APPROVED)
    current = ArticleVersion.objects.filter(published, pk=F("article__current"))
    version = current.filter(article__in=_readable(by, at)).first()
    if version is not None and rights.is_worker(by):
        usage.record(version, UseKind.VIEWED, by=by, at=at, reference=ticket.number)
    return version


def short_answer(version: ArticleVersion) -> str:
    """What of an article is put into a reply."""
    return plain_text.plain(version.body)


def record_inserted(ticket: Ticket, keys: Collection[int], *, by: User, at: datetime) -> None:
    """A reply was sent that was written with these versions; what he may not read does not count."""
    for version in _versions(by, at).filter(pk__in=list(keys)[:MOST_AT_ONCE]):
        usage.record(version, UseKind.INSERTED, by=by, at=at, reference=ticket.number)


def answered_with(ticket: Ticket) -> list[ArticleUse]:
    """With which versions the customer was answered, the latest first."""
    uses = ArticleUse.objects.filter(reference=ticket.number, kind=UseKind.INSERTED)
    return list(uses.select_related("version", "article", "by").order_by("-at", "-id"))


def note_missing(ticket: Ticket, question: str, *, by: User, at: datetime) -> None:
    """No article answers it: it goes to those who write. Raises: NotAllowed."""
    rights.require_visible(ticket, by)
    missing.note(cleaned(question), asked_in=AskedIn.TICKET, reference=ticket.number, at=at)


def use_phrase(
    ticket: Ticket, phrase: StandardPhrase, *, by: User, at: datetime, in_clear: bool = False
) -> str:
    """The phrase as it is put into a reply, and counted. Raises: NotAllowed; WrongState if it is retired."""
    rights.require_visible(ticket, by)
    writing.count_use(phrase)
    return placeholders.fill(phrase.text, blanks_of(ticket, by=by, at=at, in_clear=in_clear))


def blanks_of(ticket: Ticket, *, by: User, at: datetime, in_clear: bool = False) -> dict[str, str]:
    """What is known for the blanks of a phrase. Whoever may not see the customer's name writes to nobody."""
    called = address.of(ticket.customer.name) if in_clear else address.Address()
    return {
        "customer": called.customer,
        "title": called.title,
        "agent": by.name,
        "number": ticket.number,
        "order": ticket.order_no,
        "product": ticket.product,
        "shop": ticket.shop,
        "date": date_format(localdate(at), "MONTH_DAY_FORMAT"),
    }


def _readable(by: User, at: datetime) -> ArticleQuerySet:
    if not by.has_perm(READ_ARTICLES):
        return Article.objects.none()
    return Article.objects.readable_by(by, localdate(at))


def _versions(by: User, at: datetime) -> ArticleVersionQuerySet:
    """Texts of articles that he may read: published ones, though another may have come since."""
    approved = ArticleVersion.objects.filter(state=VersionState.APPROVED)
    return approved.filter(article__in=_readable(by, at))
