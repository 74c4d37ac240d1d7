import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from staffing.demand import requirement
from staffing.demand.requirement import Target


class Command(BaseCommand):
    help = "Print how many agents a service level needs, before and after shrinkage, as JSON."
    requires_system_checks: list[str] = []  # It is arithmetic and needs no database.

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Target()
        parser.add_argument("--arrivals", required=True, type=float, help="contacts in the interval")
        parser.add_argument("--interval-minutes", type=float, default=30)
        parser.add_argument("--aht-seconds", required=True, type=float, help="mean handling time")
        parser.add_argument("--service-level", type=float, default=usual.service_level, help="share, 0 to 1")
        parser.add_argument("--within-seconds", type=float, default=usual.within_seconds)
        parser.add_argument("--patience-seconds", type=float, help="mean; given, callers may hang up")
        parser.add_argument("--max-occupancy", type=float, default=usual.max_occupancy)
        parser.add_argument("--shrinkage", type=float, default=usual.shrinkage)

    def handle(self, *, arrivals: float, interval_minutes: float, aht_seconds: float, **options: Any) -> None:
        names = ("service_level", "within_seconds", "patience_seconds", "max_occupancy", "shrinkage")
        try:
            target = Target(**{name: options[name] for name in names})
            load = requirement.load_of(arrivals, aht_seconds, interval_minutes * 60)
            found = requirement.require(load, target, aht_seconds=aht_seconds)
        except (ValueError, OverflowError) as error:
            raise CommandError(str(error)) from error
        answer = {
            "model": "erlang-c" if target.patience_seconds is None else "erlang-a",
            "agents": found.agents,
            "scheduled": found.scheduled,
            "service_level": found.service.service_level,
            "asa_seconds": found.service.asa_seconds,
            "occupancy": found.service.occupancy,
            "abandon_rate": found.service.abandon_rate,
        }
        self.stdout.write(json.dumps(answer))
