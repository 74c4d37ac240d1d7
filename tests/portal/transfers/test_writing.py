import csv
import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.utils import timezone
from django.utils.text import format_lazy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from portal.transfers import writing
from portal.transfers.cell_text import trimmed, without_controls
from portal.transfers.reading import open_table
from portal.transfers.writing import TooManyRows, Value, csv_lines, write_csv, write_xlsx
from tests.portal.transfers.test_formulas import ACTIVE

# Anything a text column of the database may hold.
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
TRICKY = st.text(alphabet="'\"=+-@ \t\r\n＝a1,;\u200b", max_size=8)


def _xlsx(*rows: Sequence[Value]) -> bytes:
    out = io.BytesIO()
    write_xlsx(out, ["column"], rows, title="订单/表")
    return out.getvalue()


def _csv(*rows: Sequence[Value]) -> bytes:
    out = io.BytesIO()
    write_csv(out, ["column"], rows)
    return out.getvalue()


def _read_back(content: bytes) -> list[str]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(content)
        with open_table(path) as table:
            return [trimmed(row.cells[0]) for row in table][1:]


def _meant(texts: list[str]) -> list[str]:
    """What a reader sees of them: blanks at the ends are nobody's data, rows of nothing are no rows."""
    return [seen for text in texts if (seen := trimmed(text))]


def _native(content: bytes) -> Sequence[object]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return [row[0] for row in sheet.iter_rows()][1:]


def test_every_active_text_is_text_in_a_workbook_and_no_formula_anywhere() -> None:  # X6
    content = _xlsx(*[[text] for text in ACTIVE])

    with zipfile.ZipFile(io.BytesIO(content)) as book:
        markup = book.read("xl/worksheets/sheet1.xml")

    assert b"<f>" not in markup
    assert b"<hyperlink" not in markup
    assert markup.count(b"<t") == 1 + len(ACTIVE)
    assert all(str(value).startswith("'") for value in _native(content))


def test_every_active_text_is_text_in_a_csv() -> None:  # X6
    content = _csv(*[[text] for text in ACTIVE]).decode("utf-8-sig")

    read = [row[0] for row in csv.reader(io.StringIO(content, newline=""))][1:]
    assert read == [f"'{without_controls(text)}" for text in ACTIVE]


class Named:
    """Stands for a row of the database, whose name somebody has chosen."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name


class Telling(int):
    """A number by type that tells something else."""

    def __str__(self) -> str:
        return "=1+1"


def test_an_object_is_written_by_its_name_and_that_is_a_text() -> None:  # X6
    rows = [[Named(text)] for text in ACTIVE]

    read = list(csv.reader(io.StringIO(_csv(*rows).decode("utf-8-sig"), newline="")))
    assert [row[0] for row in read[1:]] == [f"'{without_controls(text)}" for text in ACTIVE]
    assert all(str(value).startswith("'") for value in _native(_xlsx(*rows)))
    assert _read_back(_xlsx(*rows)) == _meant(ACTIVE)


def test_what_only_looks_like_a_number_is_a_text() -> None:  # X6
    assert _csv([Telling(1), "end"]).decode("utf-8-sig").splitlines()[1] == "'=1+1,end"
    assert _native(_xlsx([Telling(1)])) == [1.0]


@pytest.mark.parametrize("write", [write_xlsx, write_csv])
def test_a_header_is_neutralised_too(write: Callable[..., None], tmp_path: Path) -> None:  # X6
    path = tmp_path / "export"
    with path.open("wb") as out:
        write(out, ["=1"], [])

    assert b">=1<" not in path.read_bytes()
    with open_table(path) as table:
        assert [row.cells for row in table] == [["=1"]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXTS | TRICKY, min_size=1, max_size=400))
def test_export_and_import_give_back_every_text(texts: list[str]) -> None:  # X6
    assert _read_back(_xlsx(*[[text] for text in texts])) == _meant(texts)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXTS | TRICKY, min_size=1, max_size=400))
def test_export_and_import_as_csv_give_back_every_text(texts: list[str]) -> None:  # X6
    assert _read_back(_csv(*[[text] for text in texts])) == _meant(texts)


def test_the_texts_of_the_attackers_come_back_as_they_were() -> None:  # X6
    assert _read_back(_xlsx(*[[text] for text in ACTIVE])) == _meant(ACTIVE)
    assert _read_back(_csv(*[[text] for text in ACTIVE])) == _meant(ACTIVE)


def test_numbers_and_dates_keep_their_type_in_a_workbook() -> None:  # X6
    values: list[Value] = [
        7,
        Decimal("870.61"),
        0.5,
        dt.date(2026, 3, 13),
        dt.datetime(2026, 3, 13, 9, 5),
        True,
    ]

    assert _native(_xlsx(*[[value] for value in values])) == [
        7.0,
        870.61,
        0.5,
        dt.date(2026, 3, 13),
        dt.datetime(2026, 3, 13, 9, 5),
        True,
    ]


@pytest.mark.parametrize(
    "number", [721062849158389414, Decimal(721062849158389414), Decimal("1234567890.1234567"), -(10**18)]
)
def test_a_number_that_excel_would_round_is_written_as_text(number: Value) -> None:  # X6
    assert _native(_xlsx([number])) in ([str(number)], [f"'{number}"])


def test_an_instant_is_written_on_the_clock_of_the_reader() -> None:
    instant = dt.datetime(2026, 3, 13, 9, 58, 1, tzinfo=dt.UTC)

    with timezone.override("Asia/Shanghai"):
        assert _native(_xlsx([instant])) == [dt.datetime(2026, 3, 13, 17, 58, 1)]
        assert _csv([instant]).decode("utf-8-sig").splitlines()[1] == "2026-03-13 17:58:01"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (False, "FALSE"),
        (Decimal("1E+2"), "100"),
        (-5, "-5"),
        (dt.date(2026, 3, 13), "2026-03-13"),
        (format_lazy("{}", "later"), "later"),
    ],
)
def test_every_value_has_a_plain_text_in_a_csv(value: Value, text: str) -> None:
    assert _csv([value, "end"]).decode("utf-8-sig").splitlines()[1] == f"{text},end"


def test_a_csv_begins_with_the_mark_by_which_excel_knows_utf_8() -> None:
    assert _csv(["单号"]).startswith(b"\xef\xbb\xbfcolumn\r\n")


def test_a_csv_is_made_line_by_line() -> None:
    taken: list[int] = []

    def rows() -> Iterator[list[Value]]:
        for number in range(3):
            taken.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    next(lines)
    next(lines)

    assert taken == [0]


def test_a_text_that_no_cell_holds_is_cut_where_it_shows() -> None:
    (text,) = _native(_xlsx(["字" * 40_000]))

    assert text == "字" * 32_766 + "…"


def test_a_table_that_no_workbook_holds_is_refused_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MAX_XLSX_ROWS", 3)

    with pytest.raises(TooManyRows):
        _xlsx([1], [2], [3])


@pytest.mark.parametrize(
    ("title", "name"),
    [("", "Sheet1"), ("a/b:c", "a b c"), ("'", "Sheet1"), ("工单" * 20, ("工单" * 20)[:31])],
)
def test_a_title_becomes_a_name_that_excel_takes(title: str, name: str) -> None:
    assert writing.sheet_name(title) == name
