"""A customer's time-line: matters, what was said, calls and surveys, as far as the reader may see them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from complaints import policy
from complaints.choices import AttemptResult, Direction
from complaints.models import CallbackAttempt, Customer, Message, SurveyAnswer, Ticket
from portal.errors import Text
from portal.models import User

MATTERS_READ = 50
ROWS_READ = 200


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened. `icon` is a name of the theme's symbols."""

    at: datetime
    icon: str
    title: Text
    text: str
    ticket: Ticket | None
    who: str = ""


@dataclass(frozen=True)
class TimeLine:
    """`elsewhere` counts his latest matters with teams that are not the reader's."""

    entries: list[Entry]
    matters: list[Ticket]
    elsewhere: int


def read(customer: Customer, *, reader: User) -> TimeLine:
    """The latest first. Five queries."""
    numbers = list(customer.tickets.order_by("-id").values_list("pk", flat=True)[:MATTERS_READ])
    matters = list(Ticket.objects.visible_to(reader).filter(pk__in=numbers).order_by("-id"))
    seen = {matter.pk: matter for matter in matters}
    entries = chain(_matters(matters), _messages(seen), _calls(customer, seen), _answers(seen))
    latest = sorted(entries, key=lambda entry: entry.at, reverse=True)
    return TimeLine(latest[:ROWS_READ], matters, len(numbers) - len(matters))


def _matters(matters: list[Ticket]) -> Iterator[Entry]:
    for matter in matters:
        yield Entry(
            at=matter.occurred_at,
            icon="confirmation_number",
            title=matter.get_channel_display(),
            text=matter.description or matter.subject,
            ticket=matter,
        )


def _messages(seen: dict[int, Ticket]) -> Iterator[Entry]:
    icons = {Direction.INBOUND: "chat", Direction.OUTBOUND: "reply", Direction.INTERNAL: "sticky_note_2"}
    messages = Message.objects.filter(ticket__in=seen).select_related("author").order_by("-at", "-id")
    for message in messages[:ROWS_READ]:
        direction = Direction(message.direction)
        yield Entry(
            at=message.at,
            icon=icons[direction],
            title=direction.label,
            text=message.text,
            ticket=seen[message.ticket_id],
            who=str(message.author or ""),
        )


def _calls(customer: Customer, seen: dict[int, Ticket]) -> Iterator[Entry]:
    attempts = CallbackAttempt.objects.filter(callback__ticket__in=seen) | CallbackAttempt.objects.filter(
        callback__customer=customer, callback__ticket=None
    )
    for attempt in attempts.select_related("callback", "by").order_by("-at")[:ROWS_READ]:
        yield Entry(
            at=attempt.at,
            icon="call",
            title=f"{attempt.callback.get_purpose_display()}: {AttemptResult(attempt.result).label}",
            text=attempt.note,
            ticket=seen.get(attempt.callback.ticket_id or 0),
            who=str(attempt.by or ""),
        )


def _answers(seen: dict[int, Ticket]) -> Iterator[Entry]:
    answers = SurveyAnswer.objects.filter(invitation__ticket__in=seen).select_related("invitation")
    for answer in answers.order_by("-answered_at")[:ROWS_READ]:
        yield Entry(
            at=answer.answered_at,
            icon="sentiment_satisfied" if answer.score > policy.LOW_SCORE else "sentiment_dissatisfied",
            title=f"{answer.score} / 5",
            text=answer.comment,
            ticket=seen[answer.invitation.ticket_id],
        )
