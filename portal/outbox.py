"""What is owed to somebody: written in the transaction of the act that owes it, delivered at least once.

A worker leases messages, sends each and marks it. If it dies in between, its lease runs out and another
sends; so a message may come twice, but is never lost. On the bell in the portal it comes exactly once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal import audit, channels, policy, privacy
from portal.choices import AuditAction, DeliveryState, MessageChannel, Role
from portal.errors import NotAllowed, WrongState
from portal.models import OutboxMessage, User
from portal.querysets import OutboxQuerySet

LONGEST_KEY = 120
LONGEST_SUBJECT = 200
LONGEST_ERROR = 500
SENDERS = {MessageChannel.EMAIL: channels.email, MessageChannel.SMS: channels.sms}


@dataclass(frozen=True, kw_only=True)
class Owed:
    """One message to one recipient. `key` names the debt: the same key is owed once, for ever."""

    key: str
    channel: MessageChannel
    subject: str
    due_at: datetime
    body: str = ""
    user: User | None = None
    address: str = ""
    link: str = ""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise ValueError(f"A key has 1 to {LONGEST_KEY} characters: {self.key!r}")
        if self.user is None and (self.channel == MessageChannel.PORTAL or not self.address):
            raise ValueError(f"{self.key} has no recipient.")


def post(
    *,
    key: str,
    channel: MessageChannel,
    subject: str,
    due_at: datetime,
    at: datetime,
    body: str = "",
    user: User | None = None,
    address: str = "",
    link: str = "",
) -> None:
    """Owe one message. The same key again is the same debt: nothing happens."""
    owed = Owed(
        key=key,
        channel=channel,
        subject=subject,
        due_at=due_at,
        body=body,
        user=user,
        address=address,
        link=link,
    )
    post_many([owed], at=at)


def post_many(messages: Iterable[Owed], *, at: datetime) -> None:
    """Owe several at once, in the caller's transaction."""
    OutboxMessage.objects.bulk_create(
        (
            OutboxMessage(
                key=owed.key,
                channel=owed.channel,
                subject=owed.subject[:LONGEST_SUBJECT],
                body=owed.body,
                user=owed.user,
                address=owed.address,
                link=owed.link,
                due_at=owed.due_at,
                created_at=at,
            )
            for owed in messages
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def lease(at: datetime, limit: int) -> list[OutboxMessage]:
    """Take up to `limit` due messages into one's hands until `at` + LEASE; nobody else gets them before.

    PostgreSQL passes over rows that another has locked; on SQLite the transaction keeps the other waiting.
    """
    due = OutboxMessage.objects.due(at).select_related("user")
    messages = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
    until = at + policy.LEASE
    OutboxMessage.objects.filter(pk__in=[message.pk for message in messages]).update(leased_until=until)
    for message in messages:
        message.leased_until = until
    return messages


def deliver_due(at: datetime) -> int:
    """Deliver one batch of what is due; how many were taken in hand (0: nothing is due)."""
    started = monotonic()
    messages = lease(at, policy.BATCH_MESSAGES)
    _deliver_to_portal([each for each in messages if each.channel == MessageChannel.PORTAL], at=at)
    for message in messages:
        if message.channel != MessageChannel.PORTAL:
            now = at + timedelta(seconds=monotonic() - started)
            if _still_held(message, now):
                _deliver(message, at=now)
    return len(messages)


@transaction.atomic
def retry(message: OutboxMessage, *, by: User, at: datetime) -> OutboxMessage:
    """Try a given-up message again from the start. Raises: NotAllowed, WrongState."""
    if not by.has_perm("portal.retry_outboxmessage"):
        raise NotAllowed(_("You may not send messages again."))
    changed = OutboxMessage.objects.filter(pk=message.pk, state=DeliveryState.GIVEN_UP).update(
        state=DeliveryState.PENDING, attempts=0, due_at=at, leased_until=None
    )
    if not changed:
        raise WrongState(_("Only a message that was given up can be sent again."))
    audit.record(AuditAction.RETRY, message, by=by, at=at)
    message.refresh_from_db()
    return message


@transaction.atomic
def _deliver_to_portal(messages: Sequence[OutboxMessage], *, at: datetime) -> None:
    """Both in one transaction: the notice hangs, and the message is marked."""
    channels.portal(messages, at=at)
    _pending(*messages).update(state=DeliveryState.SENT, sent_at=at, leased_until=None)


def _deliver(message: OutboxMessage, *, at: datetime) -> None:
    try:
        SENDERS[MessageChannel(message.channel)](message)
    except Exception as error:  # noqa: BLE001 - whatever a gateway does is one failed attempt, not the end
        _count_failure(message, error, at=at)
    else:
        _pending(message).update(
            state=DeliveryState.SENT, sent_at=at, leased_until=None, attempts=message.attempts + 1
        )


def _still_held(message: OutboxMessage, now: datetime) -> bool:
    """Hold on to a message whose lease has run half down; False if it has run out and another took it."""
    if message.leased_until and message.leased_until - now > policy.LEASE / 2:
        return True
    mine = _pending(message).filter(leased_until=message.leased_until)
    message.leased_until = now + policy.LEASE
    return bool(mine.update(leased_until=message.leased_until))


@transaction.atomic
def _count_failure(message: OutboxMessage, error: Exception, *, at: datetime) -> None:
    attempts = message.attempts + 1
    is_last = attempts >= policy.MOST_ATTEMPTS
    told = privacy.without_contacts(f"{type(error).__name__}: {error}")
    mine = _pending(message).filter(leased_until=message.leased_until)
    changed = mine.update(
        state=DeliveryState.GIVEN_UP if is_last else DeliveryState.PENDING,
        attempts=attempts,
        due_at=at + _wait(attempts),
        leased_until=None,
        last_error=told[:LONGEST_ERROR],
    )
    if changed and is_last:
        _tell_administrators(message, at=at)


def _wait(attempts: int) -> timedelta:
    """After the first failure FIRST_RETRY_AFTER, doubled each time up to LONGEST_RETRY_AFTER."""
    doublings: int = 2 ** (attempts - 1)
    return min(policy.FIRST_RETRY_AFTER * doublings, policy.LONGEST_RETRY_AFTER)


def _tell_administrators(message: OutboxMessage, *, at: datetime) -> None:
    for person in User.objects.filter(is_active=True, groups__name=Role.ADMINISTRATOR):
        with override(person.language):
            subject = _("A message could not be delivered: %(subject)s") % {"subject": message.subject}
        post(
            # Given up again after a retry is told again.
            key=f"given-up:{message.pk}:{at.timestamp():.0f}:{person.pk}",
            channel=MessageChannel.PORTAL,
            subject=subject,
            user=person,
            link=reverse("admin:portal_outboxmessage_change", args=[message.pk]),
            due_at=at,
            at=at,
        )


def _pending(*messages: OutboxMessage) -> OutboxQuerySet:
    return OutboxMessage.objects.pending().filter(pk__in=[message.pk for message in messages])
