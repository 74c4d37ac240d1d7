"""S3: a roster out of Excel: names down, days across."""

from datetime import date, timedelta

import pytest

from portal.transfers.importers import Record, Result
from staffing.models import DutyAssignment, Roster
from staffing.rosters import headings
from staffing.rosters.headings import Heading
from staffing.rosters.importing import RosterImporter
from tests.factories import NOW
from tests.roster_factories import NEXT_MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]
IMPORTER = RosterImporter()


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("2026-12-01", Heading(1, 12, 2026)),
        ("2026-12-01 00:00:00", Heading(1, 12, 2026)),
        ("2026年12月1日", Heading(1, 12, 2026)),
        ("12月1日", Heading(1, 12)),
        ("12/1 周二", Heading(1, 12)),
        ("1日", Heading(1)),
        ("31", Heading(31)),
        ("1(周一)", Heading(1)),
        ("32", None),
        ("姓名", None),
        ("", None),
        ("13月1日", None),
    ],
)
def test_days_are_read_as_people_write_them(text, heading):
    assert headings.read(text) == heading


def test_a_day_that_could_be_two_is_none():
    span = (date(2026, 3, 1), date(2026, 4, 30))
    assert headings.day_of(Heading(5), *span) is None
    assert headings.day_of(Heading(5, 4), *span) == date(2026, 4, 5)


def rows(header, *lines):
    """The records of a table below its header."""
    match = IMPORTER.detect(header)
    assert match
    assert not match.missing
    return [
        Record(
            number,
            match.layout.key,
            {field: line[place] for field, place in match.positions.items() if place < len(line)},
        )
        for number, line in enumerate(lines, start=2)
    ]


def week(roster) -> list[str]:
    return [str((roster.first_on + timedelta(days=number)).day) for number in range(7)]


def test_cells_of_the_grid_are_drafts_of_the_open_roster(roster, agent, supervisor):
    (row,) = rows(
        ["工号", "姓名", *week(roster)], [agent.staff_no, "组员", "D", "白班", "休", "", "N", "-", "l"]
    )
    (outcome,) = IMPORTER.apply_chunk([row], by=supervisor, at=NOW)
    assert outcome.result == Result.UPDATED
    planned = DutyAssignment.objects.planned().order_by("on").values_list("on__week_day", "shift_type__code")
    assert list(planned) == [(2, "D"), (3, "D"), (6, "N"), (1, "L")]
    assert not DutyAssignment.objects.published().exists()


def test_the_same_file_again_changes_nothing(roster, supervisor):
    table = rows(["姓名", *week(roster)], ["组员", "D"])
    IMPORTER.apply_chunk(table, by=supervisor, at=NOW)
    (again,) = IMPORTER.apply_chunk(table, by=supervisor, at=NOW)
    assert again.result == Result.UNCHANGED


def test_a_look_beforehand_changes_nothing(roster, supervisor):
    (outcome,) = IMPORTER.check_chunk(rows(["姓名", *week(roster)], ["组员", "D"]), by=supervisor, at=NOW)
    assert outcome.result == Result.UPDATED
    assert not DutyAssignment.objects.exists()


def test_a_wrong_cell_is_named_and_costs_only_its_row(roster, agent, supervisor):
    bad, good = rows(["工号", *week(roster)], [agent.staff_no, "D", "?"], [supervisor.agent.staff_no, "D"])
    first, second = IMPORTER.apply_chunk([bad, good], by=supervisor, at=NOW)
    assert (first.result, first.problems[0].field) == (
        Result.REJECTED,
        f"day{(roster.first_on + timedelta(days=1)).day}",
    )
    assert second.result == Result.UPDATED


def test_the_line_of_weekdays_is_no_person(roster, supervisor):
    (row,) = rows(["姓名", *week(roster)], ["", "一", "二", "三", "四", "五", "六", "日"])
    (outcome,) = IMPORTER.apply_chunk([row], by=supervisor, at=NOW)
    assert outcome.result == Result.UNCHANGED


def test_without_an_open_roster_the_row_says_so(agent, supervisor):
    (row,) = rows(["姓名", "12月1日", "12月2日"], [agent.user.name, "D"])
    (outcome,) = IMPORTER.apply_chunk([row], by=supervisor, at=NOW)
    assert outcome.result == Result.REJECTED


def test_the_first_row_begins_the_roster_that_is_missing(agent, supervisor):
    first_on = NEXT_MONDAY + timedelta(days=28)
    header = [f"{on.month}月{on.day}日" for on in (first_on + timedelta(days=n) for n in range(7))]
    table = rows(["姓名", *header], [agent.user.name, "白班", "白"], [supervisor.name, "N"])
    found = [outcome.result for outcome in IMPORTER.apply_chunk(table, by=supervisor, at=NOW)]
    assert found == [Result.UPDATED, Result.UPDATED]
    begun = Roster.objects.get()
    assert (begun.first_on, begun.last_on) == (first_on, first_on + timedelta(days=6))
    assert DutyAssignment.objects.planned().filter(roster=begun, agent=agent).count() == 2


def test_people_of_other_teams_cannot_be_planned(roster, stranger, supervisor):
    (row,) = rows(["工号", *week(roster)], [stranger.staff_no, "D"])
    (outcome,) = IMPORTER.apply_chunk([row], by=supervisor, at=NOW)
    assert outcome.problems[0].field == "staff_no"


def test_a_title_and_a_table_of_no_days_are_no_header():
    assert IMPORTER.detect(["2026年12月值班表", "", ""]) is None
    assert IMPORTER.detect(["姓名", "班次"]) is None
