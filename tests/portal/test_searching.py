import pytest

from portal import searching


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("  杯子  碎了 ", "杯子 碎了"),
        (" ".join("abcdefghij"), "a b c d e f g h"),
        ("9" * 3000, "9" * 100),
        ("", ""),
    ],
)
def test_the_first_words_are_looked_for(typed, sought):
    assert searching.short(typed) == sought
