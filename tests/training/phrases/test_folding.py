"""What of a text is searched, and where it stands in the original. T8"""

import pytest

from training.phrases.folding import Folded, fold


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＦＵＣＫ", "fuck"),
        ("滾 蛋", "滚蛋"),
        ("滚·蛋", "滚蛋"),
        ("滚\u200b蛋", "滚蛋"),
        ("滚\u00ad蛋\ufe0f", "滚蛋"),
        ("滚\u3164蛋\u115f", "滚蛋"),  # Fillers of the Korean script: letters that nobody sees.
        ("f\u0301u-c_k", "fuck"),
        ("關你甚麼事", "关你什么事"),
        ("妳很煩", "你很烦"),
        ("\uf900", "岂"),  # A compatibility ideograph.
        ("㈱ ①", "株1"),
        ("…… 😀", ""),
    ],
)
def test_width_case_script_and_what_is_between_do_not_matter(written, folded):
    assert fold(written) == folded


def test_the_end_of_a_sentence_stays_as_a_boundary():
    assert Folded("先不。知道了").text == "先不\n知道了"


def test_where_each_letter_is_a_sentence_of_its_own_there_is_no_boundary():
    assert Folded("滚。蛋。").text == "滚蛋\n"
    assert Folded("滚!!蛋").text == "滚蛋"
    assert Folded("滚。 蛋").text == "滚蛋"
    assert Folded("滚 。\u200b\n蛋").text == "滚蛋"
    assert Folded("快滚。 蛋").text == "快滚\n蛋"


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("请滚 · 蛋吧", "滚 · 蛋"),
        ("😀😀滚\u200b蛋", "滚\u200b蛋"),
        ("㈱滚蛋", "滚蛋"),
        ("ﬃ滚蛋", "滚蛋"),  # One character that becomes three.
        ("滚。蛋", "滚。蛋"),
    ],
)
def test_a_span_leads_back_to_the_characters_as_written(written, found):
    folded = Folded(written)
    start = folded.text.index("滚蛋")
    begin, end = folded.original(start, start + 2)
    assert written[begin:end] == found
