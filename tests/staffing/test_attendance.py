from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection

from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, User
from staffing import attendance
from staffing.models import Agent, Attendance, ShiftType
from staffing.querysets import AgentQuerySet
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
def night() -> ShiftType:
    return ShiftTypeFactory.create(is_night=True)


def last_entry() -> AuditEntry:
    return AuditEntry.objects.latest("pk")


# S6


def test_signing_in_belongs_to_the_shift_and_is_in_time_within_the_grace(agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    made = attendance.sign_in(agent, by=agent.user, at=at(9, 5))
    assert (made.duty, made.late_by, made.recorded_by) == (duty, None, agent.user)
    assert Agent.objects.on_duty(at(9, 5)).get() == agent


def test_lateness_counts_from_the_start_of_the_shift(agent: Agent) -> None:
    DutyFactory.create(agent=agent)
    assert attendance.sign_in(agent, by=agent.user, at=at(9, 20)).late_by == timedelta(minutes=20)


def test_coming_back_to_a_shift_is_not_being_late(agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    attendance.sign_in(agent, by=agent.user, at=at(8, 55))
    attendance.sign_out(agent, by=agent.user, at=at(12))
    back = attendance.sign_in(agent, by=agent.user, at=at(13, 30))
    assert (back.duty, back.late_by) == (duty, None)


def test_signing_in_outside_every_shift_belongs_to_none(agent: Agent) -> None:
    DutyFactory.create(agent=agent)
    made = attendance.sign_in(agent, by=agent.user, at=at(7, 59))
    assert (made.duty, made.late_by) == (None, None)
    assert not Agent.objects.on_duty(at(8, 59)).exists()
    assert Agent.objects.on_duty(at(9)).exists()


def test_drafts_and_cancelled_duties_take_no_signing_in(agent: Agent) -> None:
    DutyFactory.create(agent=agent, is_draft=True)
    DutyFactory.create(agent=agent, is_cancelled=True)
    assert attendance.sign_in(agent, by=agent.user, at=at(9)).duty is None


def test_the_punch_after_midnight_belongs_to_the_night_that_began_the_day_before(
    agent: Agent, night: ShiftType
) -> None:
    duty = DutyFactory.create(agent=agent, shift_type=night)
    made = attendance.sign_in(agent, by=agent.user, at=at(0, 10, day=12))
    assert (made.duty, made.late_by) == (duty, timedelta(hours=2, minutes=10))
    assert made.duty.on == TODAY


def test_the_punch_out_at_ten_past_seven_belongs_to_the_night_before(agent: Agent, night: ShiftType) -> None:
    duty = DutyFactory.create(agent=agent, shift_type=night)
    DutyFactory.create(
        agent=agent, on=TODAY + DAY, shift_type=ShiftTypeFactory.create(code="M", starts=time(8))
    )
    attendance.sign_in(agent, by=agent.user, at=at(21, 50))
    ended = attendance.sign_out(agent, by=agent.user, at=at(7, 10, day=12))
    assert (ended.duty, ended.signed_out_at, ended.is_forgotten) == (duty, at(7, 10, day=12), False)


def test_whoever_is_signed_in_is_not_signed_in_again(agent: Agent) -> None:
    DutyFactory.create(agent=agent)
    attendance.sign_in(agent, by=agent.user, at=at(9))
    with pytest.raises(AlreadyTaken):
        attendance.sign_in(agent, by=agent.user, at=at(9, 1))
    assert Attendance.objects.count() == 1


def test_going_on_into_the_next_shift_ends_the_first(agent: Agent) -> None:
    early = ShiftTypeFactory.create(code="M", starts=time(8), ends=time(16))
    late = ShiftTypeFactory.create(code="E", starts=time(16), ends=time(22))
    DutyFactory.create(agent=agent, shift_type=early)
    second = DutyFactory.create(agent=agent, shift_type=late)
    first_stay = attendance.sign_in(agent, by=agent.user, at=at(8))
    assert attendance.sign_in(agent, by=agent.user, at=at(16, 2)).duty == second
    first_stay.refresh_from_db()
    assert (first_stay.signed_out_at, first_stay.is_forgotten) == (at(16, 2), False)


def test_a_forgotten_sign_out_is_closed_by_the_next_signing_in(agent: Agent) -> None:
    yesterday = DutyFactory.create(agent=agent, on=TODAY - DAY)
    today = DutyFactory.create(agent=agent)
    forgotten = attendance.sign_in(agent, by=agent.user, at=at(9, day=10))
    assert attendance.sign_in(agent, by=agent.user, at=at(8, 50)).duty == today
    forgotten.refresh_from_db()
    assert (forgotten.signed_out_at, forgotten.is_forgotten) == (yesterday.ends_at, True)


def test_only_the_employed_sign_in(team: object) -> None:
    gone = AgentFactory.create(team=team, has_left=True)
    with pytest.raises(WrongState):
        attendance.sign_in(gone, by=gone.user, at=at(9))


def test_the_night_that_began_on_the_last_day_can_still_be_signed_in_to(
    team: object, night: ShiftType
) -> None:
    leaving = AgentFactory.create(team=team, left_on=TODAY)
    duty = DutyFactory.create(agent=leaving, shift_type=night)
    assert attendance.sign_in(leaving, by=leaving.user, at=at(0, 1, day=12)).duty == duty


def test_only_who_is_signed_in_signs_out(agent: Agent) -> None:
    with pytest.raises(WrongState):
        attendance.sign_out(agent, by=agent.user, at=at(18))


def test_ones_own_signing_in_needs_no_reason_and_no_audit(agent: Agent) -> None:
    attendance.sign_in(agent, by=agent.user, at=at(9))
    attendance.sign_out(agent, by=agent.user, at=at(18))
    assert not AuditEntry.objects.exists()


def test_a_supervisor_signs_in_and_out_for_somebody_with_a_reason(agent: Agent, supervisor: User) -> None:
    with pytest.raises(MissingInformation):
        attendance.sign_in(agent, by=supervisor, at=at(9))
    made = attendance.sign_in(agent, by=supervisor, at=at(9), reason="打卡机故障")
    assert made.recorded_by == supervisor
    assert (last_entry().actor, last_entry().reason) == (supervisor, "打卡机故障")
    with pytest.raises(MissingInformation):
        attendance.sign_out(agent, by=supervisor, at=at(18), reason=" ")
    attendance.sign_out(agent, by=supervisor, at=at(18), reason="打卡机故障")
    assert AuditEntry.objects.of(made).count() == 2


def test_nobody_signs_in_people_he_does_not_look_after(
    agent: Agent, stranger: Agent, supervisor: User
) -> None:
    with pytest.raises(NotAllowed):
        attendance.sign_in(stranger, by=supervisor, at=at(9), reason="打卡机故障")
    with pytest.raises(NotAllowed):
        attendance.sign_in(agent, by=AgentFactory.create(team=agent.team).user, at=at(9), reason="代打卡")


# Forgotten


def test_two_hours_after_the_shift_an_open_attendance_is_closed_as_of_its_end(agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    stay = AttendanceFactory.create(duty=duty)
    assert attendance.close_forgotten(at(19, 59)) == 0
    assert attendance.close_forgotten(at(23, 30)) == 1
    stay.refresh_from_db()
    assert (stay.signed_out_at, stay.is_forgotten) == (duty.ends_at, True)
    assert (last_entry().actor, last_entry().at) == (None, at(23, 30))
    assert attendance.close_forgotten(at(23, 31)) == 0


def test_whoever_came_after_the_end_of_the_shift_stayed_for_no_time(agent: Agent) -> None:
    stay = AttendanceFactory.create(duty=DutyFactory.create(agent=agent), signed_in_at=at(18, 30))
    attendance.close_forgotten(at(20))
    stay.refresh_from_db()
    assert stay.signed_out_at == stay.signed_in_at


def test_an_attendance_without_a_shift_is_closed_after_twelve_hours(agent: Agent) -> None:
    stay = AttendanceFactory.create(agent=agent, duty=None, signed_in_at=at(8))
    assert attendance.close_forgotten(at(19, 59)) == 0
    assert attendance.close_forgotten(at(20)) == 1
    stay.refresh_from_db()
    assert stay.signed_out_at == at(20)


def test_signing_out_too_late_gives_the_same_as_the_sweep(agent: Agent) -> None:
    duty = DutyFactory.create(agent=agent)
    AttendanceFactory.create(duty=duty)
    ended = attendance.sign_out(agent, by=agent.user, at=at(20))
    assert (ended.signed_out_at, ended.is_forgotten) == (duty.ends_at, True)


# Corrected


def correct(stay: Attendance, by: User, **given: object) -> Attendance:
    times = {"signed_in_at": at(9), "signed_out_at": at(20, 30), "reason": "加班"} | given
    return attendance.correct(stay, by=by, at=at(10, day=12), **times)


@pytest.fixture
def forgotten(agent: Agent) -> Attendance:
    return AttendanceFactory.create(
        duty=DutyFactory.create(agent=agent),
        signed_in_at=at(9, 30),
        signed_out_at=at(18),
        late_by=timedelta(minutes=30),
        is_forgotten=True,
    )


def test_a_supervisor_writes_down_when_somebody_really_came_and_went(
    forgotten: Attendance, supervisor: User
) -> None:
    correct(forgotten, supervisor)
    forgotten.refresh_from_db()
    assert (forgotten.signed_in_at, forgotten.signed_out_at) == (at(9), at(20, 30))
    assert (forgotten.late_by, forgotten.is_forgotten, forgotten.recorded_by) == (None, False, supervisor)
    assert last_entry().reason == "加班"
    assert set(last_entry().changes) == {"signed_in_at", "signed_out_at", "late_by", "is_forgotten"}


def test_a_correction_needs_a_reason_and_times_in_order_that_have_passed(
    forgotten: Attendance, supervisor: User
) -> None:
    with pytest.raises(MissingInformation):
        correct(forgotten, supervisor, reason="")
    with pytest.raises(WrongState):
        correct(forgotten, supervisor, signed_out_at=at(8))
    with pytest.raises(WrongState):
        correct(forgotten, supervisor, signed_out_at=at(11, day=12))


def test_a_correction_runs_into_no_other_attendance(forgotten: Attendance, supervisor: User) -> None:
    AttendanceFactory.create(agent=forgotten.agent, duty=None, signed_in_at=at(20), signed_out_at=at(21))
    with pytest.raises(WrongState):
        correct(forgotten, supervisor)
    assert correct(forgotten, supervisor, signed_out_at=at(20)).signed_out_at == at(20)


def test_nobody_corrects_the_own_attendance(supervisor: User) -> None:
    own = AttendanceFactory.create(duty=DutyFactory.create(agent=supervisor.agent))
    with pytest.raises(NotAllowed):
        correct(own, supervisor)


def test_a_supervisor_corrects_nothing_of_another_team(stranger: Agent, supervisor: User) -> None:
    with pytest.raises(NotAllowed):
        correct(AttendanceFactory.create(duty=DutyFactory.create(agent=stranger)), supervisor)


@pytest.fixture
def lunch(agent: Agent) -> tuple[Attendance, Attendance]:
    """The stays before and after an hour and a half away."""
    duty = DutyFactory.create(agent=agent)
    morning = AttendanceFactory.create(duty=duty, signed_in_at=at(9, 20), signed_out_at=at(12))
    return morning, AttendanceFactory.create(duty=duty, signed_in_at=at(13, 30), signed_out_at=at(18))


def test_a_corrected_return_to_a_shift_is_not_being_late(
    lunch: tuple[Attendance, Attendance], supervisor: User
) -> None:
    _morning, afternoon = lunch
    assert correct(afternoon, supervisor, signed_in_at=at(13)).late_by is None


def test_a_corrected_coming_to_a_shift_counts_its_lateness_though_there_was_a_return(
    lunch: tuple[Attendance, Attendance], supervisor: User
) -> None:
    morning, _afternoon = lunch
    corrected = correct(morning, supervisor, signed_in_at=at(9, 30), signed_out_at=at(12))
    assert corrected.late_by == timedelta(minutes=30)


# Races


def sign_in_at_once(agent: Agent, threads: int) -> list[str]:
    start = Barrier(threads)

    def run(_number: int) -> str:
        start.wait(timeout=10)
        try:
            attendance.sign_in(agent, by=None, at=at(9))
        except (DomainError, IntegrityError) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "signed in"

    with ThreadPoolExecutor(threads) as pool:
        return sorted(pool.map(run, range(threads)))


@pytest.mark.django_db(transaction=True)
def test_of_several_signings_in_at_once_one_counts() -> None:
    agent = DutyFactory.create().agent
    assert sign_in_at_once(agent, 4) == ["AlreadyTaken"] * 3 + ["signed in"]
    assert Attendance.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_control_without_the_lock_meets_the_constraint(monkeypatch) -> None:
    meet = Barrier(2)
    make_room = attendance._close_what_is_over

    def make_room_then_meet(*args: object) -> None:
        make_room(*args)
        meet.wait(timeout=10)

    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    monkeypatch.setattr(attendance, "_close_what_is_over", make_room_then_meet)
    assert sign_in_at_once(DutyFactory.create().agent, 2) == ["IntegrityError", "signed in"]
    assert Attendance.objects.count() == 1
