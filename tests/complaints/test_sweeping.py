"""A ticket that should not be holds up no other. # C8"""

import pytest

from complaints import ownership
from complaints.choices import Status
from complaints.models import OwnershipEntry, Ticket
from tests.factories import NOW, TicketFactory, agent_on_duty, standard_policy


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
