"""First responsibility 首问负责制: who answers for a matter, who works on it, and how it changed hands.

Whoever first takes a matter is its first-responsible agent to the end. Handing on needs a reason and
the receiver's acceptance; until then the matter stays where it is. The clocks never start anew.
"""

from datetime import datetime
from functools import partial

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from complaints import deadlines, ledger, notices, policy, qualification, rights
from complaints.choices import Act, ClockKind, HandOver, OwnershipKind, Status
from complaints.models import OwnershipEntry, Ticket
from portal import sweeping
from portal.errors import AlreadyTaken, NotAllowed, WrongState
from portal.models import User
from staffing.models import Agent


def claim(
    ticket: Ticket, *, by: User, at: datetime, agent: Agent | None = None, version: int | None = None
) -> Ticket:
    """Take a matter from the queue. One wins, however many try.

    A connected system names the agent for whom it claims. Raises: AlreadyTaken, NotAllowed, Stale.
    """
    agent = _taker(by, agent)
    with ledger.held(ticket) as ticket:
        if ticket.handler_id is not None:
            raise AlreadyTaken(_("Somebody else has taken this ticket already."))
        ticket.expect(version)
        rights.require_visible(ticket, by)
        qualification.require(ticket, agent, at=at)
        _hold(ticket, agent, OwnershipKind.CLAIM, by=by, at=at, accepted_at=at)
        ledger.enter(ticket, Act.CLAIM, by=by, at=at, data={"agent": agent.staff_no})
        return ticket


def assign(
    ticket: Ticket,
    agent: Agent,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    version: int | None = None,
    kind: OwnershipKind = OwnershipKind.ASSIGN,
) -> Ticket:
    """Order a matter to an agent who is qualified and on duty. He accepts by starting to work on it."""
    if by is not None and not (by.is_system or by.has_perm("complaints.assign_ticket")):
        raise NotAllowed(_("Only a supervisor may assign tickets to others."))
    with ledger.held(ticket, version=version) as ticket:
        rights.require_visible(ticket, by)
        if agent.pk == ticket.handler_id:
            raise WrongState(_("This agent has the ticket already."))
        qualification.require(ticket, agent, at=at)
        qualification.require_on_duty(agent, at=at)
        return give(ticket, agent, kind, by=by, at=at, reason=reason)


def give(
    ticket: Ticket,
    agent: Agent,
    kind: OwnershipKind = OwnershipKind.ASSIGN,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> Ticket:
    """Lay the held ticket into the hands of an agent who is known to be qualified and on duty."""
    withdraw(ticket, at=at)
    respond_by = _start_hand_over(ticket, at=at)
    _hold(ticket, agent, kind, by=by, at=at, accepted_at=None, respond_by=respond_by, reason=reason)
    event = ledger.enter(ticket, Act.ASSIGN, by=by, at=at, reason=reason, data={"agent": agent.staff_no})
    notices.assigned(ticket, agent, event)
    return ticket


def transfer(
    ticket: Ticket,
    to: Agent,
    *,
    reason: str,
    by: User,
    at: datetime,
    version: int | None = None,
) -> Ticket:
    """Ask another agent to take the matter over. It stays with the handler until the other accepts.

    Passing a matter on for the third time needs a supervisor. Whoever passes on what he was assigned
    has taken it.
    """
    reason = rights.require_reason(reason)
    with ledger.held(ticket, version=version) as ticket:
        rights.require_handler(ticket, by)
        if to.pk == ticket.handler_id:
            raise WrongState(_("This agent has the ticket already."))
        agent = rights.agent_of(by)
        if agent is not None and agent.pk == ticket.handler_id:
            take_implicitly(ticket, agent, by=by, at=at)
        if ticket.ownership.unanswered().exists():
            raise WrongState(_("This ticket is already waiting for somebody to accept it."))
        if not rights.may_override(ticket, by):
            _require_few_transfers(ticket)
        qualification.require(ticket, to, at=at)
        respond_by = _start_hand_over(ticket, at=at)
        OwnershipEntry.objects.create(
            ticket=ticket,
            kind=OwnershipKind.TRANSFER,
            state=HandOver.PENDING,
            giver=ticket.handler,
            receiver=to,
            reason=reason,
            by=by,
            at=at,
            respond_by=respond_by,
        )
        event = ledger.enter(ticket, Act.TRANSFER, by=by, at=at, reason=reason, data={"to": to.staff_no})
        notices.transfer_asked(ticket, to, event)
        return ticket


def accept(
    ticket: Ticket, *, by: User, at: datetime, agent: Agent | None = None, version: int | None = None
) -> Ticket:
    """Take what was offered or assigned: from now on the matter is this agent's to handle."""
    agent = _taker(by, agent)
    with ledger.held(ticket, version=version) as ticket:
        entry = _unanswered_by(ticket, agent)
        qualification.require(ticket, agent, at=at)
        if entry.state == HandOver.PENDING:
            _end_holding(ticket, at=at)
        _accept_entry(ticket, entry, at=at)
        ledger.enter(ticket, Act.ACCEPT, by=by, at=at, data={"agent": agent.staff_no})
        return ticket


def take_implicitly(ticket: Ticket, agent: Agent, *, by: User | None, at: datetime) -> None:
    """Working on what was assigned and not taken yet takes it: from its receiver, if he was slower."""
    entry = ticket.ownership.holding().filter(accepted_at=None).first()
    if entry is None:
        return
    if entry.receiver_id == agent.pk:
        _accept_entry(ticket, entry, at=at)
        return
    deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)
    _hold(ticket, agent, OwnershipKind.TAKE_OVER, by=by, at=at, accepted_at=at)
    notices.taken_from(ticket, entry, at=at)


