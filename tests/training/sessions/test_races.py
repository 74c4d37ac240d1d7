"""Two at once: a room, a trainer, the last seat, one person in two sessions. Each with its control. # T2"""

from typing import Any

import pytest
from django.db import transaction

from portal.choices import Role
from portal.errors import AlreadyTaken, WrongState
from portal.models import User
from staffing.models import Agent
from staffing.querysets import AgentQuerySet
from tests.complaints.test_races import MANY, Meeting, kinds, race
from tests.factories import NOW, AgentFactory, TeamFactory, UserFactory
from tests.session_factories import HOUR, TOMORROW_14, RoomFactory, SessionFactory
from tests.training.racing import meanwhile
from tests.training_factories import CourseFactory
from training.choices import CourseState
from training.models import Course, Room, SessionBooking, TrainingSession
from training.sessions import booking, clashes, scheduling
from training.sessions.scheduling import Plan

pytestmark = pytest.mark.django_db(transaction=True)


def trainers(count: int) -> list[User]:
    return UserFactory.create_batch(count, roles=[Role.TRAINER])


def planned(course: Any, trainer: User, room: Any) -> TrainingSession:
    plan = Plan(trainer=trainer, room=room, starts_at=TOMORROW_14, ends_at=TOMORROW_14 + HOUR, seats=5)
    return scheduling.schedule(course, plan, by=None, at=NOW)


def met_before(monkeypatch: Any, room: Any, name: str, count: int) -> None:
    """All have looked before the first goes on with what comes after the look."""
    meeting, step = Meeting(count), getattr(room, name)

    def late(*args: Any, **kwargs: Any) -> Any:
        meeting.wait()
        return step(*args, **kwargs)

    monkeypatch.setattr(room, name, late)


def test_of_eight_who_want_a_room_one_has_it():
    course, room, people = CourseFactory.create(), RoomFactory.create(), trainers(MANY)
    outcomes = race(MANY, lambda n: planned(course, people[n], room))
    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}


def test_of_eight_who_want_a_trainer_one_has_him():
    course, (trainer,) = CourseFactory.create(), trainers(1)
    places = [RoomFactory.create() for _ in range(MANY)]
    outcomes = race(MANY, lambda n: planned(course, trainer, places[n]))
    assert kinds(outcomes) == {"won": 1, AlreadyTaken.__name__: MANY - 1}


@pytest.mark.postgres
def test_without_the_lock_two_have_the_room_and_the_trainer(monkeypatch):
    courses, room, (trainer,) = CourseFactory.create_batch(2), RoomFactory.create(), trainers(1)
    monkeypatch.setattr(scheduling, "_hold_place", lambda plan: plan)
    met_before(monkeypatch, scheduling, "_require_trainer_free", 2)
    outcomes = race(2, lambda n: planned(courses[n], trainer, room))
    assert kinds(outcomes) == {"won": 2}


