"""`manage.py import_tickets`: the contract with operators. # C2"""

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Ticket
from portal.choices import AuditAction
from portal.models import AuditEntry
from portal.transfers.reading import open_table
from portal.transfers.writing import write_xlsx

pytestmark = pytest.mark.django_db

HEADER = [
    "退款编号",
    "订单编号",
    "买家会员名",
    "宝贝标题",
    "退款类型",
    "退款申请时间",
    "退款状态",
    "联系手机",
    "备注",
]


def row(number: int, **cells: str) -> list[str]:
    told = {
        "id": f"80193572078499{number:04}",
        "at": "2026-03-10 11:05:00",
        "phone": f"1348160{number:04}",
    } | cells
    return [
        told["id"], "1031143389058743423", f"tb{number:08}", "平板", "维修", told["at"], "处理中",
        told["phone"], "",
    ]  # fmt: skip


@pytest.fixture
def csv_file(tmp_path):
    def write(*rows, encoding="gb18030", header=HEADER):
        path = tmp_path / "export.csv"
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return path

    return write


def run(*arguments) -> tuple[int, dict]:
    """The exit code and what was printed as JSON."""
    out = io.StringIO()
    code = 0
    try:
        call_command("import_tickets", *map(str, arguments), "--json", stdout=out)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(out.getvalue())


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-8-sig"])
def test_all_rows_taken_is_exit_code_0_and_the_second_run_changes_nothing(csv_file, encoding):
    path = csv_file(row(1), row(2), encoding=encoding)

    assert run(path) == (
        0, {"read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "errors": []},
    )  # fmt: skip
    assert run(path) == (
        0, {"read": 2, "created": 0, "updated": 0, "unchanged": 2, "rejected": 0, "errors": []},
    )  # fmt: skip
    assert Ticket.objects.count() == 2


def test_a_workbook_is_read_like_a_csv(tmp_path):
    path = tmp_path / "export.xlsx"
    with path.open("wb") as out:
        write_xlsx(out, HEADER, [row(1), row(2)])

    code, told = run(path)

    assert (code, told["created"]) == (0, 2)


def test_a_rejected_row_is_named_and_exit_code_3(csv_file, tmp_path):
    path = csv_file(row(1), row(2, at="昨天", phone="7"), row(3))
    errors = tmp_path / "errors.xlsx"

    code, told = run(path, "--errors", errors)

    assert code == 3
    assert (told["read"], told["created"], told["rejected"]) == (3, 2, 1)
    assert [(error["row"], error["column"]) for error in told["errors"]] == [(3, "退款申请时间")]
    with open_table(errors) as table:
        header, rejected = table
    assert header.cells[: len(HEADER)] == HEADER
    assert rejected.cells[: len(HEADER) - 1] == row(2, at="昨天", phone="7")[:-1]
    assert "3" in rejected.cells


def test_the_corrected_error_file_imports_as_it_is(csv_file, tmp_path):
    errors = tmp_path / "errors.xlsx"
    run(csv_file(row(1, phone="7")), "--errors", errors)
    with open_table(errors) as table:
        header, rejected = table
    rejected.cells[HEADER.index("联系手机")] = "13481600001"
    corrected = tmp_path / "corrected.csv"
    with corrected.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header.cells, rejected.cells])

    assert run(corrected)[1]["created"] == 1


def test_a_dry_run_says_what_would_happen_and_changes_nothing(csv_file):
    path = csv_file(row(1), row(2, at="昨天"))

    code, told = run(path, "--dry-run")

    assert (code, told["created"], told["rejected"]) == (3, 1, 1)
    assert not Ticket.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_table_that_is_none_of_ours_is_exit_code_2_and_says_what_is_missing(csv_file):
    path = csv_file(["1", "2"], header=["退款编号", "退款类型"])
    with pytest.raises(CommandError, match="退款申请时间") as refused:
        call_command("import_tickets", str(path), "--json")
    assert refused.value.returncode == 2


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<html></html>"])
def test_a_file_that_is_no_table_is_exit_code_2(tmp_path, content):
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        call_command("import_tickets", str(path))
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_exit_code_2(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_tickets", str(tmp_path / "no.csv"))
    assert refused.value.returncode == 2


def test_a_script_is_told_in_json_why_a_file_cannot_be_used(tmp_path):
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_tickets", str(tmp_path / "no.csv"), "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["read"], told["errors"][0]["row"]) == (0, 0)
    assert "no.csv" in told["errors"][0]["message"]


def test_nothing_is_taken_in_when_the_errors_could_not_be_written(csv_file, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("import_tickets", str(csv_file(row(1))), "--errors", str(tmp_path / "no" / "e.xlsx"))
    assert refused.value.returncode == 2
    assert not Ticket.objects.exists()


def test_the_format_can_be_said(csv_file):
    run(csv_file(row(1)), "--format", "tmall")
    assert Ticket.objects.get().channel == "tmall"


def test_an_order_number_that_excel_has_rounded_is_rejected_and_not_made_up(csv_file):
    damaged = row(1)
    damaged[1] = "1.03114E+18"
    code, told = run(csv_file(damaged, row(2)))
    assert (code, told["created"]) == (3, 1)
    assert told["errors"][0]["column"] == "订单编号"


def test_the_audit_log_tells_of_the_import(csv_file):
    run(csv_file(row(1), row(2)))
    entry = AuditEntry.objects.get(action=AuditAction.IMPORT)
    assert entry.changes["created"] == [None, 2]
    assert entry.actor is None
