from datetime import timedelta

import pytest
import time_machine

from portal.models import OutboxMessage
from staffing import tasks
from staffing.choices import RequestState
from staffing.models import Agent, DutyAssignment
from tests.demand_factories import counted_line
from tests.factories import NOW, TODAY, AttendanceFactory, CertificateFactory, DutyFactory
from tests.request_factories import given_away

pytestmark = pytest.mark.django_db


def test_the_sweep_closes_what_was_forgotten_and_again_changes_nothing() -> None:  # S6
    stay = AttendanceFactory.create(duty=DutyFactory.create(on=TODAY - timedelta(days=1)))
    with time_machine.travel(NOW, tick=False):
        tasks.close_forgotten_attendance()
        tasks.close_forgotten_attendance()
    stay.refresh_from_db()
    assert (stay.is_forgotten, stay.signed_out_at) == (True, stay.duty.ends_at)


def test_the_sweeps_of_certificates_act_once() -> None:  # S1
    lapsed = CertificateFactory.create(is_expired=True)
    DutyFactory.create(agent=lapsed.agent, on=TODAY + timedelta(days=1))
    CertificateFactory.create(valid_until=TODAY + timedelta(days=3))
    with time_machine.travel(NOW, tick=False):
        for _again in range(2):
            tasks.take_off_lapsed()
            tasks.warn_of_lapses()
    assert not DutyAssignment.objects.standing().exists()
    assert OutboxMessage.objects.count() == 2


def test_the_forecast_is_kept_ahead_by_the_scheduler() -> None:  # S7
    with time_machine.travel(NOW, tick=False):
        line = counted_line()
        assert [tasks.forecast_demand() for _ in range(2)] == [1, 0]
    assert line.forecasts.get().by is None


def test_the_task_ends_what_nobody_decided_in_time(agent: Agent) -> None:
    request = given_away(agent)
    with time_machine.travel(request.lapses_at, tick=False):
        tasks.lapse_requests()
    request.refresh_from_db()
    assert request.state == RequestState.LAPSED
