"""Announcements: a draft, and one that is out by the step that brings it out."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.choices import Role
from tests.factories import NOW, TODAY, UserFactory
from training.announcements import publishing
from training.models import Announcement, Question

DUE_ON = TODAY + timedelta(days=3)


class AnnouncementFactory(DjangoModelFactory[Announcement]):
    """A draft for the whole department, to be confirmed in three days."""

    class Meta:
        model = Announcement

    title = factory.Sequence(lambda n: f"退款流程调整{n}")
    body = "先核对**订单**，再退款。"
    html = "<p>先核对<strong>订单</strong>，再退款。</p>"
    author = factory.SubFactory(UserFactory, roles=[Role.TRAINER])
    due_on = DUE_ON


def published(*, teams: Iterable[Any] = (), questions: Iterable[Question] = (), **facts: Any) -> Announcement:
    announcement: Any = AnnouncementFactory.create(**facts)
    announcement.teams.set(teams)
    announcement.questions.set(questions)
    return publishing.publish(announcement, by=None, at=NOW)
