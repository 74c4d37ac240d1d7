"""The life of a ticket as a table: which act is possible in which state, and where it leads.

Pure; asked by `Ticket.move` and by nobody else who writes.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from complaints.choices import Act, Status
from portal.errors import WrongState

S = Status

WAITING = (S.WAITING_CUSTOMER, S.WAITING_THIRD_PARTY)
WORKING = (S.IN_PROGRESS, *WAITING)
UNTAKEN = (S.NEW, S.ASSIGNED, S.REOPENED)
OPEN = (*UNTAKEN, *WORKING)
DONE = (S.RESOLVED, S.CLOSED)
FINAL = (S.CLOSED, S.CANCELLED)

STAY = None
"""The act leaves the state as it is."""


def _each(states: tuple[Status, ...], to: Status | None) -> dict[Status, tuple[Status | None, ...]]:
    return dict.fromkeys(states, (to,))


TABLE: Mapping[Act, Mapping[Status, tuple[Status | None, ...]]] = {
    # A matter that was settled before it reached us arrives closed.
    Act.RECEIVE: {S.NEW: (STAY, S.CLOSED)},
    Act.UPDATE: _each((*OPEN, *DONE, S.CANCELLED), STAY),
    Act.CLASSIFY: _each((*OPEN, S.RESOLVED), STAY),
    Act.PARK: _each((S.NEW,), STAY),
    Act.CLAIM: _each((S.NEW,), S.IN_PROGRESS),
    Act.ASSIGN: _each((S.NEW, S.ASSIGNED), S.ASSIGNED) | _each((S.REOPENED, *WORKING), STAY),
    # Accepting an assignment starts the work; accepting a transfer goes on with it.
    Act.ACCEPT: _each((S.ASSIGNED, S.REOPENED), S.IN_PROGRESS) | _each(WORKING, STAY),
    # Where there is nobody to whom it could go back, it waits in the queue again.
    Act.DECLINE: dict.fromkeys((S.ASSIGNED, S.REOPENED, *WORKING), (STAY, S.NEW)),
    Act.RETURN: dict.fromkeys((S.ASSIGNED, S.REOPENED, *WORKING), (STAY, S.NEW)),
    # Handing on what one was assigned is work on it, too: it accepts.
    Act.TRANSFER: {S.ASSIGNED: (S.IN_PROGRESS,)} | _each((S.REOPENED, *WORKING), STAY),
    Act.TAKE_OVER: _each((S.NEW, S.ASSIGNED, S.REOPENED), S.IN_PROGRESS) | _each(WORKING, STAY),
    Act.REPLY: _each((S.ASSIGNED, S.REOPENED), S.IN_PROGRESS) | _each((*WORKING, S.RESOLVED), STAY),
    Act.HEAR: _each((S.NEW, S.ASSIGNED, S.REOPENED, S.IN_PROGRESS, S.WAITING_THIRD_PARTY), STAY)
    | {S.WAITING_CUSTOMER: (S.IN_PROGRESS,)}
    | _each((*DONE, S.CANCELLED), STAY),
    Act.NOTE: _each((*OPEN, *DONE, S.CANCELLED), STAY),
    Act.PROMISE: _each((S.ASSIGNED, S.REOPENED), S.IN_PROGRESS) | _each(WORKING, STAY),
    Act.WAIT: dict.fromkeys((S.ASSIGNED, S.REOPENED, S.IN_PROGRESS), WAITING),
    Act.RESUME: _each((S.REOPENED, *WAITING), S.IN_PROGRESS),
    # A call that reached the customer is work, as a reply is; one that did not is none.
    Act.CALL_BACK: _each((*OPEN, *DONE, S.CANCELLED), STAY)
    | dict.fromkeys((S.ASSIGNED, S.REOPENED), (STAY, S.IN_PROGRESS)),
    Act.RESOLVE: _each((S.ASSIGNED, S.REOPENED, *WORKING), S.RESOLVED),
    Act.CLOSE: _each((S.RESOLVED,), S.CLOSED),
    Act.SURVEY: _each((*OPEN, *DONE, S.CANCELLED), STAY),
    # A matter that came settled has no handler yet: reopened, it waits in the queue like a new one.
    Act.REOPEN: dict.fromkeys(DONE, (S.REOPENED, S.NEW)),
    Act.CANCEL: _each(OPEN, S.CANCELLED),
    Act.APPLY_POLICY: _each(OPEN, STAY),
}


def is_possible(act: Act, status: Status) -> bool:
    return status in TABLE[act]


def after(act: Act, status: Status, to: Status | None = None) -> Status:
    """The state after the act. `to` chooses among several; without it the first counts.

    Raises: WrongState, when the act is not possible in this state.
    """
    choices = TABLE[act].get(status)
    wanted = [choice or status for choice in choices or ()]
    if not wanted or (to is not None and to not in wanted):
        raise WrongState(
            _("“%(act)s” is not possible while the ticket is “%(status)s”.")
            % {"act": act.label, "status": status.label}
        )
    return to or wanted[0]
