import json
from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import slug_re

from staffing.calendars import schedule_of
from staffing.models import Calendar
from staffing.worktime import Pause, Schedule, due_at


class Command(BaseCommand):
    help = "Print the instant at which a number of open minutes is used up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--calendar", required=True, help="a stored calendar's code, or a JSON file")
        parser.add_argument("--start", required=True, help="ISO 8601; without offset, calendar's time")
        parser.add_argument("--minutes", required=True, type=float, help="open minutes")
        parser.add_argument(
            "--pause",
            nargs="+",
            action="extend",
            default=[],
            metavar="ISO/ISO",
            help="from/to; may be repeated",
        )

    def handle(self, *, calendar: str, start: str, minutes: float, pause: list[str], **_options: Any) -> None:
        try:
            schedule = _schedule(calendar)
            pauses = [_pause(text, schedule) for text in pause]
            due = due_at(_instant(start, schedule), timedelta(minutes=minutes), schedule, pauses)
        except (ValueError, LookupError, OverflowError) as error:
            raise CommandError(str(error)) from error
        if due is None:
            raise CommandError("There is no due time while a pause is open.")
        self.stdout.write(due.astimezone(schedule.timezone).isoformat(timespec="seconds"))


def _schedule(name: str) -> Schedule:
    stored = Calendar.objects.filter(code=name).first() if slug_re.match(name) else None
    if stored:
        return schedule_of(stored)
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"{name} is neither a stored calendar nor a file.")
    try:
        return Schedule.from_json(json.loads(path.read_text("utf-8-sig")))
    except ValueError as error:
        raise CommandError(f"{name}: {error}") from error


def _instant(text: str, schedule: Schedule) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else schedule.instant(at)


def _pause(text: str, schedule: Schedule) -> Pause:
    """One pause out of from/to; nothing after the slash leaves it open."""
    begin, slash, end = text.partition("/")
    if not slash:
        raise CommandError(f"{text} is not a pause such as 2026-03-13T10:00/2026-03-13T11:00.")
    return _instant(begin, schedule), _instant(end, schedule) if end else None
