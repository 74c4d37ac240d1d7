"""Ninety days of matters, written in bulk."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from django.db import transaction
from django.db.models import Model
from django.utils.timezone import localdate

from complaints import customers, deadlines
from complaints.identities import CustomerFacts
from complaints.models import (
    Callback,
    CallbackAttempt,
    Category,
    Clock,
    ClockPause,
    Message,
    OwnershipEntry,
    Promise,
    SurveyAnswer,
    SurveyInvitation,
    Ticket,
    TicketEvent,
)
from config.demo import arrivals, plot
from config.demo.arrivals import World
from config.demo.story import Story
from staffing.models import Agent, Certificate

DAYS = 90
BATCH = 1000
ORDER: tuple[type[Model], ...] = (
    OwnershipEntry,
    Message,
    Promise,
    ClockPause,
    Callback,
    CallbackAttempt,
    SurveyInvitation,
    SurveyAnswer,
)
"""What refers to another stands after it."""


def begins_at(at: datetime) -> datetime:
    return at - timedelta(days=DAYS)


def write(
    count: int, *, rng: Random, at: datetime, report: Callable[[int], None] = lambda _done: None
) -> None:
    """Tell and write `count` matters of the last ninety days, in the order of their arrival."""
    world = _world(rng=rng, at=at)
    people = arrivals.customers(max(20, count * 6 // 10), rng=rng)
    files = _customer_files(people, at=at)
    moments = arrivals.arrivals(count, DAYS, rng=rng, now=at)
    for start in range(0, count, BATCH):
        stories = []
        for number, moment in enumerate(moments[start : start + BATCH], start=start):
            draft = arrivals.draft(world, people, number, at=moment)
            stories.append(plot.tell(world, draft, files[draft.customer.phone], at=moment))
        _write(stories)
        report(start + len(stories))


def _world(*, rng: Random, at: datetime) -> World:
    certified: dict[str, list[Agent]] = defaultdict(list)
    valid = Certificate.objects.valid(localdate(at)).select_related("agent__user", "agent__team", "skill")
    for certificate in valid.order_by("pk"):
        certified[certificate.skill.code].append(certificate.agent)
    return World(
        rng=rng,
        now=at,
        promises=deadlines.Promises.at(at),
        categories={
            one.code: one
            for one in Category.objects.select_related("skill", "parent__skill", "parent__parent")
        },
        certified=certified,
        present=frozenset(Agent.objects.on_duty(at).values_list("pk", flat=True)),
    )


def _customer_files(people: Sequence[CustomerFacts], *, at: datetime) -> dict[str, customers.Found]:
    files: dict[str, customers.Found] = {}
    with transaction.atomic():
        for start in range(0, len(people), BATCH):
            some = people[start : start + BATCH]
            opened = customers.find_or_open([(facts, "") for facts in some], at=at)
            files |= {facts.phone: found for facts, found in zip(some, opened, strict=True)}
    return files


@transaction.atomic
def _write(stories: Sequence[Story]) -> None:
    Ticket.objects.bulk_create([story.ticket for story in stories])
    TicketEvent.objects.bulk_create([event for story in stories for event in story.events])
    Clock.objects.bulk_create([clock for story in stories for clock in story.clocks])
    for model in ORDER:
        rows = [row for story in stories for row in story.rows if type(row) is model]
        model._default_manager.bulk_create(rows)
