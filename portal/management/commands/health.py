import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal import health


class Command(BaseCommand):
    help = "JSON of database, broker, worker, scheduler and outbox; exits 1 if one of them does not work."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        parts = health.examine(timezone.now())
        is_well = all(part.is_well for part in parts)
        self.stdout.write(json.dumps({"ok": is_well} | {part.name: part.as_json() for part in parts}))
        if not is_well:
            raise SystemExit(1)
