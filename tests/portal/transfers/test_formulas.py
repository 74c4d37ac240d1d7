import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.transfers.formulas import is_active, neutralise, restore

ACTIVE = [
    "=1+1",
    "==1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "+8613800000000",
    "-5",
    "=HYPERLINK(\"http://x\",\"y\")",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!D2",
    "=1",
    " =1",
    "   =1",
    "\u3000=1",
    "\u00a0=1",
    "\t=1",
    "\r=1",
    "\n=1",
    "\ttext",
    "\rtext",
    "\ntext",
    "\ufeff=1",
    "\u200b=1",
    "\u2060+1",
    "\u202e=1",
    "\x00=1",
    "\x0b=1",
    "\x1f@A1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "﹦1",
    "﹢1",
    "﹣1",
    "﹫A1",
    "⁼1",
    "₊1",
    "−1",
    "'=1",
    "''=1",
    '"=1+1"',
    "“=1",
    "' \t'=1",
]  # fmt: skip
HARMLESS = [
    "",
    "a=1",
    "1-1",
    "屏幕碎了",
    "'quoted'",
    "' text",
    "(=1)",
    "#N/A",
    "   ",
    "\t\r\n",
    "'",
    "1E+5",
    "，=1",
]


@pytest.mark.parametrize("text", ACTIVE)
def test_what_a_spreadsheet_may_run_begins_with_an_apostrophe_afterwards(text: str) -> None:  # X6
    assert neutralise(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_what_no_spreadsheet_runs_stays_as_it_is(text: str) -> None:  # X6
    assert neutralise(text) == text


@given(st.text())
def test_restoring_gives_back_what_was_neutralised(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.text(alphabet="'\"=+-@ \t\r\n＝a\u200b"))
def test_restoring_gives_back_even_what_looks_neutralised_already(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.text(alphabet="'\"=+-@ \t\r\n＝a\u200b"))
def test_a_neutralised_text_begins_with_nothing_that_starts_a_formula(text: str) -> None:
    assert neutralise(text)[:1] not in set("=+-@＝")


def test_a_letter_or_digit_never_stands_for_a_starting_character() -> None:
    """The shortcut for ordinary texts is right for every character there is."""
    shortcut = (character for character in map(chr, range(sys.maxunicode + 1)) if character.isalnum())

    assert not any(is_active(f" {character}") for character in shortcut)
