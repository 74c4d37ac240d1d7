"""What the page of a ticket shows, read in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from complaints import looks, measures, policy, rights, wording
from complaints.admin import acts, contacts, ledger_page
from complaints.admin.acts import Offer, Place, Standing
from complaints.admin.customer_card import CustomerCard, card
from complaints.choices import (
    CallbackState,
    ClockKind,
    ClockOutcome,
    Direction,
    HandOver,
    OwnershipKind,
)
from complaints.desk import Urgency, urgency
from complaints.models import (
    Callback,
    CallbackAttempt,
    Clock,
    OwnershipEntry,
    Promise,
    SurveyInvitation,
)
from portal.errors import Text

FULL = 100


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One thing said. `side` is in, out or internal, as the conversation is laid out."""

    side: str
    author: str
    at: datetime
    via: Text
    text: str


@dataclass(frozen=True, kw_only=True)
class ClockLine:
    clock: Clock
    label: Text
    tone: str
    state: Text
    verdict: str
    """In 12 min; 5 min late; met with 3 min left; missed by 2 h."""
    percent: int
    used: str
    limit: str
    paused: str


@dataclass(frozen=True, kw_only=True)
class HandOverLine:
    entry: OwnershipEntry
    kind: Text
    state: Text
    tone: str
    held: str
    answer_by: str
    is_first: bool


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    promise: Promise
    tone: str
    verdict: str


@dataclass(frozen=True, kw_only=True)
class CallbackLine:
    callback: Callback
    tone: str
    verdict: str
    attempts: Sequence[CallbackAttempt]
    is_loggable: bool


@dataclass(frozen=True, kw_only=True)
class SurveyLine:
    survey: SurveyInvitation
    reasons: Sequence[Text]
    """In words, in the order in which they were ticked."""


@dataclass(frozen=True)
class OfferedAct:
    name: str
    offer: Offer


