from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from training.phrases import loading


class Command(BaseCommand):
    help = "Adds the standard phrases and forbidden words that come with the portal; what is there stays."

    def handle(self, *_args: Any, **_options: Any) -> None:
        loaded = loading.load(by=None, at=timezone.now())
        self.stdout.write(
            f"{loaded.scenes} scenes, {loaded.standard} standard phrases, {loaded.forbidden} forbidden added."
        )
