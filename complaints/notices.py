"""Who is told what about a ticket, in whose language, by which channel. Writes outbox rows, sends nothing."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from complaints.choices import Act, Channel, ClockKind, IdentityKind
from complaints.identities import EXTENSION
from complaints.models import (
    Callback,
    Clock,
    Customer,
    Message,
    OwnershipEntry,
    Promise,
    SurveyInvitation,
    Ticket,
    TicketEvent,
)
from portal import outbox
from portal.choices import MessageChannel, Role
from portal.models import User
from staffing.models import Agent

Wording = Callable[[], str]
WRITTEN_TO = (IdentityKind.PHONE, IdentityKind.EMAIL)
"""By text message, where a phone is known; else by e-mail."""

TOLD_APART = frozenset({Act.TRANSFER, Act.TAKE_OVER, Act.DECLINE, Act.RETURN, Act.REOPEN, Act.HEAR, Act.NOTE})
"""Acts with a notice of their own, or too small for one."""


def step_taken(ticket: Ticket, event: TicketEvent) -> None:
    """The first-responsible agent is told of every step that another takes in his matter."""
    first = ticket.first_responsible
    if first is None or event.act in TOLD_APART or event.by is None or event.by_id == first.user_id:
        return
    actor = event.by
    _tell(
        [first.user],
        f"step:{event.pk}",
        lambda: (
            _("%(number)s: %(act)s by %(name)s")
            % {"number": ticket.number, "act": Act(event.act).label, "name": actor}
        ),
        ticket,
        at=event.at,
    )


def assigned(ticket: Ticket, agent: Agent, event: TicketEvent) -> None:
    _tell(
        [agent.user],
        f"assigned:{event.pk}",
        lambda: _("%(number)s was assigned to you: %(subject)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def transfer_asked(ticket: Ticket, to: Agent, event: TicketEvent) -> None:
    _tell(
        [to.user],
        f"transfer:{event.pk}",
        lambda: _("You are asked to take over %(number)s: %(subject)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def declined(ticket: Ticket, entry: OwnershipEntry, event: TicketEvent) -> None:
    _tell(
        _giver_and_supervisors(ticket, entry),
        f"declined:{event.pk}",
        lambda: _("%(number)s was declined by %(name)s") % {**_words(ticket), "name": entry.receiver},
        ticket,
        at=event.at,
    )


def returned(ticket: Ticket, entry: OwnershipEntry, event: TicketEvent) -> None:
    _tell(
        _giver_and_supervisors(ticket, entry),
        f"returned:{event.pk}",
        lambda: (
            _("%(number)s came back: %(name)s did not answer in time")
            % {**_words(ticket), "name": entry.receiver}
        ),
        ticket,
        at=event.at,
    )


def left_behind(ticket: Ticket, leaver: Agent, event: TicketEvent) -> None:
    _tell(
        supervisors(ticket),
        f"left-behind:{event.pk}",
        lambda: _("%(number)s waits in the queue: %(name)s has left") % {**_words(ticket), "name": leaver},
        ticket,
        at=event.at,
    )


def taken_over(ticket: Ticket, event: TicketEvent) -> None:
    people = [agent.user for agent in (ticket.first_responsible,) if agent and agent.user_id != event.by_id]
    _tell(
        people,
        f"taken-over:{event.pk}",
        lambda: _("%(number)s was taken over by %(name)s") % {**_words(ticket), "name": ticket.handler},
        ticket,
        at=event.at,
    )


def taken_from(ticket: Ticket, entry: OwnershipEntry, *, at: datetime) -> None:
    """Whoever had it, or was to have it, learns that he has it no more."""
    _tell(
        [entry.receiver.user] if entry.receiver else [],
        f"taken-from:{entry.pk}",
        lambda: _("%(number)s is now handled by %(name)s") % {**_words(ticket), "name": ticket.handler},
        ticket,
        at=at,
    )


def parked(ticket: Ticket, event: TicketEvent) -> None:
    _tell(
        supervisors(ticket),
        f"parked:{event.pk}",
        lambda: _("Nobody qualified is on duty for %(number)s: %(subject)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def customer_wrote(ticket: Ticket, event: TicketEvent) -> None:
    """The handler hears of it; where nobody works on it now, who answers for it and the supervisors, too."""
    people = [ticket.handler.user] if ticket.handler else []
    if not (ticket.is_open and ticket.handler and ticket.handler.is_employed(localdate(event.at))):
        people += [ticket.first_responsible.user] if ticket.first_responsible else []
        people += supervisors(ticket)
    _tell(
        people,
        f"heard:{event.pk}",
        lambda: _("The customer wrote on %(number)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def reply_sent(ticket: Ticket, message: Message, event: TicketEvent) -> None:
    """E-mail is sent by us; in the other channels the answer goes out through the channel itself."""
    if message.via == Channel.EMAIL:
        _write_to_customer(
            ticket.customer,
            f"reply:{event.pk}",
            subject=lambda: _("Your matter %(number)s") % _words(ticket),
            body=lambda: message.text,
            at=event.at,
            ticket=ticket,
            kinds=[IdentityKind.EMAIL],
        )


def told_more(ticket: Ticket, event: TicketEvent) -> None:
    """The channel has corrected what it told of a matter that somebody works on."""
    _tell(
        [ticket.handler.user] if ticket.handler and ticket.is_open else [],
        f"told-more:{event.pk}",
        lambda: _("The channel told more about %(number)s: %(subject)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def woken(ticket: Ticket, event: TicketEvent) -> None:
    _tell(
        [ticket.handler.user] if ticket.handler else [],
        f"woken:{event.pk}",
        lambda: _("The time to wait is over for %(number)s: %(subject)s") % _words(ticket),
        ticket,
        at=event.at,
    )


def clock_told(clock: Clock, *, is_breach: bool, at: datetime) -> None:
    """A warning goes to the handler; a breach to the supervisors, too."""
    ticket = clock.ticket
    people = [ticket.handler.user] if ticket.handler else []
    if is_breach or not people:
        people += supervisors(ticket)
    kind = ClockKind(clock.kind)
    due = clock.due_at or at

    def wording() -> str:
        words = {**_words(ticket), "clock": kind.label, "time": f"{localtime(due):%H:%M}"}
        if is_breach:
            return _("%(number)s: “%(clock)s” was due at %(time)s and is late") % words
        return _("%(number)s: “%(clock)s” is due at %(time)s") % words

    # With the limit in its key, so that a clock measured anew tells anew.
    key = f"clock:{clock.pk}:{'breach' if is_breach else 'warning'}:{clock.limit.total_seconds():.0f}"
    _tell(people, key, wording, ticket, at=at)


def promise_broken(ticket: Ticket, promise: Promise, *, at: datetime) -> None:
    _tell(
        [promise.agent.user, *supervisors(ticket)],
        f"promise:{promise.pk}",
        lambda: _("The promise on %(number)s was not kept") % _words(ticket),
        ticket,
        at=at,
    )


def reopened(ticket: Ticket, event: TicketEvent) -> None:
    people = [ticket.handler.user] if ticket.handler else []
    _tell(
        [*people, *supervisors(ticket)],
        f"reopened:{event.pk}",
        lambda: _("%(number)s is open again: %(reason)s") % {**_words(ticket), "reason": event.reason},
        ticket,
        at=event.at,
    )


def low_score(ticket: Ticket, invitation: SurveyInvitation, score: int, *, at: datetime) -> None:
    _tell(
        supervisors(ticket),
        f"low-score:{invitation.pk}",
        lambda: _("Low score %(score)s of 5 for %(number)s") % {**_words(ticket), "score": score},
        ticket,
        at=at,
    )


def callback_overdue(callback: Callback, *, at: datetime) -> None:
    people = [callback.agent.user] if callback.agent else []
    if callback.ticket is not None or not people:
        people += supervisors(callback.ticket)
    _tell(
        people,
        f"callback-overdue:{callback.pk}",
        lambda: _("A callback is overdue: %(what)s") % {"what": callback},
        callback.ticket,
        at=at,
    )


def callback_given_up(
    callback: Callback, *, at: datetime, kinds: Iterable[IdentityKind] = WRITTEN_TO
) -> None:
    """After the last unanswered call the customer is told in writing how to reach us."""
    _write_to_customer(
        callback.customer,
        f"callback-given-up:{callback.pk}",
        subject=lambda: _("We could not reach you"),
        body=lambda: _(
            "We called you several times about your matter. Please contact us at a time that suits you."
        ),
        at=at,
        ticket=callback.ticket,
        kinds=kinds,
    )


def survey_invited(invitation: SurveyInvitation, token: str, *, at: datetime) -> None:
    link = settings.BASE_URL + reverse("survey", args=[token])
    _write_to_customer(
        invitation.ticket.customer,
        f"survey:{invitation.pk}",
        subject=lambda: _("How did we do?"),
        body=lambda: (
            _("Your matter %(number)s is closed. Please tell us how we did: %(link)s")
            % {"number": invitation.ticket.number, "link": link}
        ),
        at=at,
        ticket=invitation.ticket,
    )


def supervisors(ticket: Ticket | None) -> list[User]:
    """Those who look after the ticket's team; without a team, all supervisors."""
    people = User.objects.filter(is_active=True, groups__name=Role.SUPERVISOR)
    if ticket is not None and ticket.team_id is not None:
        own = people.filter(Q(agent__team=ticket.team_id) | Q(agent__led_teams=ticket.team_id))
        return list(own.distinct()) or list(people)
    return list(people)


