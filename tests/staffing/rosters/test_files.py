"""S3: a roster as Excel and PDF."""

import io
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from staffing.rosters import editing, files, publishing, sheet
from staffing.rosters.editing import CellChange
from staffing.rosters.importing import RosterImporter
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("day", "late", "night")]


def plan(roster, agent, *codes, on=None):
    change = CellChange(agent.pk, on or roster.first_on, tuple(codes))
    editing.change_cells(roster, [change], by=None, at=NOW)


def lines(content: bytes) -> list[Any]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_draft_is_shown_as_a_draft_and_a_published_roster_as_it_is_in_force(roster, agent):
    plan(roster, agent, "D")
    assert sheet.of(roster).rows[0].cells[0].codes == ("D",)
    publishing.publish(roster, by=None, at=NOW)
    plan(roster, agent, "L")
    roster.refresh_from_db()
    assert sheet.of(roster).rows[0].cells[0].codes == ("D",)
    assert sheet.of(roster).totals[0] == (1,)


def test_a_week_is_cut_out_of_a_month(roster, agent):
    part = sheet.of(roster, first_on=roster.first_on + timedelta(days=2), last_on=roster.last_on)
    assert len(part.days) == 5
    assert part.rows[0].name == agent.user.name


def test_the_workbook_names_people_down_and_days_across(roster, agent):
    plan(roster, agent, "D")
    header, row, total = lines(files.workbook(sheet.of(roster)))
    assert header[2] == roster.first_on.isoformat()
    assert row[:3] == [agent.staff_no, agent.user.name, "D"]
    assert total[2] == 1


def test_the_workbook_can_be_imported_again(roster, agent):
    plan(roster, agent, "D")
    header, *_rows = lines(files.workbook(sheet.of(roster)))
    match = RosterImporter().detect([str(cell) for cell in header])
    assert match
    assert not match.missing
    assert {"staff_no", "name"} < match.positions.keys()


def test_text_of_people_cannot_become_a_formula(roster, agent):
    agent.user.name = "=cmd()"
    agent.user.save()
    (_header, row, *_rest) = lines(files.workbook(sheet.of(roster)))
    assert row[1] != "=cmd()"


def test_it_is_printed_by_week_and_by_month(roster, agent):
    plan(roster, agent, "D", "N")
    assert files.paper(sheet.of(roster), at=NOW).startswith(b"%PDF-")


def test_a_sheet_costs_the_same_however_many_people(roster, django_assert_num_queries):
    with django_assert_num_queries(2):
        sheet.of(roster)
