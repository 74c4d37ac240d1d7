from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal import sealing


class Command(BaseCommand):
    help = "Checks the audit log against its seals; exit 1 and the first bad row when it was altered."

    def handle(self, *args: Any, **options: Any) -> None:
        flaw = sealing.verify()
        if flaw:
            row = f"entry {flaw.entry}" if flaw.entry else f"seal {flaw.seal}"
            raise CommandError(f"The audit log was altered: {row}: {flaw.damage}.")
        self.stdout.write(f"The audit log is whole; {sealing.unsealed()} entries wait for their seal.")
