"""The clocks of a ticket: started, paused, stopped and judged by instants alone.

A due time is a pure function of the clock's start, its limit, its calendar and its pauses. Whether it
was met is decided when it stops, from the instants; a sweep only tells people, and never decides.
What is promised (policy edition, limit, calendar) is frozen when a clock starts; `reapply` alone
changes it, as an act in the ledger.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, F, Max, Q

from complaints import ledger, limits, notices, rights
from complaints.choices import Act, AttemptResult, ClockKind, ClockOutcome, Direction, Kind
from complaints.models import CallbackAttempt, Clock, ClockPause, ServicePolicy, ServiceTarget, Ticket
from complaints.querysets import ClockQuerySet
from portal import sweeping
from portal.models import User
from staffing import calendars, worktime

TIMES = ("due_at", "warn_at", "paused_at", "calendar_version")
VERDICT = ("outcome", "stopped_at")
"""What a step writes of a running clock; what was told is marked apart, as `watch` may do meanwhile."""

LONGEST_PAUSE_REASON = 200  # Beyond that it stands in the ledger.

ANSWERS = (ClockKind.FIRST_RESPONSE, ClockKind.COMPLAINT_ANSWER, ClockKind.NEXT_REPLY)
"""The clocks that a message to the customer, or a call that reached him, stops."""


@dataclass(frozen=True)
class Promises:
    """The edition of the service policy in force at an instant, with its targets."""

    policy: ServicePolicy | None
    targets: Sequence[ServiceTarget]

    @classmethod
    def at(cls, at: datetime) -> "Promises":
        policy = ServicePolicy.objects.in_force(at)
        return cls(None, ()) if policy is None else cls.of(policy)

    @classmethod
    def of(cls, policy: ServicePolicy) -> "Promises":
        return cls(policy, tuple(policy.targets.select_related("calendar")))

    def clock(
        self, ticket: Ticket, kind: ClockKind, *, started_at: datetime, round_: int = 1
    ) -> Clock | None:
        """An unsaved clock for the ticket; None when the policy sets no limit for it."""
        facts = limits.Facts(
            kind=ticket.kind,
            channel=ticket.channel,
            severity=ticket.severity,
            level=ticket.customer.level,
        )
        target = limits.best_fit(self.targets, kind, facts)
        if target is None or self.policy is None:
            return None
        factors = limits.Factors(crisis=self.policy.crisis_factor, key_account=self.policy.key_account_factor)
        clock = Clock(
            ticket=ticket,
            kind=kind,
            cycle=ticket.cycle,
            round=round_,
            policy=self.policy,
            calendar=target.calendar,
            limit=limits.limit_of(target, facts, factors),
            started_at=started_at,
        )
        compute(clock, ())
        return clock


def compute(clock: Clock, pauses: Sequence[worktime.Pause], *, version: int | None = None) -> None:
    """Set due and warning times from the clock's facts; none while paused or while its year is unrecorded.

    By a version of its calendar, else by the newest, as also where that version lacks a year recorded
    since. The clock keeps by which it was computed.
    """
    newest = clock.calendar.version
    clock.calendar_version = newest if version is None else version
    schedule = _hours(clock)
    warn_after = timedelta(seconds=int(clock.limit.total_seconds() * float(clock.policy.warn_share)))
    try:
        clock.due_at = worktime.due_at(clock.started_at, clock.limit, schedule, pauses)
        clock.warn_at = worktime.due_at(clock.started_at, warn_after, schedule, pauses)
    except (worktime.YearWithoutCalendar, worktime.NeverOpens):
        if clock.calendar_version != newest:
            compute(clock, pauses)
            return
        # The matter is not lost for want of a calendar: `watch` computes it once the calendar is mended.
        clock.due_at = clock.warn_at = None


def _hours(clock: Clock) -> worktime.Schedule:
    return calendars.schedule_of(clock.calendar, version=clock.calendar_version)


def arrival_clocks(ticket: Ticket, promises: Promises) -> list[Clock]:
    """The clocks that run from a ticket's arrival, unsaved."""
    kinds = [ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION]
    if ticket.kind == Kind.COMPLAINT:
        kinds.append(ClockKind.COMPLAINT_ANSWER)
    clocks = (promises.clock(ticket, kind, started_at=ticket.received_at) for kind in kinds)
    return [clock for clock in clocks if clock is not None]


def start(ticket: Ticket, kind: ClockKind, *, at: datetime) -> Clock | None:
    """Start the next round of a clock on a held ticket; nothing happens while one of its kind runs."""
    rounds = ticket.clocks.filter(kind=kind, cycle=ticket.cycle).aggregate(
        last=Max("round", default=0), running=Count("pk", filter=Q(outcome=ClockOutcome.RUNNING))
    )
    if rounds["running"]:
        return None
    clock = Promises.at(at).clock(ticket, kind, started_at=at, round_=rounds["last"] + 1)
    if clock is not None:
        clock.save()
    return clock


