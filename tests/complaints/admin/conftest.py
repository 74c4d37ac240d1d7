"""A team with its people, at a fixed hour; and how a page of the ticket admin is asked."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints.models import ServicePolicy, Ticket
from portal.choices import Role
from portal.models import User
from staffing.models import Agent, Team
from tests.factories import (
    NOW,
    AgentFactory,
    CategoryFactory,
    TeamFactory,
    UserFactory,
    agent_on_duty,
    standard_policy,
)

AT_WORK = pytest.mark.usefixtures("fixed_hour", "policy")
"""For a whole module: NOW stands still, and the standard policy is in force."""
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def fixed_hour() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def policy(db: None) -> ServicePolicy:  # noqa: ARG001
    return standard_policy()


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def handler(team: Team) -> Agent:
    return agent_on_duty(team=team, user__name="林晓雨")


@pytest.fixture
def colleague(team: Team) -> Agent:
    return agent_on_duty(team=team, user__name="赵勇玲")


@pytest.fixture
def stranger() -> Agent:
    """A handler of another team."""
    return AgentFactory.create(team=TeamFactory.create(name="热线组"), user__name="何静")


@pytest.fixture
def supervisor(team: Team) -> User:
    return agent_on_duty(team=team, user__name="周敏", user__roles=[Role.SUPERVISOR]).user


@pytest.fixture
def inspector() -> User:
    return UserFactory.create(roles=[Role.INSPECTOR])


@pytest.fixture
def category():
    return CategoryFactory.create(name="退款延迟")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """The browser of a person, who reads the sources' own language."""

    def sign_in(user: User) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def page(ticket: Ticket) -> str:
    return reverse("admin:complaints_ticket_change", args=[ticket.pk])


def act(client: Client, ticket: Ticket, name: str, *, version: int | None = None, **typed: Any) -> Any:
    """Send the form of an act as its dialog does."""
    data = {"version": ticket.version if version is None else version, **typed}
    return client.post(reverse("admin:complaints_ticket_act", args=[ticket.pk, name]), data, headers=FRAGMENT)


def is_done(response: Any) -> bool:
    """Whether the page behind the dialog was told to read itself anew."""
    return response.headers.get("HX-Refresh") == "true"
