"""Fill an empty database with a department that looks real."""

from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import override

from complaints import service_policies
from config.demo import (
    daily,
    demand,
    desk,
    history,
    knowledge,
    needs,
    peaks,
    people,
    requests,
    rosters,
    sittings,
    teaching,
    training,
    waiting,
)
from portal.models import User
from staffing import calendars, labour_rules


class Command(BaseCommand):
    help = "Fills an empty database with a demonstration department, and keeps the one it filled before."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--agents", type=int, default=60)
        parser.add_argument("--tickets", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *, agents: int, tickets: int, seed: int, **_options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demonstration accounts have known passwords: refused where DEBUG is off.")
        if people.are_there():
            self.stdout.write("The demonstration department is kept as it is.")
        elif User.objects.exists():
            raise CommandError("This database holds other data; the demonstration needs an empty one.")
        else:
            self._fill(agents, tickets, rng=Random(seed))  # noqa: S311 - repeatable, not secret
        for username, (name, role) in people.ACCOUNTS.items():
            self.stdout.write(f"  {username:<12}{people.password_of(username):<18}{name}  {role}")

    @transaction.atomic
    def _fill(self, agents: int, tickets: int, *, rng: Random) -> None:
        """All or nothing: an interrupted run leaves an empty database, which the next one fills."""
        at = now().replace(microsecond=0)
        with override("zh-hans"):
            calendars.seed_standard_calendars(by=None, at=at)
            labour_rules.seed_standard_rules(by=None, at=at)
            service_policies.seed_standard_policy(by=None, at=history.begins_at(at))
            staff = people.open_department(agents, rng=rng, at=at)
            self.stdout.write(f"{agents} agents in {len(staff.agents)} teams")
            people.open_duty(staff, rng=rng, at=at)
            rosters.fill(staff, at=at)
            requests.fill(staff, at=at)
            history.write(tickets, rng=rng, at=at, report=self._report)
            desk.fill(staff, at=at)
            waiting.fill(staff, at=at)
            peaks.fill(staff, at=at)
            demand.fill(staff, rng=rng, at=at)
            daily.fill(staff, at=at)
            training.open_training(staff, rng=rng, at=at)
            sittings.fill(staff, at=at)
            knowledge.open_knowledge(staff, at=at)
            teaching.fill(staff, at=at)
            needs.open_needs(staff, at=at)
        self.stdout.write("")

    def _report(self, done: int) -> None:
        self.stdout.write(f"\r{done} tickets", ending="")
        self.stdout.flush()