def _giver_and_supervisors(ticket: Ticket, entry: OwnershipEntry) -> list[User]:
    giver = [entry.giver.user] if entry.giver else []
    return [*giver, *supervisors(ticket)]


def _tell(people: Iterable[User], key: str, wording: Wording, ticket: Ticket | None, *, at: datetime) -> None:
    link = reverse("admin:complaints_ticket_change", args=[ticket.pk]) if ticket else ""
    for user in {user.pk: user for user in people}.values():
        with override(user.language):
            subject = wording()
        outbox.post(
            key=f"{key}:{user.pk}",
            channel=MessageChannel.PORTAL,
            user=user,
            subject=subject[:200],
            link=link,
            at=at,
            due_at=at,
        )


def _write_to_customer(
    customer: Customer,
    key: str,
    *,
    subject: Wording,
    body: Wording,
    at: datetime,
    ticket: Ticket | None = None,
    kinds: Iterable[IdentityKind] = WRITTEN_TO,
) -> None:
    """By text message if we know a phone, else by e-mail; somebody without either cannot be written to.

    In the language of the department, whoever acts.
    """
    known = _addresses(customer, ticket)
    for kind in kinds:
        if kind in known:
            channel = MessageChannel.SMS if kind == IdentityKind.PHONE else MessageChannel.EMAIL
            with override(settings.LANGUAGE_CODE):
                outbox.post(
                    key=key,
                    channel=channel,
                    address=known[kind],
                    subject=subject()[:200],
                    body=body(),
                    at=at,
                    due_at=at,
                )
            return


def _addresses(customer: Customer, ticket: Ticket | None) -> dict[str, str]:
    """What was given with the ticket; without any, what the customer was first known by.

    Whatever else was said later, in whoever's name, serves to know him again and not to write to.
    """
    given = [ticket.contact_phone, ticket.contact_email] if ticket else []
    contacts = [one for one in given if one] or customer.identities.order_by("-pk")
    # No text message reaches an extension.
    return {one.kind: one.value for one in contacts if EXTENSION not in one.value}


def _words(ticket: Ticket) -> dict[str, object]:
    return {"number": ticket.number, "subject": ticket.subject}
