from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import clients
from portal.choices import Scope
from portal.errors import DomainError


class Command(BaseCommand):
    help = "Connects a system and prints its token, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        # Both `--scope a b` and `--scope a --scope b`.
        parser.add_argument(
            "--scope", nargs="+", action="extend", dest="scopes", choices=Scope.values, required=True
        )

    def handle(self, *args: Any, name: str, scopes: list[str], **options: Any) -> None:
        try:
            _client, token = clients.create(name, scopes, by=None, at=timezone.now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(token)
