"""S6: whoever stays signed in carries on through the shift that adjoins."""

from datetime import datetime, time, timedelta

import pytest

from portal.errors import WrongState
from portal.models import User
from staffing import attendance, duty, figures, policy
from staffing.models import Agent, Attendance, DutyAssignment
from tests.factories import (
    SHANGHAI,
    TODAY,
    AgentFactory,
    AttendanceFactory,
    DutyFactory,
    ShiftTypeFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def at(hour: int, minute: int = 0, *, day: int = 11) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def double(agent: Agent) -> tuple[Attendance, DutyAssignment]:
    """Signed in to the day shift, with an evening 18-22 right after it."""
    evening = ShiftTypeFactory.create(code="E", starts=time(18), ends=time(22))
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    return stay, DutyFactory.create(agent=agent, shift_type=evening)


def test_whoever_stays_signed_in_is_on_duty_through_the_shift_that_adjoins(
    double: tuple[Attendance, DutyAssignment],
) -> None:
    stay, _evening = double
    assert Agent.objects.on_duty(at(21, 59)).get() == stay.agent
    assert Agent.objects.signed_in(at(23, 59)).exists()
    assert not Agent.objects.signed_in(at(0, day=12)).exists()


def test_a_forgotten_double_shift_is_closed_as_of_the_end_of_its_last(
    double: tuple[Attendance, DutyAssignment],
) -> None:
    stay, evening = double
    assert attendance.close_forgotten(at(23, 59)) == 0
    assert attendance.close_forgotten(at(0, day=12)) == 1
    stay.refresh_from_db()
    assert (stay.signed_out_at, stay.is_forgotten) == (evening.ends_at, True)


def test_signing_out_of_a_double_shift_is_no_forgetting(
    agent: Agent, double: tuple[Attendance, DutyAssignment]
) -> None:
    ended = attendance.sign_out(agent, by=agent.user, at=at(22, 10))
    assert (ended, ended.signed_out_at, ended.is_forgotten) == (double[0], at(22, 10), False)


@pytest.mark.parametrize("state", ["is_draft", "is_cancelled"])
def test_only_a_published_shift_is_stayed_for(agent: Agent, state: str) -> None:
    evening = ShiftTypeFactory.create(code="E", starts=time(18), ends=time(22))
    AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    DutyFactory.create(agent=agent, shift_type=evening, **{state: True})
    assert attendance.close_forgotten(at(20)) == 1


def test_the_shift_of_a_colleague_keeps_nobody(agent: Agent) -> None:
    evening = ShiftTypeFactory.create(code="E", starts=time(18), ends=time(22))
    AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    DutyFactory.create(agent=AgentFactory.create(team=agent.team), shift_type=evening)
    assert not Agent.objects.signed_in(at(20)).exists()


@pytest.mark.parametrize(("starts", "ended"), [(time(19, 59), at(23)), (time(20), at(18))])
def test_a_shift_adjoins_that_starts_before_the_one_before_counts_as_forgotten(
    agent: Agent, starts: time, ended: datetime
) -> None:
    later = ShiftTypeFactory.create(code="L", starts=starts, ends=time(23))
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=agent))
    DutyFactory.create(agent=agent, shift_type=later)
    assert attendance.close_forgotten(at(1, day=12)) == 1
    stay.refresh_from_db()
    assert stay.signed_out_at == ended


def test_however_the_roster_runs_on_nobody_stays_for_days(agent: Agent) -> None:
    whole_day = ShiftTypeFactory.create(code="W", starts=time(9), ends=time(9))
    first, *_others = [
        DutyFactory.create(agent=agent, on=TODAY + n * DAY, shift_type=whole_day) for n in range(5)
    ]
    stay = AttendanceFactory.create(duty=first)
    forgotten_at = stay.signed_in_at + policy.LONGEST_ATTENDANCE
    assert Agent.objects.signed_in(forgotten_at - timedelta(seconds=1)).exists()
    assert not Agent.objects.signed_in(forgotten_at).exists()
    assert attendance.close_forgotten(forgotten_at) == 1
    stay.refresh_from_db()
    assert stay.signed_out_at == stay.signed_in_at + policy.LONGEST_STAY


def test_a_list_and_a_single_row_agree_on_what_was_forgotten(
    double: tuple[Attendance, DutyAssignment],
) -> None:
    stay, _evening = double
    for minutes in range(0, 24 * 60, 15):
        instant = at(9) + timedelta(minutes=minutes)
        is_forgotten = attendance.is_forgotten(stay, instant)
        assert Attendance.objects.forgotten(instant).exists() is is_forgotten
        assert Attendance.objects.present(instant).exists() is not is_forgotten


@pytest.mark.usefixtures("double")
def test_whoever_was_there_when_the_shift_began_is_not_late_for_it(agent: Agent) -> None:
    attendance.sign_out(agent, by=agent.user, at=at(19))
    assert attendance.sign_in(agent, by=agent.user, at=at(20)).late_by is None


def test_the_shift_that_is_shown_is_the_one_that_runs(
    supervisor: User, double: tuple[Attendance, DutyAssignment]
) -> None:
    _stay, evening = double
    (person,) = figures.presences(supervisor, at(21))
    assert (person.is_on_duty, person.shift.duty_id) == (True, evening.pk)


def test_signing_in_to_the_second_shift_ends_the_first_stay(
    agent: Agent, double: tuple[Attendance, DutyAssignment]
) -> None:
    stay, evening = double
    second = attendance.sign_in(agent, by=agent.user, at=at(18, 20))
    stay.refresh_from_db()
    assert (stay.signed_out_at, stay.is_forgotten) == (at(18, 20), False)
    assert (second.duty, second.late_by) == (evening, None)


def test_a_shift_that_somebody_stayed_on_for_was_worked(
    supervisor: User, double: tuple[Attendance, DutyAssignment]
) -> None:
    _stay, evening = double
    with pytest.raises(WrongState):
        duty.cancel(evening, by=supervisor, at=at(18))


def test_a_shift_to_come_is_cancelled_though_somebody_would_stay_on_for_it(
    supervisor: User, double: tuple[Attendance, DutyAssignment]
) -> None:
    stay, evening = double
    duty.cancel(evening, by=supervisor, at=at(17, 59))
    assert attendance.is_forgotten(stay, at(20))
