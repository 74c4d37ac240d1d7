"""Seats are booked and given back; what keeps people is told. # T2"""

from datetime import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry, OutboxMessage, User
from staffing.models import Agent
from tests.daily_factories import MeetingFactory
from tests.factories import (
    NOW,
    AgentFactory,
    DepartmentFactory,
    DutyFactory,
    TeamFactory,
    UserFactory,
)
from tests.request_factories import leave_asked
from tests.session_factories import DAY, HOUR, TOMORROW_14, SeatFactory, SessionFactory
from tests.training_factories import EnrolmentFactory
from training.choices import EnrolmentState, Presence, SessionState
from training.models import SessionBooking, TrainingSession
from training.sessions import booking, candidates, register, reminders
from training.sessions.clashes import clashes_of
from training.sessions.register import Mark

pytestmark = pytest.mark.django_db

TOMORROW = TOMORROW_14.date()


def book(session: TrainingSession, *agents: Agent, by: User | None, reason: str = "") -> list[SessionBooking]:
    return booking.book(session, agents, by=by, at=NOW, reason=reason)


def told(user: User) -> list[str]:
    keys = OutboxMessage.objects.filter(user=user).order_by("pk").values_list("key", flat=True)
    return [key.split(":")[0] for key in keys]


def texts(agent: Agent, *, seen_by: User | None = None) -> list[str]:
    found = clashes_of([agent], TOMORROW_14, TOMORROW_14 + 2 * HOUR, seen_by=seen_by)
    return [clash.text for clash in found[agent.pk]]


def test_a_supervisor_books_the_own_people_and_they_are_told(supervisor, agent, stranger):
    session = SessionFactory.create()
    (seat,) = book(session, agent, by=supervisor)
    assert (seat.agent, seat.reason, told(agent.user)) == (agent, "", ["session-seat"])
    assert AuditEntry.objects.of(session).get().changes["booked"] == [[], ["组员"]]
    with pytest.raises(NotAllowed):
        book(session, stranger, by=supervisor)
    with pytest.raises(NotAllowed):
        book(session, stranger, by=agent.user)


def test_all_are_booked_or_none(trainer):
    session = SessionFactory.create(seats=2)
    with pytest.raises(AlreadyTaken) as refused:
        book(session, *AgentFactory.create_batch(3), by=trainer)
    assert "2" in str(refused.value)
    assert not SessionBooking.objects.exists()
    with pytest.raises(MissingInformation):
        book(session, by=trainer)


def test_nobody_has_two_seats_and_one_given_back_is_taken_again(trainer, agent):
    session = SessionFactory.create()
    (seat,) = book(session, agent, by=trainer)
    with pytest.raises(AlreadyTaken):
        book(session, agent, by=trainer)
    booking.give_back(seat, by=agent.user, at=NOW)
    assert book(session, agent, by=trainer) == [seat]
    seat.refresh_from_db()
    assert not seat.is_cancelled


def test_who_is_marked_already_gives_nothing_back(trainer, agent):
    session = SessionFactory.create(trainer=trainer, starts_at=NOW + HOUR / 3)
    seat = SeatFactory.create(session=session, agent=agent)
    present = Mark(presence=Presence.PRESENT, seen=Presence.UNMARKED)
    register.mark(session, {seat.pk: present}, by=trainer, at=NOW)
    with pytest.raises(WrongState):
        booking.give_back(seat, by=agent.user, at=NOW)


def test_many_seats_are_looked_over_in_as_many_queries_as_one(trainer):
    session = SessionFactory.create(seats=10)
    counts = []
    for people in (AgentFactory.create_batch(2), AgentFactory.create_batch(4)):
        with CaptureQueriesContext(connection) as queries:
            book(session, *people, by=trainer)
        counts.append(
            sum("staffing_agent" in query["sql"] for query in queries if "SELECT" in query["sql"][:6])
        )
    assert counts[0] == counts[1]


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.HELD])
def test_only_a_session_to_come_is_booked(trainer, agent, state: SessionState):
    with pytest.raises(WrongState):
        book(SessionFactory.create(state=state), agent, by=trainer)
    with pytest.raises(WrongState):
        book(SessionFactory.create(starts_at=NOW), agent, by=trainer)
    with pytest.raises(WrongState):
        book(SessionFactory.create(), AgentFactory.create(has_left=True), by=trainer)


def test_a_shift_at_the_time_is_named_and_passes_with_a_reason(trainer, agent, supervisor):
    DutyFactory.create(agent=agent, on=TOMORROW)
    session = SessionFactory.create()
    with pytest.raises(MissingInformation) as refused:
        book(session, agent, by=trainer)
    assert "白班 03-12 09:00–18:00" in str(refused.value)
    assert "reason" in refused.value.fields
    (seat,) = book(session, agent, by=trainer, reason="已安排顶班")
    assert seat.reason == "已安排顶班"
    assert told(supervisor) == ["session-off-duty"]