class TicketPage:
    """All parts of the page. Each part is read once, when the template asks for it."""

    def __init__(self, standing: Standing, *, at: datetime) -> None:
        self.standing, self.ticket, self.at = standing, standing.ticket, at
        self.offered = [OfferedAct(name, offer) for name, offer in acts.offered(standing)]

    # Head

    @property
    def status_tone(self) -> str:
        return looks.STATUS[self.ticket.status]  # type: ignore[index] # a TextChoices is its value

    @property
    def severity_tone(self) -> str:
        return looks.SEVERITY[self.ticket.severity]  # type: ignore[index]

    @property
    def due(self) -> str:
        return wording.until(self.ticket.next_due_at, at=self.at) if self.ticket.next_due_at else ""

    @property
    def due_tone(self) -> str:
        return looks.URGENCY[urgency(self.ticket.next_due_at, at=self.at)]

    def at_place(self, place: Place) -> list[OfferedAct]:
        return [act for act in self.offered if act.offer.place == place]

    @property
    def bar(self) -> list[OfferedAct]:
        return self.at_place(Place.BAR)

    @property
    def more(self) -> list[OfferedAct]:
        return self.at_place(Place.MORE)

    @property
    def names_offered(self) -> set[str]:
        return {act.name for act in self.offered}

    @property
    def pending(self) -> OwnershipEntry | None:
        """The hand-over that waits for its answer."""
        return next(iter(self.standing.unanswered), None)

    # Conversation

    def conversation(self) -> list[Utterance]:
        ticket = self.ticket
        first = Utterance(
            side=Direction.INBOUND,
            author=contacts.name_of(ticket.customer, in_clear=self.is_clear),
            at=ticket.occurred_at,
            via=ticket.get_channel_display(),
            text=ticket.description or ticket.subject,
        )
        said = [
            Utterance(
                side=message.direction,
                author=str(message.author) if message.author else first.author,
                at=message.at,
                via=message.get_via_display(),
                text=message.text,
            )
            for message in ticket.messages.select_related("author")
        ]
        return [first, *said]

    # Cards

    def clocks(self) -> list[ClockLine]:
        """Those of the present cycle first."""
        clocks = self.ticket.clocks.select_related("calendar", "policy").prefetch_related("pauses")
        return [self._clock(clock) for clock in clocks.order_by("-cycle", "id")]

    def _clock(self, clock: Clock) -> ClockLine:
        read = measures.run_of(
            clock, [(pause.starts_at, pause.ends_at) for pause in clock.pauses.all()], at=self.at
        )
        return ClockLine(
            clock=clock,
            label=ClockKind(clock.kind).label,
            tone=self._clock_tone(clock),
            state=_("Paused") if clock.paused_at else ClockOutcome(clock.outcome).label,
            verdict=self._verdict(read),
            percent=min(FULL, int((read.share or 0) * FULL)),
            used=wording.span(read.used) if read.used is not None else "",
            limit=wording.span(clock.limit),
            paused=wording.span(read.paused) if read.paused else "",
        )

    def _clock_tone(self, clock: Clock) -> str:
        outcome = ClockOutcome(clock.outcome)
        if outcome != ClockOutcome.RUNNING:
            return looks.CLOCK[outcome]
        if clock.paused_at:
            return "default"
        tone = urgency(clock.due_at, at=self.at)
        is_warned = clock.warn_at is not None and clock.warn_at <= self.at
        if is_warned and tone == Urgency.LATER:
            tone = Urgency.SOON
        return looks.URGENCY[tone] if tone in (Urgency.LATE, Urgency.SOON) else looks.CLOCK[outcome]

    def _verdict(self, read: measures.Run) -> str:
        clock = read.clock
        if clock.outcome == ClockOutcome.RUNNING:
            return wording.until(clock.due_at, at=self.at) if clock.due_at else ""
        if read.left is None or clock.outcome == ClockOutcome.VOID:
            return ""
        if clock.outcome == ClockOutcome.MET:
            return _("%(span)s to spare") % {"span": wording.span(read.left)}
        return _("missed by %(span)s") % {"span": wording.span(read.left)}

    def chain(self) -> list[HandOverLine]:
        first = self.ticket.first_responsible_id
        seen_first = False
        rows = []
        for entry in self.standing.hand_overs:
            is_first = not seen_first and entry.accepted_at is not None and entry.receiver_id == first
            seen_first |= is_first
            rows.append(self._hand_over(entry, is_first=is_first))
        return rows[::-1]

    def _hand_over(self, entry: OwnershipEntry, *, is_first: bool) -> HandOverLine:
        held = measures.held_for(entry, at=self.at)
        is_waiting = entry in self.standing.unanswered and entry.respond_by is not None
        return HandOverLine(
            entry=entry,
            kind=OwnershipKind(entry.kind).label,
            state=HandOver(entry.state).label,
            tone=looks.HAND_OVER[HandOver(entry.state)],
            held=wording.span(held) if held is not None else "",
            answer_by=wording.until(entry.respond_by, at=self.at) if is_waiting and entry.respond_by else "",
            is_first=is_first,
        )

    def promises(self) -> list[PromiseLine]:
        return [self._promise(one) for one in self.ticket.promises.select_related("agent__user")]

    def _promise(self, promise: Promise) -> PromiseLine:
        if promise.settled_at is None:
            tone = looks.URGENCY[urgency(promise.due_at, at=self.at)]
            return PromiseLine(promise=promise, tone=tone, verdict=wording.until(promise.due_at, at=self.at))
        tone = looks.PROMISE[promise.outcome]  # type: ignore[index]
        return PromiseLine(promise=promise, tone=tone, verdict=promise.get_outcome_display())

    def callbacks(self) -> list[CallbackLine]:
        attempts = CallbackAttempt.objects.select_related("by").order_by("number")
        callbacks = self.ticket.callbacks.select_related("agent__user").prefetch_related(
            Prefetch("attempts", queryset=attempts)
        )
        return [self._callback(one) for one in callbacks.order_by("-id")]

    def _callback(self, callback: Callback) -> CallbackLine:
        is_due = callback.state == CallbackState.DUE
        is_done = callback.done_at is not None
        tone = urgency(callback.due_at, at=self.at)
        return CallbackLine(
            callback=callback,
            tone=looks.URGENCY[tone] if is_due else looks.CALLBACK[CallbackState(callback.state)],
            verdict=callback.get_state_display() if is_done else wording.until(callback.due_at, at=self.at),
            attempts=list(callback.attempts.all()),
            is_loggable=is_due and self.may_act,
        )

    @property
    def may_act(self) -> bool:
        return rights.is_worker(self.standing.user)

    @property
    def is_clear(self) -> bool:
        return self.standing.sees_clear

    def customer(self) -> CustomerCard:
        return card(
            self.ticket.customer, reader=self.standing.user, in_clear=self.is_clear, besides=self.ticket
        )

    def surveys(self) -> list[SurveyLine]:
        asked = self.ticket.surveys.select_related("answer__asked_by").order_by("-id")
        return [SurveyLine(survey=survey, reasons=_reasons(survey)) for survey in asked]

    def ledger(self) -> list[ledger_page.LedgerLine]:
        return ledger_page.lines(self.ticket)


def _reasons(survey: SurveyInvitation) -> list[Text]:
    answer = getattr(survey, "answer", None)
    words = dict([*policy.SURVEY_REASONS_BAD, *policy.SURVEY_REASONS_GOOD])
    return [words.get(code, code) for code in answer.reasons] if answer else []
