"""One matter of the demonstration, told in memory by the rules that the steps follow.

A step locks, checks and writes one row at a time, as it must; twenty thousand matters would take an hour.
A `Story` moves by `Ticket.move`, its clocks are decided by `deadlines.decide`, and all is written in bulk
afterwards; a test holds the result against the rules of the steps.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.timezone import get_default_timezone

from complaints import customers, deadlines, intake, policy
from complaints.calling_hours import next_call_time
from complaints.choices import (
    Act,
    AttemptResult,
    CallbackPurpose,
    CallbackState,
    ClockKind,
    ClockOutcome,
    Direction,
    HandOver,
    Kind,
    OwnershipKind,
    PromiseOutcome,
    Status,
)
from complaints.models import (
    Callback,
    CallbackAttempt,
    Clock,
    ClockPause,
    Message,
    OwnershipEntry,
    Promise,
    Ticket,
    TicketEvent,
)
from portal.models import User
from staffing.models import Agent


@dataclass
class Story:
    """One matter and all that happened to it, not written yet."""

    ticket: Ticket
    clocks: list[Clock]
    events: list[TicketEvent] = field(default_factory=list)
    rows: list[Model] = field(default_factory=list)
    holding: OwnershipEntry | None = None

    @classmethod
    def begin(
        cls, draft: intake.Draft, found: customers.Found, promises: deadlines.Promises, *, at: datetime
    ) -> "Story":
        ticket = intake.ticket_from(draft, found, at=at)
        story = cls(ticket, [])
        to = Status.CLOSED if draft.settled else None
        story.act(Act.RECEIVE, by=None, at=at, to=to, reason=draft.settled)
        if not draft.settled:
            story.clocks = deadlines.arrival_clocks(ticket, promises)
        return story

    def act(self, act: Act, *, by: User | None, at: datetime, **more: Any) -> None:
        self.events.append(self.ticket.move(act, by=by, at=at, **more))

    def run(self, kind: ClockKind, promises: deadlines.Promises, *, at: datetime) -> datetime | None:
        """Start a clock; the instant at which it is due."""
        same = [clock for clock in self.clocks if (clock.kind, clock.cycle) == (kind, self.ticket.cycle)]
        clock = promises.clock(self.ticket, kind, started_at=at, round_=len(same) + 1)
        if clock is None:
            return None
        self.clocks.append(clock)
        return clock.due_at

    def stop(self, kinds: Iterable[ClockKind], *, at: datetime) -> None:
        wanted = frozenset(kinds)
        for clock in self.clocks:
            if ClockKind(clock.kind) in wanted and clock.outcome == ClockOutcome.RUNNING:
                deadlines.decide(clock, at=at)

    def pause(self, at: datetime, until: datetime | None, *, reason: str) -> None:
        """Let the resolution clock rest, unless it has run out already."""
        clock = next((one for one in self.clocks if one.kind == ClockKind.RESOLUTION), None)
        if clock is None or clock.due_at is None or clock.due_at <= at:
            return
        self.rows.append(ClockPause(clock=clock, starts_at=at, ends_at=until, reason=reason))
        if until is not None:
            deadlines.compute(clock, [(at, until)])
        else:
            clock.paused_at, clock.due_at, clock.warn_at = at, None, None

    def hold(
        self,
        agent: Agent,
        kind: OwnershipKind,
        *,
        by: User | None,
        at: datetime,
        respond_by: datetime | None = None,
        reason: str = "",
    ) -> None:
        """Make the agent the handler; with `respond_by` he has yet to accept."""
        self.end_holding(at=at)
        self.holding = OwnershipEntry(
            ticket=self.ticket,
            kind=kind,
            state=HandOver.HOLDING,
            giver=self.ticket.handler,
            receiver=agent,
            by=by,
            at=at,
            respond_by=respond_by,
            reason=reason,
        )
        self.rows.append(self.holding)
        self.ticket.handler, self.ticket.team = agent, agent.team
        if respond_by is None:
            self.accept(at=at)

    def accept(self, *, at: datetime) -> None:
        if self.holding is None or self.holding.accepted_at is not None:
            return
        self.holding.accepted_at = at
        self.stop([ClockKind.HAND_OVER], at=at)
        if self.ticket.first_responsible is None:
            self.ticket.first_responsible = self.holding.receiver

    def end_holding(self, *, at: datetime) -> None:
        if self.holding is not None:
            self.holding.state, self.holding.ended_at = HandOver.ENDED, at
            self.holding = None

    def say(self, direction: Direction, text: str, *, by: User | None, at: datetime) -> None:
        self.rows.append(
            Message(
                ticket=self.ticket,
                direction=direction,
                via=self.ticket.channel,
                author=by,
                text=text,
                at=at,
            )
        )

    def answer(self, text: str, *, by: User, at: datetime) -> None:
        self.say(Direction.OUTBOUND, text, by=by, at=at)
        self.stop(deadlines.ANSWERS, at=at)
        self.act(Act.REPLY, by=by, at=at)

    def owe_call(self, purpose: CallbackPurpose, *, at: datetime, note: str = "") -> Callback:
        zone = get_default_timezone()
        callback = Callback(
            customer=self.ticket.customer,
            ticket=self.ticket,
            cycle=self.ticket.cycle,
            purpose=purpose,
            agent=self.ticket.first_responsible,
            due_at=next_call_time(at + policy.CALLBACK_AFTER_COMPLAINT_WITHIN, zone),
            next_attempt_at=next_call_time(at, zone),
            note=note,
            created_at=at,
        )
        self.rows.append(callback)
        return callback

    def call(
        self,
        callback: Callback,
        result: AttemptResult,
        *,
        by: User,
        at: datetime,
        is_satisfied: bool | None = None,
        note: str = "",
        next_at: datetime | None = None,
    ) -> None:
        number = sum(isinstance(row, CallbackAttempt) and row.callback is callback for row in self.rows) + 1
        self.rows.append(
            CallbackAttempt(
                callback=callback,
                number=number,
                at=at,
                by=by,
                result=result,
                is_satisfied=is_satisfied,
                note=note,
                next_at=next_at,
            )
        )
        if next_at is not None:
            callback.next_attempt_at = next_at
        else:
            callback.state, callback.done_at = CallbackState.REACHED, at
        self.act(Act.CALL_BACK, by=by, at=at, data={"result": result, "satisfied": is_satisfied})

    def resolve(self, outcome: str, *, by: User, at: datetime) -> None:
        self.ticket.outcome, self.ticket.resolved_at = outcome, at
        self.stop([ClockKind.RESOLUTION, ClockKind.NEXT_REPLY, ClockKind.HAND_OVER], at=at)
        self.act(Act.RESOLVE, by=by, at=at, data={"outcome": outcome})

    def reopen(self, promises: deadlines.Promises, agent: Agent, *, at: datetime, reason: str) -> None:
        self.ticket.cycle += 1
        self.ticket.resolved_at = self.ticket.closed_at = None
        self.hold(agent, OwnershipKind.RETURN, by=None, at=at, reason=reason)
        self.act(Act.REOPEN, by=None, at=at, to=Status.REOPENED, reason=reason)
        is_complaint = self.ticket.kind == Kind.COMPLAINT
        self.run(ClockKind.COMPLAINT_ANSWER if is_complaint else ClockKind.NEXT_REPLY, promises, at=at)
        self.run(ClockKind.RESOLUTION, promises, at=at)

    def cancel(self, *, by: User, at: datetime, reason: str) -> None:
        for clock in self.clocks:
            if clock.outcome == ClockOutcome.RUNNING:
                clock.outcome, clock.stopped_at = ClockOutcome.VOID, at
        self.end_holding(at=at)
        self.act(Act.CANCEL, by=by, at=at, reason=reason)

    def finish(self) -> None:
        """What a step would set last: the next due time of what is still owed."""
        dues = [
            *(clock.due_at for clock in self.clocks if clock.outcome == ClockOutcome.RUNNING),
            *(
                row.due_at
                for row in self.rows
                if isinstance(row, Promise) and row.outcome == PromiseOutcome.OPEN
            ),
        ]
        self.ticket.next_due_at = min((due for due in dues if due is not None), default=None)
