"""A session is scheduled, moved, cancelled, held; rooms. # T2"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, DomainError, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from tests.factories import NOW, AgentFactory, DutyFactory, UserFactory
from tests.request_factories import leave_asked
from tests.session_factories import DAY, HOUR, TOMORROW_14, RoomFactory, SeatFactory, SessionFactory
from tests.training_factories import CourseFactory
from training.choices import CourseState, Presence, SessionState
from training.models import TrainingSession
from training.sessions import rooms, scheduling
from training.sessions.scheduling import Plan

pytestmark = pytest.mark.django_db


def plan(trainer: User, **facts: Any) -> Plan:
    usual = {"room": None if "url" in facts else RoomFactory.create(seats=12)}
    usual |= {"starts_at": TOMORROW_14, "ends_at": TOMORROW_14 + 2 * HOUR, "seats": 12}
    return Plan(trainer=trainer, **usual | facts)


def plan_of(session: TrainingSession, **facts: Any) -> Plan:
    names = ("trainer", "room", "url", "starts_at", "ends_at", "seats")
    return Plan(**{name: getattr(session, name) for name in names} | facts)


def told(user: User) -> list[str]:
    keys = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in keys]


def test_a_trainer_schedules_a_session_and_whoever_teaches_it_is_told(trainer):
    other = UserFactory.create(roles=[Role.TRAINER])
    session = scheduling.schedule(CourseFactory.create(), plan(other), by=trainer, at=NOW)
    assert (session.state, session.seats) == (SessionState.PLANNED, 12)
    assert (told(other), told(trainer)) == (["session-teach"], [])
    assert AuditEntry.objects.of(session).get().actor == trainer


def test_who_may_not_plan_training_schedules_and_moves_nothing(supervisor, agent):
    session = SessionFactory.create()
    for user in (supervisor, agent.user):
        with pytest.raises(NotAllowed):
            scheduling.schedule(CourseFactory.create(), plan(user), by=user, at=NOW)
        with pytest.raises(NotAllowed):
            scheduling.move(session, plan_of(session, seats=5), by=user, at=NOW)
        with pytest.raises(NotAllowed):
            scheduling.cancel(session, reason="忙", by=user, at=NOW)
        with pytest.raises(NotAllowed):
            scheduling.hold(session, by=user, at=session.ends_at)


@pytest.mark.parametrize(
    ("facts", "refusal", "field"),
    [
        ({"seats": 13}, WrongState, "seats"),
        ({"seats": 0}, MissingInformation, "seats"),
        ({"room": None}, MissingInformation, "room"),
        ({"url": "javascript:alert(1)"}, WrongState, "url"),
        ({"url": "ftp://x.example/"}, WrongState, "url"),
        ({"ends_at": TOMORROW_14}, WrongState, "ends_at"),
        ({"ends_at": TOMORROW_14 + 13 * HOUR}, WrongState, "ends_at"),
        ({"starts_at": NOW - 9 * DAY, "ends_at": NOW - 8 * DAY}, WrongState, "starts_at"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(
    trainer, facts: Any, refusal: type[DomainError], field
):
    with pytest.raises(refusal) as refused:
        scheduling.schedule(CourseFactory.create(), plan(trainer, **facts), by=trainer, at=NOW)
    assert field in refused.value.fields


def test_a_course_that_is_not_open_and_a_room_out_of_use_are_not_planned_for(trainer):
    course, closed = CourseFactory.create(state=CourseState.DRAFT), RoomFactory.create(is_active=False)
    with pytest.raises(WrongState):
        scheduling.schedule(course, plan(trainer), by=trainer, at=NOW)
    with pytest.raises(WrongState):
        scheduling.schedule(CourseFactory.create(), plan(trainer, room=closed), by=trainer, at=NOW)


def test_neither_a_room_nor_a_trainer_is_taken_twice_at_a_time(trainer):
    held = SessionFactory.create(trainer=trainer)
    later = {"starts_at": held.starts_at + HOUR, "ends_at": held.ends_at + HOUR}
    course = CourseFactory.create()
    other = UserFactory.create(roles=[Role.TRAINER])
    with pytest.raises(AlreadyTaken) as refused:
        scheduling.schedule(course, plan(other, room=held.room, **later), by=trainer, at=NOW)
    assert "room" in refused.value.fields
    with pytest.raises(AlreadyTaken) as refused:
        scheduling.schedule(course, plan(trainer, **later), by=trainer, at=NOW)
    assert "trainer" in refused.value.fields
    after = {"starts_at": held.ends_at, "ends_at": held.ends_at + HOUR}
    assert scheduling.schedule(course, plan(trainer, room=held.room, **after), by=trainer, at=NOW)


def test_the_room_of_a_cancelled_session_is_free(trainer):
    held = SessionFactory.create(state=SessionState.CANCELLED)
    assert scheduling.schedule(CourseFactory.create(), plan(trainer, room=held.room), by=trainer, at=NOW)


def test_a_trainer_on_a_shift_teaches_with_a_reason_and_one_on_leave_never(trainer):
    teacher = AgentFactory.create()
    DutyFactory.create(agent=teacher, on=TOMORROW_14.date())
    course, wanted = CourseFactory.create(), plan(teacher.user)
    with pytest.raises(MissingInformation) as refused:
        scheduling.schedule(course, wanted, by=trainer, at=NOW)
    assert "白班 03-12 09:00–18:00" in str(refused.value)
    session = scheduling.schedule(course, wanted, reason="已安排顶班", by=trainer, at=NOW)
    assert AuditEntry.objects.of(session).get().reason == "已安排顶班"
    away = AgentFactory.create()
    leave_asked(away, first_on=TOMORROW_14.date(), last_on=TOMORROW_14.date())
    away.requests.update(state="approved")
    with pytest.raises(WrongState):
        scheduling.schedule(course, plan(away.user), reason="急", by=trainer, at=NOW)


def test_a_session_is_moved_and_everybody_concerned_is_told(trainer, agent):
    session = SessionFactory.create(reminded_at=NOW)
    before = session.trainer
    SeatFactory.create(session=session, agent=agent)
    back = SeatFactory.create(session=session, is_cancelled=True)
    new = plan_of(session, trainer=trainer, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    moved = scheduling.move(session, new, by=trainer, at=NOW)
    assert (moved.trainer, moved.starts_at) == (trainer, TOMORROW_14 + DAY)
    assert moved.reminded_at is None
    assert [told(one) for one in (agent.user, before, trainer, back.agent.user)] == [
        ["session-moved"], ["session-moved"], [], [],
    ]  # fmt: skip
    with pytest.raises(MissingInformation):
        scheduling.move(moved, plan_of(moved), by=trainer, at=NOW)


def test_more_seats_are_no_news(trainer, agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    scheduling.move(session, plan_of(session, seats=15), by=trainer, at=NOW)
    assert told(agent.user) == []


def test_seats_that_are_taken_are_not_moved_away(trainer):
    session = SessionFactory.create()
    SeatFactory.create_batch(2, session=session)
    with pytest.raises(WrongState) as refused:
        scheduling.move(session, plan_of(session, seats=1), by=trainer, at=NOW)
    assert "seats" in refused.value.fields


def test_what_keeps_people_at_the_new_time_is_told_before_it_is_moved(trainer, agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    DutyFactory.create(agent=agent, on=TOMORROW_14.date() + DAY)
    new = plan_of(session, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    with pytest.raises(MissingInformation) as refused:
        scheduling.move(session, new, by=trainer, at=NOW)
    assert agent.user.name in str(refused.value)
    assert scheduling.move(session, new, reason="已和主管说好", by=trainer, at=NOW)


def test_leaders_hear_of_whom_the_new_time_takes_off_a_shift(trainer, agent, supervisor):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    DutyFactory.create(agent=agent, on=TOMORROW_14.date() + DAY)
    new = plan_of(session, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    scheduling.move(session, new, reason="已和主管说好", by=trainer, at=NOW)
    assert told(supervisor) == ["session-off-duty"]


def test_nobody_is_moved_into_his_leave_or_into_a_second_session(trainer, agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    new = plan_of(session, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    other = SeatFactory.create(agent=agent, session=SessionFactory.create(starts_at=new.starts_at))
    with pytest.raises(WrongState) as refused:
        scheduling.move(session, new, reason="急", by=trainer, at=NOW)
    assert agent.user.name in str(refused.value)
    other.delete()
    leave_asked(agent, first_on=new.starts_at.date(), last_on=new.starts_at.date())
    agent.requests.update(state="approved")
    with pytest.raises(WrongState):
        scheduling.move(session, new, reason="急", by=trainer, at=NOW)


def test_who_has_a_seat_is_not_made_the_trainer(trainer, agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    with pytest.raises(WrongState) as refused:
        scheduling.move(session, plan_of(session, trainer=agent.user), reason="急", by=trainer, at=NOW)
    assert "trainer" in refused.value.fields


def test_a_reason_once_given_is_not_asked_again_for_more_seats(trainer):
    teacher = AgentFactory.create()
    DutyFactory.create(agent=teacher, on=TOMORROW_14.date())
    session = SessionFactory.create(trainer=teacher.user, reminded_at=NOW)
    moved = scheduling.move(session, plan_of(session, seats=15), by=trainer, at=NOW)
    assert (moved.seats, moved.reminded_at) == (15, NOW)


def test_nothing_is_moved_into_a_past_that_is_over(trainer):
    session = SessionFactory.create()
    long_ago = plan_of(session, starts_at=NOW - 9 * DAY, ends_at=NOW - 9 * DAY + HOUR)
    with pytest.raises(WrongState):
        scheduling.move(session, long_ago, by=trainer, at=NOW)


def test_a_session_does_not_stand_in_its_own_way(trainer):
    teacher = AgentFactory.create()
    session = SessionFactory.create(trainer=teacher.user)
    SeatFactory.create(session=session)
    new = plan_of(session, starts_at=session.starts_at + HOUR, ends_at=session.ends_at + HOUR)
    assert scheduling.move(session, new, by=trainer, at=NOW).starts_at == TOMORROW_14 + HOUR


def test_a_session_is_cancelled_with_a_reason_and_seats_count_no_more(trainer, agent):
    session = SessionFactory.create()
    seat = SeatFactory.create(session=session, agent=agent)
    with pytest.raises(MissingInformation):
        scheduling.cancel(session, reason=" ", by=trainer, at=NOW)
    cancelled = scheduling.cancel(session, reason="讲师生病", by=trainer, at=NOW)
    assert (cancelled.state, cancelled.reason) == (SessionState.CANCELLED, "讲师生病")
    assert told(agent.user) == ["session-cancelled"]
    seat.refresh_from_db()
    assert not seat.is_cancelled
    with pytest.raises(WrongState):
        scheduling.move(session, plan_of(session, seats=5), by=trainer, at=NOW)


def test_a_session_to_which_somebody_came_is_not_cancelled_nor_given_another_time(trainer):
    session = SessionFactory.create(starts_at=NOW - HOUR)
    seat = SeatFactory.create(session=session, presence=Presence.ABSENT)
    later = plan_of(session, starts_at=session.starts_at + DAY, ends_at=session.ends_at + DAY)
    with pytest.raises(WrongState):
        scheduling.move(session, later, by=trainer, at=NOW)
    assert scheduling.move(session, plan_of(session, seats=12), by=trainer, at=NOW).seats == 12
    seat.presence = Presence.LATE
    seat.save()
    with pytest.raises(WrongState):
        scheduling.cancel(session, reason="误点", by=trainer, at=NOW)
    seat.presence = Presence.ABSENT
    seat.save()
    cancelled = scheduling.cancel(session, reason="没有人来", by=trainer, at=NOW)
    assert cancelled.state == SessionState.CANCELLED


def test_the_register_is_closed_by_whoever_teaches_once_it_has_begun(agent):
    session = SessionFactory.create(trainer=agent.user)
    with pytest.raises(WrongState):
        scheduling.hold(session, by=agent.user, at=session.starts_at - HOUR)
    assert scheduling.hold(session, by=agent.user, at=session.ends_at).state == SessionState.HELD
    with pytest.raises(WrongState):
        scheduling.hold(session, by=agent.user, at=session.ends_at)


def test_a_room_loses_no_seats_that_planned_sessions_hold(trainer):
    room = rooms.add(name="大会议室", seats=30, by=trainer, at=NOW)
    SessionFactory.create(room=room, seats=25)
    SessionFactory.create(room=room, seats=28, starts_at=NOW - 5 * DAY, ends_at=NOW - 5 * DAY + HOUR)
    with pytest.raises(WrongState):
        rooms.change(room, name="大会议室", seats=24, is_active=True, by=trainer, at=NOW)
    with pytest.raises(WrongState):
        rooms.change(room, name="大会议室", seats=30, is_active=False, by=trainer, at=NOW)
    assert rooms.change(room, name="一号室", seats=25, is_active=True, by=trainer, at=NOW).seats == 25


def test_rooms_are_kept_by_those_who_plan_training(trainer, supervisor):
    room = RoomFactory.create(name="小会议室")
    with pytest.raises(NotAllowed):
        rooms.add(name="新", seats=3, by=supervisor, at=NOW)
    with pytest.raises(NotAllowed):
        rooms.change(room, name="新", seats=3, is_active=True, by=supervisor, at=NOW)
    with pytest.raises(AlreadyTaken):
        rooms.add(name="小会议室", seats=3, by=trainer, at=NOW)
    with pytest.raises(MissingInformation):
        rooms.add(name="新", seats=0, by=trainer, at=NOW)


def test_a_session_of_last_week_can_still_be_entered(trainer):
    starts_at = NOW - timedelta(days=5)
    late = replace(plan(trainer), starts_at=starts_at, ends_at=starts_at + HOUR)
    assert scheduling.schedule(CourseFactory.create(), late, by=trainer, at=NOW)