def decline(
    ticket: Ticket,
    *,
    reason: str,
    by: User,
    at: datetime,
    agent: Agent | None = None,
    version: int | None = None,
) -> Ticket:
    """Refuse what was offered or assigned. A transfer stays with its giver, an assignment goes back."""
    reason = rights.require_reason(reason)
    agent = _taker(by, agent)
    with ledger.held(ticket, version=version) as ticket:
        entry = _unanswered_by(ticket, agent)
        _give_back(ticket, entry, HandOver.DECLINED, at=at)
        event = ledger.enter(
            ticket, Act.DECLINE, by=by, at=at, reason=reason, to=_state_after_giving_back(ticket)
        )
        notices.declined(ticket, entry, event)
        return ticket


def return_silent(*, at: datetime, limit: int = 200) -> int:
    """Let return what its receiver has not answered in time; answers how many returned."""
    overdue = OwnershipEntry.objects.unanswered().filter(respond_by__lte=at)
    return sweeping.each(overdue.select_related("ticket")[:limit], partial(_return, at=at))


def _return(entry: OwnershipEntry, *, at: datetime) -> bool:
    with ledger.held(entry.ticket) as ticket:
        still = ticket.ownership.unanswered().filter(pk=entry.pk, respond_by__lte=at).first()
        if still is None:
            return False
        _give_back(ticket, still, HandOver.RETURNED, at=at)
        event = ledger.enter(ticket, Act.RETURN, by=None, at=at, to=_state_after_giving_back(ticket))
        notices.returned(ticket, still, event)
        return True


def take_over(
    ticket: Ticket,
    *,
    reason: str,
    by: User,
    at: datetime,
    agent: Agent | None = None,
    version: int | None = None,
) -> Ticket:
    """A supervisor, or the first-responsible agent calling his matter back, becomes the handler at once."""
    reason = rights.require_reason(reason)
    agent = _taker(by, agent)
    with ledger.held(ticket, version=version) as ticket:
        if agent.pk == ticket.handler_id:
            raise WrongState(_("This agent has the ticket already."))
        if agent.pk != ticket.first_responsible_id:
            rights.require_override(ticket, by)
        qualification.require(ticket, agent, at=at)
        losing = ticket.ownership.holding().first()
        withdraw(ticket, at=at)
        deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)
        _hold(ticket, agent, OwnershipKind.TAKE_OVER, by=by, at=at, accepted_at=at, reason=reason)
        event = ledger.enter(
            ticket, Act.TAKE_OVER, by=by, at=at, reason=reason, data={"agent": agent.staff_no}
        )
        notices.taken_over(ticket, event)
        if losing is not None:
            notices.taken_from(ticket, losing, at=at)
        return ticket


def resume_holding(ticket: Ticket, *, by: User | None, at: datetime, reason: str) -> None:
    """A reopened matter is held by the one who answers for it; if he has left, by its last handler.

    If both have left it waits in the queue. The ticket is held.
    """
    holder = answerable(ticket, at=at)
    if holder is None:
        lay_into_queue(ticket, at=at)
    else:
        _hold(ticket, holder, OwnershipKind.RETURN, by=by, at=at, accepted_at=at, reason=reason)


def answerable(ticket: Ticket, *, at: datetime) -> Agent | None:
    """Who owes what a matter still owes: the first-responsible agent; if he has left, its last handler."""
    people = (ticket.first_responsible, ticket.handler)
    return next((one for one in people if one is not None and one.is_employed(localdate(at))), None)


def withdraw(ticket: Ticket, *, at: datetime) -> None:
    """What was offered or assigned and not answered yet is overtaken: nobody need answer, nobody refused."""
    ticket.ownership.unanswered().update(state=HandOver.ENDED, ended_at=at)


