"""How a sweep goes through its rows. # C8"""

import pytest

from complaints import ownership
from complaints.choices import Status
from complaints.models import OwnershipEntry, Ticket
from portal import sweeping
from portal.errors import WrongState
from tests.factories import NOW, TicketFactory, agent_on_duty, standard_policy


def test_what_fails_is_logged_and_stops_no_other(caplog):
    def act(number: int) -> bool:
        if number == 1:
            raise WrongState("no")
        return number > 0

    assert sweeping.each([0, 1, 2, 3], act) == 2
    assert sweeping.each("ab", lambda _row: 3) == 6
    assert [record.getMessage() for record in caplog.records] == ["A sweep failed at int 1"]


@pytest.mark.django_db
def test_a_row_that_should_not_be_holds_up_no_other_of_its_sweep(caplog):
    standard_policy()
    agent = agent_on_duty()
    broken, sound = (ownership.assign(TicketFactory.create(), agent, by=None, at=NOW) for _ in range(2))
    Ticket.objects.filter(pk=broken.pk).update(status=Status.CLOSED)
    due = OwnershipEntry.objects.get(ticket=sound).respond_by
    assert ownership.return_silent(at=due) == 1
    assert Ticket.objects.get(pk=sound.pk).status == Status.NEW
    assert len(caplog.records) == 1
