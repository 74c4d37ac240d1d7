"""S7, X6: volumes out of a file."""

import pytest

from portal.models import User
from portal.transfers import importers
from portal.transfers.importers import Outcome, Record, Result
from staffing.demand.importing import VolumeImporter
from staffing.models import ContactVolume, Team
from staffing.resources import ContactVolumeResource
from tests.demand_factories import ServiceLineFactory, instant
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db
ROW = {"line": "热线", "starts_at": "2026-03-11 09:30", "contacts": "42", "handling_seconds": "240.5"}


@pytest.fixture(autouse=True)
def _line(team: Team) -> None:
    ServiceLineFactory.create(name="热线", team=team)


def take(by: User, *rows: dict[str, str]) -> list[Outcome]:
    records = [Record(number, "template", row) for number, row in enumerate(rows, start=2)]
    return list(VolumeImporter().apply_chunk(records, by=by, at=NOW))


def test_a_row_is_a_half_hour_by_the_wall_clock_of_the_department(supervisor: User):
    assert take(supervisor, ROW) == [Outcome(Result.CREATED)]
    volume = ContactVolume.objects.get()
    assert volume.starts_at == instant(TODAY, 19)
    assert (volume.contacts, volume.handling_seconds_total) == (42, 10101)


def test_the_same_again_changes_nothing_and_another_number_replaces(supervisor: User):
    results = [outcome.result for outcome in take(supervisor, ROW, ROW, ROW | {"contacts": "43"})]
    assert results == [Result.CREATED, Result.UNCHANGED, Result.UPDATED]
    assert ContactVolume.objects.get().contacts == 43


@pytest.mark.parametrize("starts_at", ["2026/3/11 9:30", "2026/03/11 09:30:00", "2026-03-11T09:30"])
def test_dates_are_read_as_tables_write_them(supervisor: User, starts_at: str):
    assert take(supervisor, ROW | {"starts_at": starts_at}) == [Outcome(Result.CREATED)]
    assert ContactVolume.objects.get().starts_at == instant(TODAY, 19)


def test_without_a_handling_time_the_usual_one_stands(supervisor: User):
    take(supervisor, ROW | {"handling_seconds": ""})
    assert ContactVolume.objects.get().handling_seconds_total == 42 * 300


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("line", "没有"), ("line", ""), ("starts_at", "gestern"), ("starts_at", "2026-03-11 09:31"),
        ("starts_at", "0001-01-01 00:00"), ("contacts", ""), ("contacts", "viele"), ("contacts", "-1"),
        ("contacts", "9999999"), ("handling_seconds", "kurz"), ("handling_seconds", "nan"),
        ("handling_seconds", "-5"), ("handling_seconds", "1e99"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_and_costs_only_its_row(supervisor: User, field: str, value: str):
    bad, good = take(supervisor, ROW | {field: value}, ROW)
    assert {problem.field for problem in bad.problems} == {field}
    assert good == Outcome(Result.CREATED)


def test_lines_of_other_teams_are_unknown_and_counted_tickets_are_not_overwritten(
    supervisor: User, team: Team
):
    ServiceLineFactory.create(name="外组")
    ServiceLineFactory.create(name="工单", team=team, counts_tickets=True)
    for outcome in take(supervisor, ROW | {"line": "外组"}, ROW | {"line": "工单"}):
        assert {problem.field for problem in outcome.problems} == {"line"}
    assert not ContactVolume.objects.exists()


def test_what_is_exported_can_be_imported():
    exported = set(ContactVolumeResource().get_export_headers())
    assert {str(column.header) for column in VolumeImporter.columns} <= exported
    assert isinstance(importers.get("contact_volumes"), VolumeImporter)
