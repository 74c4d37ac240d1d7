from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portal import anchor, sealing
from portal.sealing import Flaw


class Command(BaseCommand):
    help = "Checks the audit log against its seals; exit 1 and the first bad row when it was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        flaw = sealing.verify(timezone.now())
        if flaw:
            raise CommandError(f"The audit log was altered: {_place(flaw)}: {flaw.damage}.")
        self.stdout.write(f"The audit log is whole; {sealing.unsealed()} entries wait for their seal.")
        if not anchor.is_set():
            self.stdout.write("No anchor: without AUDIT_HEAD_FILE nobody misses seals that were cut off.")


def _place(flaw: Flaw) -> str:
    if flaw.entry:
        return f"entry {flaw.entry}"
    return f"seal {flaw.seal}" if flaw.seal else "head file"
