from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Compiles the translations, without the gettext that compilemessages needs."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                language = source.parts[-3]  # Babel keeps the rule of plurals only for a language it is told.
                with source.open("rb") as texts, source.with_suffix(".mo").open("wb") as compiled:
                    write_mo(compiled, read_po(texts, locale=language))
