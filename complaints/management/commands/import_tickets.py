import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now
from django.utils.translation import gettext as _

from complaints.importing.at_once import Report, take_in
from complaints.importing.formats import FORMATS
from portal.errors import DomainError, MissingInformation
from portal.transfers import error_file
from portal.transfers.importers import Result

SOME_REJECTED = 3
UNUSABLE = 2


class Command(BaseCommand):
    help = (
        "Take in the tickets of a table (xlsx, csv). Told again, nothing changes. "
        "Exit code 0: all rows taken; 3: some rejected; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", default="auto", choices=["auto", *FORMATS])
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
        parser.add_argument("--errors", type=Path, metavar="OUT", help="write rejected rows here, as xlsx")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *, file: Path, format: str, dry_run: bool, **options: Any) -> None:  # noqa: A002
        layout = "" if format == "auto" else format
        out: Path | None = options["errors"]
        try:
            _require(file.is_file(), _("%(path)s is not a file.") % {"path": file})
            _require(
                out is None or out.parent.is_dir(), _("There is no folder for %(path)s.") % {"path": out}
            )
            report = take_in(file, by=None, at=now(), layout=layout, is_dry_run=dry_run)
        except DomainError as refusal:
            if options["json"]:
                nothing = Report([], errors=[{"row": 0, "column": "", "message": str(refusal)}])
                self._print(nothing, as_json=True)
            raise CommandError(str(refusal), returncode=UNUSABLE) from refusal
        if out and report.rejections:
            with out.open("wb") as workbook:
                error_file.write(workbook, report.header, report.rejections)
        self._print(report, as_json=options["json"])
        if report.rejections:
            sys.exit(SOME_REJECTED)

    def _print(self, report: Report, *, as_json: bool) -> None:
        figures = {"read": report.read} | {str(result): report.results[result] for result in Result}
        if as_json:
            self.stdout.write(json.dumps(figures | {"errors": report.errors}, ensure_ascii=False))
            return
        for error in report.errors:
            self.stderr.write("{row}\t{column}\t{message}".format_map(error))
        self.stdout.write("  ".join(f"{name} {count}" for name, count in figures.items()))


def _require(is_so: bool, message: str) -> None:  # noqa: FBT001
    if not is_so:
        raise MissingInformation(message)