def start_cycle(ticket: Ticket, *, at: datetime) -> None:
    """A reopened matter is answered and solved anew; the clocks of the old cycle stay as they ended."""
    answer = ClockKind.COMPLAINT_ANSWER if ticket.kind == Kind.COMPLAINT else ClockKind.NEXT_REPLY
    start(ticket, answer, at=at)
    start(ticket, ClockKind.RESOLUTION, at=at)


def stop(ticket: Ticket, kinds: Iterable[ClockKind], *, at: datetime) -> None:
    """Stop the running clocks of these kinds, and decide each."""
    for clock in ticket.clocks.running().filter(kind__in=list(kinds)).select_related("calendar", "policy"):
        _know_due(clock, ticket, at=at)
        decide(clock, at=at)
        _end(clock, at=at)


def decide(clock: Clock, *, at: datetime) -> None:
    """Stop a clock that is not paused: met by the due instant, missed after it."""
    is_met = clock.due_at is None or at <= clock.due_at
    clock.outcome = ClockOutcome.MET if is_met else ClockOutcome.MISSED
    clock.stopped_at = at


def void(ticket: Ticket, kinds: Iterable[ClockKind] = ClockKind, *, at: datetime) -> None:
    """What is owed no more, as all of a cancelled matter; what was missed before stays missed."""
    for clock in ticket.clocks.running().filter(kind__in=list(kinds)).select_related("calendar", "policy"):
        _void(clock, ticket, at=at)


def _void(clock: Clock, ticket: Ticket, *, at: datetime) -> None:
    _know_due(clock, ticket, at=at)
    was_missed = clock.due_at is not None and clock.due_at < at
    clock.outcome = ClockOutcome.MISSED if was_missed else ClockOutcome.VOID
    clock.stopped_at = at
    _end(clock, at=at)


def _end(clock: Clock, *, at: datetime) -> None:
    """Write the verdict; of a breach that came and ended between two watches people hear, too."""
    clock.save(update_fields=[*TIMES, *VERDICT])
    if clock.outcome == ClockOutcome.MISSED:
        _tell(Clock.objects.filter(pk=clock.pk), mark="breach_told_at", at=at)


def pause(ticket: Ticket, *, at: datetime, reason: str) -> None:
    """Waiting for the customer pauses the resolution clock, and no other."""
    for clock in ticket.clocks.ticking().filter(kind=ClockKind.RESOLUTION):
        if clock.due_at is not None and clock.due_at <= at:
            continue  # Missed already: no waiting heals it.
        ClockPause.objects.create(clock=clock, starts_at=at, reason=reason[:LONGEST_PAUSE_REASON])
        clock.paused_at, clock.due_at, clock.warn_at = at, None, None
        clock.save(update_fields=TIMES)


def resume(ticket: Ticket, *, at: datetime) -> None:
    for clock in ticket.clocks.running().exclude(paused_at=None).select_related("calendar", "policy"):
        _know_due(clock, ticket, at=at)
        clock.save(update_fields=TIMES)


def _know_due(clock: Clock, ticket: Ticket, *, at: datetime) -> None:
    """End the pause, if it is paused; and compute what was not known when it was last looked at.

    A pause ends when the waiting was to end, however late somebody or a sweep comes by. After it the clock
    counts on by the hours of its calendar by which it was promised.
    """
    kept = None
    if clock.paused_at is not None:
        kept = clock.calendar_version
        clock.pauses.filter(ends_at=None).update(ends_at=min(at, ticket.waiting_until or at))
        clock.paused_at = None
    elif clock.due_at is not None:
        return
    compute(clock, pauses_of(clock), version=kept)


def pauses_of(clock: Clock) -> list[worktime.Pause]:
    return list(clock.pauses.values_list("starts_at", "ends_at"))


def reapply(
    ticket: Ticket, *, by: User | None, at: datetime, reason: str, version: int | None = None
) -> Ticket:
    """Measure the running clocks by the policy now in force, from their old starts. An audited act."""
    reason = rights.require_reason(reason)
    rights.require_override(ticket, by)
    with ledger.held(ticket, version=version) as ticket:
        changed = _remeasure(ticket, ticket.clocks.running(), by_policy=Promises.at(at))
        ledger.enter(ticket, Act.APPLY_POLICY, by=by, at=at, reason=reason, data={"clocks": changed})
        return ticket


