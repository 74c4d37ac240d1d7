import datetime as dt

import pytest

from portal.transfers.cell_text import Value, from_csv, from_number, from_value


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (12.0, "12"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (870.61, "870.61"),
        (1e-7, "0.0000001"),
        (13812345678.0, "13812345678"),
        (999_999_999_999_999.0, "999999999999999"),
        (-1234.5, "-1234.5"),
    ],
)
def test_a_number_reads_as_it_was_typed(number: float, text: str) -> None:  # C2
    assert from_number(number) == (text, False)


@pytest.mark.parametrize("number", [1e15, 721062849158389414.0, -1e18, 1e300, float("inf"), float("nan")])
def test_a_number_beyond_fifteen_digits_is_not_believed(number: float) -> None:  # C2
    assert from_number(number)[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.datetime(2026, 3, 13, 17, 58, 1), "2026-03-13 17:58:01"),
        (dt.datetime(2026, 3, 13, 17, 57, 59, 999_900), "2026-03-13 17:58:00"),
        (dt.date(2026, 3, 13), "2026-03-13 00:00:00"),
        (dt.time(9, 30), "09:30:00"),
        (dt.timedelta(hours=36, minutes=5), "36:05:00"),
        (True, "TRUE"),
        (False, "FALSE"),
        (7, "7"),
        ("", ""),
    ],
)
def test_every_type_of_cell_has_one_text(value: Value, text: str) -> None:
    assert from_value(value) == (text, False)


@pytest.mark.parametrize(
    "text",
    [
        " 屏幕 碎了 ",
        "\u3000屏幕 碎了\u200b",
        "\ufeff屏幕 碎了\t\r\n",
        "\u202a屏幕 碎了\u202c",
        "屏幕\x00 \x07碎了",
    ],
)
def test_invisible_edges_and_controls_are_gone_and_the_inside_stays(text: str) -> None:
    assert from_value(text) == ("屏幕 碎了", False)


def test_line_breaks_inside_a_text_stay() -> None:
    assert from_value("a\n b\tc") == ("a\n b\tc", False)


@pytest.mark.parametrize("text", ["'=1+1", " '=1+1 "])
def test_a_neutralised_text_is_restored(text: str) -> None:  # X6
    assert from_value(text) == ("=1+1", False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('="721062849158389414"', ("721062849158389414", False)),
        ("721062849158389414\t", ("721062849158389414", False)),
        ("7.21063E+17", ("7.21063E+17", True)),
        ("1.5E+11", ("1.5E+11", True)),
        ("1E+05", ("1E+05", False)),
        ("SKU-1E+17", ("SKU-1E+17", False)),
        ("'=1", ("=1", False)),
    ],
)
def test_a_field_of_a_csv_shows_what_excel_did_to_it(text: str, expected: tuple[str, bool]) -> None:  # C2
    assert from_csv(text) == expected
