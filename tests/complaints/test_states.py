"""The table of a ticket's life. # C12"""

import pytest

from complaints import states
from complaints.choices import Act, Status
from portal.errors import WrongState


@pytest.mark.parametrize("act", list(Act))
def test_every_act_stands_in_the_table(act):
    assert states.TABLE[act]


@pytest.mark.parametrize(
    ("act", "status", "expected"),
    [
        (Act.CLAIM, Status.NEW, Status.IN_PROGRESS),
        (Act.ASSIGN, Status.NEW, Status.ASSIGNED),
        (Act.ACCEPT, Status.ASSIGNED, Status.IN_PROGRESS),
        (Act.REPLY, Status.ASSIGNED, Status.IN_PROGRESS),
        (Act.WAIT, Status.IN_PROGRESS, Status.WAITING_CUSTOMER),
        (Act.HEAR, Status.WAITING_CUSTOMER, Status.IN_PROGRESS),
        (Act.RESUME, Status.WAITING_THIRD_PARTY, Status.IN_PROGRESS),
        (Act.RESUME, Status.REOPENED, Status.IN_PROGRESS),
        (Act.RESOLVE, Status.IN_PROGRESS, Status.RESOLVED),
        (Act.CLOSE, Status.RESOLVED, Status.CLOSED),
        (Act.REOPEN, Status.CLOSED, Status.REOPENED),
        (Act.CANCEL, Status.REOPENED, Status.CANCELLED),
        (Act.NOTE, Status.CLOSED, Status.CLOSED),
    ],
)
def test_an_act_leads_where_the_table_says(act, status, expected):
    assert states.after(act, status) == expected


@pytest.mark.parametrize(
    ("act", "status"),
    [
        (Act.CLAIM, Status.ASSIGNED),
        (Act.CLAIM, Status.IN_PROGRESS),
        (Act.RESOLVE, Status.NEW),
        (Act.CLOSE, Status.IN_PROGRESS),
        (Act.REOPEN, Status.CANCELLED),
        (Act.REOPEN, Status.IN_PROGRESS),
        (Act.CANCEL, Status.CLOSED),
        (Act.WAIT, Status.NEW),
        (Act.RECEIVE, Status.CLOSED),
    ],
)
def test_an_act_outside_the_table_is_refused(act, status):
    with pytest.raises(WrongState):
        states.after(act, status)


def test_a_choice_of_states_is_kept_to_the_table():
    assert (
        states.after(Act.WAIT, Status.IN_PROGRESS, Status.WAITING_THIRD_PARTY) == Status.WAITING_THIRD_PARTY
    )
    with pytest.raises(WrongState):
        states.after(Act.WAIT, Status.IN_PROGRESS, Status.CLOSED)


def test_nothing_leads_out_of_cancelled_but_words():
    moving = {
        act
        for act in Act
        for to in states.TABLE[act].get(Status.CANCELLED, ())
        if to not in (states.STAY, Status.CANCELLED)
    }
    assert not moving
