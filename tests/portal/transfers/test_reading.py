import io
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from portal.transfers.limits import Limits, Reason
from portal.transfers.reading import Row, UnusableFile, open_table
from tests.portal.transfers.hostile import CORPUS, MEGABYTE, Hostile
from tests.portal.transfers.workbooks import compound, number, row, sheet, text, xlsx

# What a refusal may cost: the child is ended, and its own reason never heard, when it needs more.
REFUSAL = Limits(cpu_seconds=2, most_memory_bytes=200 * MEGABYTE)


def _file(folder: Path, content: bytes, name: str = "upload") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _rows(folder: Path, content: bytes) -> list[Row]:
    with open_table(_file(folder, content)) as table:
        return list(table)


def _cells(folder: Path, content: bytes) -> list[list[str]]:
    return [row.cells for row in _rows(folder, content)]


@pytest.mark.parametrize("hostile", CORPUS, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_with_its_reason_within_two_seconds_and_200_mb(  # C2 X6
    tmp_path: Path, hostile: Hostile
) -> None:
    path = _file(tmp_path, hostile.build())

    with pytest.raises(UnusableFile) as refusal, open_table(path, REFUSAL):
        pass

    assert refusal.value.reason is hostile.reason
    assert str(refusal.value)


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    assert len(CORPUS) >= 40
    assert {hostile.reason for hostile in CORPUS} >= set(Reason) - {Reason.TOO_SLOW, Reason.TOO_LARGE}


def test_a_file_over_the_limit_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(Limits().file_bytes + 1)

    with pytest.raises(UnusableFile) as refusal:
        open_table(path)

    assert refusal.value.reason is Reason.TOO_LARGE


def test_a_child_that_uses_up_its_time_is_ended_and_told_so(tmp_path: Path) -> None:
    content = b"".join(b"%d,%d\n" % (n, n) for n in range(3_000_000))

    with pytest.raises(UnusableFile) as refusal:
        open_table(_file(tmp_path, content), Limits(cpu_seconds=1, rows=10_000_000, cells=100_000_000))

    assert refusal.value.reason is Reason.TOO_SLOW


def test_the_file_after_a_refused_one_is_read(tmp_path: Path) -> None:
    corner = sheet([row(1_048_576, number("XFD1048576", "1"), number("A1", "1"))])
    with pytest.raises(UnusableFile):
        open_table(_file(tmp_path, xlsx(corner)))

    assert _cells(tmp_path, xlsx()) == [["order", "phone"], ["1", "2"]]


def test_the_reading_child_starts_without_django() -> None:
    probe = "import sys, portal.transfers.reader_process; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0


def test_the_reading_child_gets_nothing_of_the_portals_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A module of this name would run in the child if the variable reached it.
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('the environment leaks')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    assert _cells(tmp_path, b"a,b\n1,2\n") == [["a", "b"], ["1", "2"]]


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("gb18030", "gb18030")],
)
def test_every_usual_encoding_of_chinese_is_told_by_trial(
    tmp_path: Path, encoding: str, told: str
) -> None:  # C2
    path = _file(tmp_path, "单号,问题\r\n1,屏幕碎了，要求退款\r\n".encode(encoding))

    with open_table(path) as table:
        assert table.kind == "csv"
        assert table.encoding == told
        assert [row.cells for row in table] == [["单号", "问题"], ["1", "屏幕碎了，要求退款"]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_told_by_the_first_line(tmp_path: Path, delimiter: str) -> None:
    lines = delimiter.join(["a", '"b,b;b\tb,,;;"', "c"]) + "\n" + delimiter.join("123") + "\n"

    assert _cells(tmp_path, lines.encode()) == [["a", "b,b;b\tb,,;;", "c"], ["1", "2", "3"]]


def test_a_row_keeps_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    book = sheet([row(3, text("B3", "a"), text("C3", "b")), row(7, text("C7", "c"))])

    assert _rows(tmp_path, xlsx(book)) == [Row(3, ["a", "b"]), Row(7, ["", "c"])]
    assert _rows(tmp_path, b'a,b\n\n,\n"1\n1",2\n3,4\n') == [
        Row(1, ["a", "b"]),
        Row(4, ["1\n1", "2"]),
        Row(5, ["3", "4"]),
    ]


def test_the_rows_are_counted_before_the_first_is_given(tmp_path: Path) -> None:
    with open_table(_file(tmp_path, b"a\n1\n\n2\n")) as table:
        assert table.rows_total == 3


def test_the_kind_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    with open_table(_file(tmp_path, xlsx(), "table.csv")) as table:
        assert table.kind == "xlsx"
    with open_table(_file(tmp_path, b"a,b\n", "table.xlsx")) as table:
        assert table.kind == "csv"


def test_macros_and_links_to_other_files_are_passed_over(tmp_path: Path) -> None:
    more = {"xl/vbaProject.bin": compound("VBA"), "xl/externalLinks/externalLink1.xml": b"<externalLink/>"}

    assert _cells(tmp_path, xlsx(more=more)) == [["order", "phone"], ["1", "2"]]


def test_an_order_number_that_excel_has_rounded_is_marked_and_not_believed(tmp_path: Path) -> None:
    book = sheet(
        [
            row(
                1,
                number("A1", "7.2106284915838938E+17"),
                text("B1", "721062849158389414"),
                number("C1", "13812345678"),
            )
        ]
    )

    (read,) = _rows(tmp_path, xlsx(book))

    assert read.cells[1:] == ["721062849158389414", "13812345678"]
    assert read.damaged == {0}


def test_an_order_number_that_excel_has_shortened_in_a_csv_is_marked(tmp_path: Path) -> None:
    (read,) = _rows(tmp_path, b'7.21063E+17,721062849158389414,1E+05,"=""721062849158389414"""\n')

    assert read.cells == ["7.21063E+17", "721062849158389414", "1E+05", "721062849158389414"]
    assert read.damaged == {0}


def test_a_hidden_sheet_and_an_empty_one_are_passed_over(tmp_path: Path) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        secret = book.add_worksheet("secret")
        secret.write_string(0, 0, "hidden")
        book.add_worksheet("blank").activate()
        book.add_worksheet("orders").write_string(0, 0, "order")
        secret.hide()

    assert _cells(tmp_path, out.getvalue()) == [["order"]]


def test_a_reader_who_leaves_early_leaves_no_child_behind(tmp_path: Path) -> None:
    content = b"".join(b"%d,some text that fills the pipe\n" % n for n in range(100_000))

    with open_table(_file(tmp_path, content)) as table:
        next(iter(table))

    assert table._child.returncode is not None