def _require_few_transfers(ticket: Ticket) -> None:
    if ticket.ownership.passed_on().count() >= policy.TRANSFERS_WITHOUT_SUPERVISOR:
        raise NotAllowed(
            _("This ticket was passed on %(count)s times already: ask a supervisor to decide.")
            % {"count": policy.TRANSFERS_WITHOUT_SUPERVISOR}
        )


def _taker(by: User, agent: Agent | None) -> Agent:
    """The agent who takes: oneself, or the one a connected system names."""
    own = rights.agent_of(by)
    if agent is None or (own is not None and agent.pk == own.pk):
        if own is None:
            raise NotAllowed(_("Only an agent of the department can take a ticket."))
        return own
    if not by.is_system:
        raise NotAllowed(_("Nobody can take a ticket in another's name."))
    return agent


def _hold(
    ticket: Ticket,
    agent: Agent,
    kind: OwnershipKind,
    *,
    by: User | None,
    at: datetime,
    accepted_at: datetime | None,
    respond_by: datetime | None = None,
    reason: str = "",
) -> None:
    """Make the agent the handler of the held ticket, ending the holding before."""
    giver = ticket.handler
    _end_holding(ticket, at=at)
    OwnershipEntry.objects.create(
        ticket=ticket,
        kind=kind,
        state=HandOver.HOLDING,
        giver=giver,
        receiver=agent,
        reason=reason,
        by=by,
        at=at,
        accepted_at=accepted_at,
        respond_by=respond_by,
    )
    ticket.handler, ticket.team = agent, agent.team
    ticket.parked_at = None
    if accepted_at is not None:
        _answer_for(ticket, agent)


def _answer_for(ticket: Ticket, agent: Agent) -> None:
    """Whoever takes a matter first answers for it; calls that nobody owes any more he owes."""
    if ticket.first_responsible_id is None:
        ticket.first_responsible = agent
    ticket.callbacks.due().filter(agent=None).update(agent=agent)


def _end_holding(ticket: Ticket, *, at: datetime) -> None:
    ticket.ownership.holding().update(state=HandOver.ENDED, ended_at=at)


def _unanswered_by(ticket: Ticket, agent: Agent) -> OwnershipEntry:
    entry = ticket.ownership.unanswered().filter(receiver=agent).first()
    if entry is None:
        raise WrongState(_("Nothing of this ticket is waiting for your acceptance."))
    return entry


def _accept_entry(ticket: Ticket, entry: OwnershipEntry, *, at: datetime) -> None:
    entry.state, entry.accepted_at = HandOver.HOLDING, at
    entry.save(update_fields=["state", "accepted_at"])
    ticket.handler = entry.receiver
    if entry.receiver is not None:
        ticket.team = entry.receiver.team
        _answer_for(ticket, entry.receiver)
    deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)


def _give_back(ticket: Ticket, entry: OwnershipEntry, state: HandOver, *, at: datetime) -> None:
    """Undo an unanswered hand-over: a pending one never moved the matter, an assigned one goes back."""
    was_holding = entry.state == HandOver.HOLDING
    entry.state, entry.ended_at = state, at
    entry.save(update_fields=["state", "ended_at"])
    deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)
    if was_holding:
        _restore_giver(ticket, entry, at=at)


def _restore_giver(ticket: Ticket, entry: OwnershipEntry, *, at: datetime) -> None:
    """Back to the giver if he had taken it and works here still; else it waits in the queue again.

    What was covered for somebody absent does not go back to him.
    """
    giver = None if entry.kind == OwnershipKind.LEAVE_COVER else entry.giver
    if giver is not None and _has_taken(ticket, giver) and giver.is_employed(localdate(at)):
        _hold(ticket, giver, OwnershipKind.RETURN, by=None, at=at, accepted_at=at)
    else:
        lay_into_queue(ticket, at=at)


def _has_taken(ticket: Ticket, agent: Agent) -> bool:
    return ticket.ownership.filter(receiver=agent, accepted_at__isnull=False).exists()


def lay_into_queue(ticket: Ticket, *, at: datetime) -> None:
    """Nobody holds the matter, and it waits for nobody else: whoever is free may take it."""
    _end_holding(ticket, at=at)
    deadlines.resume(ticket, at=at)
    ticket.handler = ticket.team = ticket.waiting_until = None


def _state_after_giving_back(ticket: Ticket) -> Status | None:
    return Status.NEW if ticket.handler_id is None else None


def _start_hand_over(ticket: Ticket, *, at: datetime) -> datetime:
    """By when the receiver has to answer; where no clock says so, the policy's default does."""
    deadlines.stop(ticket, [ClockKind.HAND_OVER], at=at)
    clock = deadlines.start(ticket, ClockKind.HAND_OVER, at=at)
    return (clock and clock.due_at) or at + policy.HAND_OVER_WITHIN