def test_of_eight_who_want_the_last_three_seats_three_have_one():
    session, agents = SessionFactory.create(seats=3), AgentFactory.create_batch(MANY)
    outcomes = race(MANY, lambda n: booking.book(session, [agents[n]], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 3, AlreadyTaken.__name__: MANY - 3}
    assert SessionBooking.objects.standing().count() == 3


@pytest.mark.postgres
def test_without_the_lock_the_last_seat_is_given_twice(monkeypatch):
    session, agents = SessionFactory.create(seats=1), AgentFactory.create_batch(2)
    monkeypatch.setattr(booking, "_coming", lambda session, _at: session)
    met_before(monkeypatch, booking, "_seat", 2)
    outcomes = race(2, lambda n: booking.book(session, [agents[n]], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 2}
    assert SessionBooking.objects.standing().count() == 2


def test_one_person_is_booked_into_one_of_two_sessions_at_a_time():
    agent, sessions = AgentFactory.create(), SessionFactory.create_batch(2)
    outcomes = race(2, lambda n: booking.book(sessions[n], [agent], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 1, WrongState.__name__: 1}


@pytest.mark.postgres
def test_without_the_persons_lock_he_sits_in_both(monkeypatch):
    agent, sessions = AgentFactory.create(), SessionFactory.create_batch(2)
    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    met_before(monkeypatch, booking, "_seat", 2)
    outcomes = race(2, lambda n: booking.book(sessions[n], [agent], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 2}


def learns_or_teaches(agent: Agent, session: TrainingSession, course: Any) -> Any:
    """One books somebody into a session, another makes him the trainer of a second at the same time."""
    room = RoomFactory.create()
    acts = (
        lambda: booking.book(session, [agent], by=None, at=NOW),
        lambda: planned(course, agent.user, room),
    )
    return race(2, lambda n: acts[n]())


def test_nobody_is_given_a_seat_while_he_is_made_a_trainer():
    agent, session, course = AgentFactory.create(), SessionFactory.create(), CourseFactory.create()
    assert kinds(learns_or_teaches(agent, session, course)) == {"won": 1, WrongState.__name__: 1}


@pytest.mark.postgres
def test_without_the_persons_lock_he_learns_and_teaches_at_once(monkeypatch):
    agent, session, course = AgentFactory.create(), SessionFactory.create(), CourseFactory.create()
    meeting, look = Meeting(2), clashes.clashes_of

    def late(*args: Any, **facts: Any) -> Any:
        found = look(*args, **facts)
        meeting.wait()
        return found

    monkeypatch.setattr(AgentQuerySet, "locked", AgentQuerySet.all)
    monkeypatch.setattr(clashes, "clashes_of", late)
    assert kinds(learns_or_teaches(agent, session, course)) == {"won": 2}


@pytest.mark.postgres
def test_who_waits_while_the_trainer_changes_finds_the_session_as_it_is_then():
    session, agent, (other,) = SessionFactory.create(), AgentFactory.create(), trainers(1)
    (seat,) = meanwhile(
        lambda: TrainingSession.objects.filter(pk=session.pk).update(trainer=other),
        lambda: booking.book(session, [agent], by=None, at=NOW),
    )
    assert seat.session.trainer == other


@pytest.mark.postgres
def test_locked_over_a_join_the_session_would_not_be_found():
    """The control: what was done before."""
    session, (other,) = SessionFactory.create(), trainers(1)

    def over_a_join() -> TrainingSession:
        with transaction.atomic():
            rows = TrainingSession.objects.select_for_update(of=("self",), no_key=True)
            return rows.select_related("course", "trainer", "room").get(pk=session.pk)

    change = TrainingSession.objects.filter(pk=session.pk)
    assert isinstance(
        meanwhile(lambda: change.update(trainer=other), over_a_join), TrainingSession.DoesNotExist
    )


@pytest.mark.postgres
def test_who_is_booked_while_he_changes_teams_has_his_seat():
    session, agent, team = SessionFactory.create(), AgentFactory.create(), TeamFactory.create()
    seats = meanwhile(
        lambda: Agent.objects.filter(pk=agent.pk).update(team=team),
        lambda: booking.book(session, [agent], by=None, at=NOW),
    )
    assert [seat.agent for seat in seats] == [agent]


@pytest.mark.postgres
def test_a_room_that_loses_seats_meanwhile_is_not_overbooked():
    course, room, (trainer,) = CourseFactory.create(), RoomFactory.create(seats=5), trainers(1)
    outcome = meanwhile(
        lambda: Room.objects.filter(pk=room.pk).update(seats=4), lambda: planned(course, trainer, room)
    )
    assert isinstance(outcome, WrongState)


@pytest.mark.postgres
def test_a_course_that_ends_meanwhile_gets_no_date():
    course, room, (trainer,) = CourseFactory.create(), RoomFactory.create(), trainers(1)
    outcome = meanwhile(
        lambda: Course.objects.filter(pk=course.pk).update(state=CourseState.ENDED),
        lambda: planned(course, trainer, room),
    )
    assert isinstance(outcome, WrongState)
