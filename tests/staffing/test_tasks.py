from datetime import timedelta

import pytest
import time_machine

from staffing import tasks
from tests.factories import NOW, TODAY, AttendanceFactory, DutyFactory

pytestmark = pytest.mark.django_db


def test_the_sweep_closes_what_was_forgotten_and_again_changes_nothing() -> None:  # S6
    stay = AttendanceFactory.create(duty=DutyFactory.create(on=TODAY - timedelta(days=1)))
    with time_machine.travel(NOW, tick=False):
        tasks.close_forgotten_attendance()
        tasks.close_forgotten_attendance()
    stay.refresh_from_db()
    assert (stay.is_forgotten, stay.signed_out_at) == (True, stay.duty.ends_at)