def test_a_shift_that_ends_as_the_session_begins_keeps_nobody(trainer, agent):
    DutyFactory.create(agent=agent, on=TOMORROW, starts_at=TOMORROW_14 - 6 * HOUR, ends_at=TOMORROW_14)
    assert book(SessionFactory.create(), agent, by=trainer)[0].reason == ""


def test_a_draft_keeps_but_is_told_only_to_those_who_see_rosters(agent, supervisor, trainer):
    DutyFactory.create(agent=agent, on=TOMORROW, is_draft=True)
    assert len(texts(agent, seen_by=supervisor)) == 1
    assert texts(agent, seen_by=trainer) == []
    session = SessionFactory.create()
    with pytest.raises(MissingInformation):
        book(session, agent, by=supervisor)
    DutyFactory.create(agent=agent, on=TOMORROW, is_cancelled=True, starts_at=TOMORROW_14 + HOUR)
    assert len(texts(agent)) == 1


def test_nobody_is_called_back_from_leave(trainer, agent):
    asked = leave_asked(agent, first_on=TOMORROW, last_on=TOMORROW)
    session = SessionFactory.create()
    with pytest.raises(MissingInformation):
        book(session, agent, by=trainer)
    asked.state = "approved"
    asked.save()
    with pytest.raises(WrongState):
        book(session, agent, by=trainer, reason="一定要来")


@pytest.mark.parametrize(("hours", "clashes"), [((9, 12), 0), ((15, 18), 1), ((9, 14), 0)])
def test_leave_for_some_hours_keeps_in_those_hours(agent, hours: tuple[int, int], clashes: int):
    leave_asked(agent, first_on=TOMORROW, last_on=TOMORROW)
    agent.requests.update(state="approved", starts=time(hours[0]), ends=time(hours[1]))
    assert len(texts(agent)) == clashes


def test_leave_of_the_day_after_midnight_keeps_nobody_the_evening_before(agent):
    leave_asked(agent, first_on=TOMORROW + DAY, last_on=TOMORROW + DAY)
    midnight = TOMORROW_14 + 10 * HOUR
    assert clashes_of([agent], midnight - 2 * HOUR, midnight, seen_by=None)[agent.pk] == []
    assert clashes_of([agent], midnight - 2 * HOUR, midnight + HOUR, seen_by=None)[agent.pk]


def test_leave_is_of_the_day_where_somebody_works():
    """At 08:00 in Shanghai it is the evening before in New York."""
    there = DepartmentFactory.create(name="北美客服部", timezone="America/New_York")
    agent = AgentFactory.create(team=TeamFactory.create(department=there))
    leave_asked(agent, first_on=TOMORROW, last_on=TOMORROW)
    morning = TOMORROW_14 - 6 * HOUR
    assert clashes_of([agent], morning, morning + HOUR, seen_by=None)[agent.pk] == []
    assert clashes_of([agent], morning + 12 * HOUR, morning + 13 * HOUR, seen_by=None)[agent.pk]


def test_a_night_that_began_the_evening_before_keeps_until_it_ends(agent):
    night = TOMORROW_14 - 16 * HOUR
    DutyFactory.create(agent=agent, on=night.date(), starts_at=night, ends_at=night + 8 * HOUR)
    assert clashes_of([agent], night + 7 * HOUR, night + 9 * HOUR, seen_by=None)[agent.pk]
    assert clashes_of([agent], night + 8 * HOUR, night + 9 * HOUR, seen_by=None)[agent.pk] == []


def test_nobody_sits_in_two_sessions_or_teaches_while_he_learns(trainer, agent):
    SeatFactory.create(agent=agent, session=SessionFactory.create(starts_at=TOMORROW_14 + HOUR))
    teacher = AgentFactory.create()
    SessionFactory.create(trainer=teacher.user)
    for one in (agent, teacher):
        with pytest.raises(WrongState):
            book(SessionFactory.create(), one, by=trainer, reason="急")


def test_a_meeting_at_the_time_is_named(trainer, agent):
    MeetingFactory.create(chaired_by=agent, title="周例会", starts_at=TOMORROW_14 + HOUR)
    assert "周例会" in texts(agent)[0]
    assert book(SessionFactory.create(), agent, by=trainer, reason="会议已改期")


def test_one_books_oneself_for_a_course_one_has_to_do_where_nothing_stands_in_the_way(agent):
    session = SessionFactory.create()
    with pytest.raises(NotAllowed):
        book(session, agent, by=agent.user)
    EnrolmentFactory.create(agent=agent, course=session.course)
    assert book(session, agent, by=agent.user)
    assert told(agent.user) == []
    other = SessionFactory.create(course=session.course, starts_at=TOMORROW_14 + DAY)
    DutyFactory.create(agent=agent, on=TOMORROW + DAY)
    with pytest.raises(MissingInformation):  # His leader decides whether he is away from the shift.
        book(other, agent, by=agent.user, reason="我想去")