def reclassified(ticket: Ticket, *, at: datetime) -> list[str]:
    """Fit the clocks to another kind or severity; tells the kinds of those that changed.

    What has become a complaint owes its answer from the arrival; what is none any more does not, but what
    was missed before stays missed. Each clock keeps the edition of the policy by which it was started.
    """
    answer = ClockKind.COMPLAINT_ANSWER
    answers = ticket.clocks.filter(kind=answer, cycle=ticket.cycle)
    changed: list[str] = []
    if ticket.kind != Kind.COMPLAINT:
        if answers.running().exists():
            void(ticket, [answer], at=at)
            changed.append(answer)
    elif not answers.exclude(outcome=ClockOutcome.VOID).exists():
        is_first = ticket.cycle == 1
        if start(ticket, answer, at=ticket.received_at if is_first else at):
            changed.append(answer)
            if is_first and (answered_at := _first_answer_at(ticket)):
                stop(ticket, [answer], at=answered_at)
    unmissed = ticket.clocks.running().exclude(due_at__lte=at)  # What was missed no other limit heals.
    return [*changed, *_remeasure(ticket, unmissed)]


def _first_answer_at(ticket: Ticket) -> datetime | None:
    """When the customer first got a word from a person: a message, or a call that reached him."""
    sent = ticket.messages.filter(direction=Direction.OUTBOUND).order_by("at").values_list("at", flat=True)
    calls = CallbackAttempt.objects.filter(callback__ticket=ticket, result=AttemptResult.REACHED)
    reached = calls.order_by("at").values_list("at", flat=True)
    return min((at for at in (sent.first(), reached.first()) if at is not None), default=None)


def _remeasure(ticket: Ticket, clocks: ClockQuerySet, *, by_policy: Promises | None = None) -> list[str]:
    """Fit these running clocks to what the ticket now is; tells the kinds whose promise changed.

    A clock keeps the hours by which it was computed; another policy or calendar brings those of today.
    """
    changed = []
    for clock in clocks.select_related("calendar", "policy"):
        promises = by_policy or Promises.of(clock.policy)
        fresh = promises.clock(ticket, ClockKind(clock.kind), started_at=clock.started_at)
        if fresh is None:
            continue
        is_same = (fresh.limit, fresh.calendar) == (clock.limit, clock.calendar)
        if is_same and (by_policy is None or _hours(fresh) == _hours(clock)):
            continue
        is_known = clock.due_at is not None or clock.paused_at is not None
        keeps_hours = by_policy is None and fresh.calendar == clock.calendar and is_known
        kept = clock.calendar_version if keeps_hours else None
        clock.policy, clock.calendar, clock.limit = fresh.policy, fresh.calendar, fresh.limit
        clock.warned_at = clock.breach_told_at = None
        compute(clock, pauses_of(clock), version=kept)
        clock.save()
        changed.append(clock.kind)
    return changed


def watch(*, at: datetime, limit: int = 500) -> int:
    """Tell warnings and breaches that have come, each once; answers how many were told.

    Derived from the rows alone: a worker that was lost, or told nobody, loses none.
    """
    _compute_unrecorded(limit=limit)
    running = Clock.objects.running().values_list("pk", flat=True)
    late = running.filter(due_at__lte=at, breach_told_at=None)
    unwarned = running.filter(warn_at__lte=at, due_at__gt=at, warned_at=None)
    return sweeping.each(late[:limit], partial(_tell_running, mark="breach_told_at", at=at)) + sweeping.each(
        unwarned[:limit], partial(_tell_running, mark="warned_at", at=at)
    )


def _tell_running(clock_id: int, *, mark: str, at: datetime) -> int:
    with transaction.atomic():
        return _tell(Clock.objects.running().filter(pk=clock_id), mark=mark, at=at)


def _tell(one: ClockQuerySet, *, mark: str, at: datetime) -> int:
    """Mark one clock and tell of it in one transaction; the mark is won once, whoever comes."""
    won = one.filter(**{mark: None}).update(**{mark: at})
    if won:
        clock = one.select_related("ticket").get()
        notices.clock_told(clock, is_breach=mark == "breach_told_at", at=at)
    return won


def _compute_unrecorded(*, limit: int) -> None:
    """Those without a due time whose calendar has changed since; each is tried once by each version."""
    unknown = Clock.objects.ticking().filter(
        due_at=None, breach_told_at=None, calendar__version__gt=F("calendar_version")
    )
    sweeping.each(unknown.select_related("ticket").order_by("pk")[:limit], _compute_again)


def _compute_again(stale: Clock) -> None:
    with ledger.held(stale.ticket) as ticket:
        unknown = ticket.clocks.ticking().filter(pk=stale.pk, due_at=None)
        clock = unknown.select_related("calendar", "policy").first()
        if clock is not None:
            compute(clock, pauses_of(clock))
            clock.save(update_fields=TIMES)
            Ticket.objects.filter(pk=ticket.pk).update(next_due_at=ledger.next_due(ticket))
