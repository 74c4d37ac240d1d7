"""S2, C8: manage.py due_time, as connected operations scripts call it."""

import json

import pytest
from django.core.management import CommandError, call_command

from staffing.calendars import seed_standard_calendars
from tests.factories import NOW

FRIDAY = "2026-03-13T17:58"
CALENDAR_FILE = {
    "timezone": "Europe/Paris",
    "week": {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    "holidays": [],
    "workdays": {},
    "blackouts": [["2026-05-01T00:00", "2026-05-02T00:00"]],
}


@pytest.fixture
def _calendars(db):  # noqa: ARG001 - the fixture opens the database
    seed_standard_calendars(by=None, at=NOW)


@pytest.fixture
def paris(tmp_path):
    path = tmp_path / "paris.json"
    path.write_text(json.dumps(CALENDAR_FILE))
    return str(path)


def due_time(capsys, *args: str) -> str:
    call_command("due_time", *args)
    return capsys.readouterr().out


@pytest.mark.usefixtures("_calendars")
@pytest.mark.parametrize(
    ("calendar", "minutes", "due"),
    [
        ("office", "5", "2026-03-16T09:03:00+08:00\n"),
        ("office", "2880", "2026-03-23T11:58:00+08:00\n"),
        ("hotline", "2880", "2026-03-15T17:58:00+08:00\n"),
        ("chat", "363", "2026-03-14T08:01:00+08:00\n"),
    ],
)
def test_a_stored_calendar_is_named_by_its_code(capsys, calendar, minutes, due):
    assert due_time(capsys, "--calendar", calendar, "--start", FRIDAY, "--minutes", minutes) == due


def test_a_calendar_file_needs_no_stored_calendar(paris, capsys):
    start = "2026-10-25T00:30"
    assert due_time(capsys, "--calendar", paris, "--start", start, "--minutes", "1440") == (
        "2026-10-25T23:30:00+01:00\n"
    )


def test_the_answer_is_in_the_calendars_zone_to_the_second(paris, capsys):
    start = "2026-04-30T21:00:30Z"
    assert due_time(capsys, "--calendar", paris, "--start", start, "--minutes", "60.5") == (
        "2026-05-02T00:01:00+02:00\n"
    )


@pytest.mark.usefixtures("_calendars")
def test_pauses_are_given_together_or_one_by_one(capsys):
    asked = ("--calendar", "office", "--start", "2026-03-13T10:00", "--minutes", "60")
    first, second = "2026-03-13T10:10/2026-03-13T10:20", "2026-03-13T02:15Z/2026-03-13T02:30Z"
    together = due_time(capsys, *asked, "--pause", first, second)
    one_by_one = due_time(capsys, *asked, "--pause", first, "--pause", second)
    assert together == one_by_one == "2026-03-13T11:20:00+08:00\n"


@pytest.mark.usefixtures("_calendars")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"--calendar": "shop"}, "neither a stored calendar nor a file"),
        ({"--calendar": "missing.json"}, "neither a stored calendar nor a file"),
        ({"--start": "Friday"}, "Friday"),
        ({"--start": "2027-03-12T17:58"}, "2027"),
        ({"--minutes": "-1"}, "negative"),
        ({"--minutes": "nan"}, "NaN"),
        ({"--minutes": "1e300"}, "convert|range|large"),
        ({"--minutes": "many"}, "invalid float"),
        ({"--pause": "2026-03-13T10:00"}, "is not a pause"),
        ({"--pause": "2026-03-13T11:00/2026-03-13T10:00"}, "ends before it begins"),
        ({"--pause": "2026-03-13T17:59/"}, "no due time while a pause is open"),
    ],
)
def test_what_cannot_be_answered_is_a_plain_error(change, message):
    options = {"--calendar": "office", "--start": FRIDAY, "--minutes": "5"} | change
    with pytest.raises(CommandError, match=message):
        call_command("due_time", *(word for option in options.items() for word in option))


@pytest.mark.parametrize(("text", "message"), [("{", "paris.json: "), ('{"week": {}}', "timezone")])
def test_a_bad_calendar_file_is_named_with_its_fault(tmp_path, text, message):
    path = tmp_path / "paris.json"
    path.write_text(text)
    with pytest.raises(CommandError, match=message):
        call_command("due_time", "--calendar", str(path), "--start", FRIDAY, "--minutes", "5")