def test_a_seat_is_given_back_by_oneself_or_with_a_reason(agent, supervisor, stranger):
    session = SessionFactory.create()
    seat = SeatFactory.create(session=session, agent=agent)
    with pytest.raises(NotAllowed):
        booking.give_back(seat, by=stranger.user, at=NOW)
    with pytest.raises(MissingInformation):
        booking.give_back(seat, by=supervisor, at=NOW)
    assert booking.give_back(seat, reason="值班", by=supervisor, at=NOW).is_cancelled
    assert told(agent.user) == ["session-back"]
    with pytest.raises(AlreadyTaken):
        booking.give_back(seat, by=agent.user, at=NOW)
    own = SeatFactory.create(session=session, agent=AgentFactory.create())
    booking.give_back(own, by=own.agent.user, at=NOW)
    assert told(session.trainer) == ["session-back"]
    late = SeatFactory.create(session=SessionFactory.create(starts_at=NOW), agent=agent)
    with pytest.raises(WrongState):
        booking.give_back(late, by=agent.user, at=NOW)


def test_candidates_have_the_course_to_do_and_no_seat(trainer, team, supervisor, stranger):
    session = SessionFactory.create()
    free, busy, seated, done = AgentFactory.create_batch(4, team=team)
    for one in (free, busy, seated, stranger):
        EnrolmentFactory.create(agent=one, course=session.course)
    EnrolmentFactory.create(agent=done, course=session.course, state=EnrolmentState.COMPLETED, ended_at=NOW)
    SeatFactory.create(session=session, agent=seated)
    DutyFactory.create(agent=busy, on=TOMORROW)
    other = SeatFactory.create(
        agent=stranger, session=SessionFactory.create(course=session.course, starts_at=TOMORROW_14 + DAY)
    )
    found = candidates.candidates(session, by=trainer, at=NOW)
    assert [one.agent for one in found] == [free, *[one.agent for one in found[1:]]]
    assert {one.agent: (bool(one.clashes), one.elsewhere) for one in found} == {
        free: (False, None), busy: (True, None), stranger: (False, other.session),
    }  # fmt: skip
    own = candidates.candidates(session, by=supervisor, at=NOW)
    assert {one.agent for one in own} == {free, busy}


def test_many_candidates_ask_the_database_no_more(trainer):
    session = SessionFactory.create()
    counts = []
    candidates.candidates(session, by=trainer, at=NOW)  # Roles and permissions are read once.
    for _ in range(2):
        for _agent in range(3):
            EnrolmentFactory.create(course=session.course)
        with CaptureQueriesContext(connection) as queries:
            candidates.candidates(session, by=trainer, at=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 7


def test_open_sessions_are_those_of_ones_courses_with_seats_left(agent):
    course = EnrolmentFactory.create(agent=agent).course
    full = SessionFactory.create(course=course, seats=1)
    SeatFactory.create(session=full)
    free = SessionFactory.create(course=course, starts_at=TOMORROW_14 + DAY)
    SessionFactory.create()
    assert candidates.open_to(agent, NOW) == [free]
    SeatFactory.create(session=free, agent=agent)
    assert candidates.open_to(agent, NOW) == []


def test_the_day_before_those_with_a_seat_are_reminded_once_for_each_time(agent):
    session = SessionFactory.create()
    SeatFactory.create(session=session, agent=agent)
    SeatFactory.create(session=session, agent=AgentFactory.create(), is_cancelled=True)
    SessionFactory.create(state=SessionState.CANCELLED)
    assert reminders.remind(session.starts_at - DAY - HOUR) == 0
    assert reminders.remind(session.starts_at - DAY) == 1
    assert reminders.remind(session.starts_at - HOUR) == 0
    assert told(agent.user) == told(session.trainer) == ["session-soon"]
    assert OutboxMessage.objects.count() == 2


def test_seats_are_seen_by_whose_they_are_his_leaders_and_whoever_teaches(agent, supervisor, stranger):
    teacher = UserFactory.create(roles=[Role.HANDLER])
    seat = SeatFactory.create(agent=agent, session=SessionFactory.create(trainer=teacher))
    mate = AgentFactory.create(team=agent.team)
    director = UserFactory.create(roles=[Role.DIRECTOR])
    people = (agent.user, supervisor, teacher, director, mate.user, stranger.user)
    sees = [SessionBooking.objects.visible_to(one).filter(pk=seat.pk).exists() for one in people]
    assert sees == [True, True, True, True, False, False]
