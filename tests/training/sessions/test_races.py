"""Two at once: a room, a trainer, the last seat, one person in two sessions. Each with its control. # T2"""

from typing import Any

import pytest

from portal.choices import Role
from portal.errors import AlreadyTaken, WrongState
from portal.models import User
from tests.complaints.test_races import MANY, Meeting, kinds, race
from tests.factories import NOW, AgentFactory, UserFactory
from tests.session_factories import HOUR, TOMORROW_14, RoomFactory, SessionFactory
from tests.training_factories import CourseFactory
from training.models import SessionBooking, TrainingSession
from training.sessions import booking, scheduling
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
    course, room, (trainer,) = CourseFactory.create(), RoomFactory.create(), trainers(1)
    monkeypatch.setattr(scheduling, "_hold_place", lambda _plan: None)
    met_before(monkeypatch, scheduling, "_require_trainer_free", 2)
    outcomes = race(2, lambda _n: planned(course, trainer, room))
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
    monkeypatch.setattr(scheduling, "hold_agents", lambda _keys: [agent])
    met_before(monkeypatch, booking, "_seat", 2)
    outcomes = race(2, lambda n: booking.book(sessions[n], [agent], by=None, at=NOW))
    assert kinds(outcomes) == {"won": 2}
