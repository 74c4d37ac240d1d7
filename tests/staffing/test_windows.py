"""S2: open hours as people write them."""

import pytest

from staffing.windows import Window, from_text, to_text

SPLIT_DAY = (Window.parse("09:00", "12:00"), Window.parse("13:00", "18:00"))


@pytest.mark.parametrize(
    "text",
    [
        "09:00-12:00, 13:00-18:00",
        "13:00-18:00,09:00-12:00",
        "9:00-12:00，13:00-18:00",
        "０９：００－１２：００、13:00 ~ 18:00",
        " 09:00 – 12:00 ; 13:00 至 18:00 ;",
        "09:00-12:00\n13:00-18:00",
    ],
)
def test_windows_are_read_as_typed_on_either_keyboard(text):
    assert from_text(text) == SPLIT_DAY


def test_a_closed_day_is_the_empty_text():
    assert from_text("  ") == ()
    assert to_text(()) == ""


@pytest.mark.parametrize("text", ["09:00-12:00, 13:00-18:00", "20:00-02:00", "00:00-24:00"])
def test_what_is_written_reads_as_the_same(text):
    assert to_text(from_text(text)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("09:00", "not a window"),
        ("09:00-12:00-18:00", "not a window"),
        ("nine-18:00", "not a time of day"),
        ("09:00-18:60", "minute must be in"),
        ("09:00-12:00, 11:00-18:00", "overlap"),
        ("20:00-02:00, 23:00-24:00", "overlap"),
        ("09:00-09:00", "no length"),
    ],
)
def test_a_slip_is_refused(text, reason):
    with pytest.raises(ValueError, match=reason):
        from_text(text)


def test_windows_that_only_touch_do_not_overlap():
    assert len(from_text("09:00-12:00, 12:00-18:00")) == 2
