"""When the demonstration refuses to be made. # X8"""

from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from complaints import assignment
from complaints.models import Ticket
from portal.models import User
from tests.factories import NOW
from training.models import ExamAttempt, IssuedCertificate

pytestmark = pytest.mark.django_db


def test_a_database_with_data_is_refused(settings):
    settings.DEBUG = True
    User.objects.create_user("someone", name="某人")
    with pytest.raises(CommandError):
        call_command("demo")


def test_known_passwords_are_refused_where_debug_is_off(settings):
    settings.DEBUG = False
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("demo")
    assert User.objects.count() == before


@pytest.mark.parametrize("hour", [3, 13, 23])
def test_at_any_hour_it_makes_matters_that_wait_for_a_person(settings, hour):
    settings.DEBUG = True
    at = NOW.replace(hour=hour)
    with time_machine.travel(at, tick=False):
        call_command("demo", agents=12, tickets=20, stdout=StringIO())
        assignment.dispatch_waiting(at=at)
    parked = Ticket.objects.unassigned().filter(category__code="media", parked_at__isnull=False)
    assert parked.count() == 3
    assert ExamAttempt.objects.to_mark().count() == 1
    assert IssuedCertificate.objects.exists()
