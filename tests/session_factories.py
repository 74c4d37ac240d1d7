"""Rows of sessions: a room, a session tomorrow from 14:00 to 16:00, a seat in it."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from portal.choices import Role
from tests.factories import NOW, AgentFactory, UserFactory
from tests.training_factories import CourseFactory
from training.models import Room, SessionBooking, TrainingSession

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TOMORROW_14 = NOW.replace(hour=14, minute=0) + DAY


class RoomFactory(DjangoModelFactory[Room]):
    class Meta:
        model = Room

    name = factory.Sequence(lambda n: f"培训室{n}")
    seats = 20


class SessionFactory(DjangoModelFactory[TrainingSession]):
    """Tomorrow, from 14:00 to 16:00."""

    class Meta:
        model = TrainingSession

    course = factory.SubFactory(CourseFactory)
    trainer = factory.SubFactory(UserFactory, roles=[Role.TRAINER])
    room = factory.SubFactory(RoomFactory)
    starts_at = TOMORROW_14
    ends_at = factory.LazyAttribute(lambda session: session.starts_at + 2 * HOUR)
    seats = 10


class SeatFactory(DjangoModelFactory[SessionBooking]):
    class Meta:
        model = SessionBooking

    session = factory.SubFactory(SessionFactory)
    agent = factory.SubFactory(AgentFactory)
    booked_at = NOW
