import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from portal.transfers.importers import Result
from training.knowledge.loading import load_many

SOME_REJECTED = 3
UNUSABLE = 2


class Command(BaseCommand):
    help = (
        "Take in articles of a file of JSON lines and publish them. Told again, nothing changes. "
        "Exit code 0: all lines taken; 3: some left out; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help='{"id", "title", "body", "category", "questions": []} a line'
        )

    def handle(self, *, file: Path, **_options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig") as lines:
                counts, faults = load_many(lines, at=now())
        except (OSError, UnicodeDecodeError) as error:
            message = _("%(path)s cannot be read as UTF-8 text.") % {"path": file}
            raise CommandError(message, returncode=UNUSABLE) from error
        for fault in faults:
            self.stderr.write(f"{fault.line}\t{fault.message}")
        self.stdout.write("  ".join(f"{result} {counts[result]}" for result in Result))
        if faults:
            sys.exit(SOME_REJECTED)
