"""What is different between two texts, and how they are put together. # T6"""

import time

import pytest

from training.knowledge import differences, merging
from training.knowledge.differences import Mark


def marked(old: str, new: str) -> str:
    signs = {Mark.SAME: "{}", Mark.OLD: "[-{}]", Mark.NEW: "[+{}]"}
    lines = differences.compare(old, new)
    return "\n".join("".join(signs[p.mark].format(p.text) for p in line.merged) for line in lines)


def test_in_a_chinese_sentence_only_the_changed_words_are_marked():
    assert marked("签收后七天内可以退货。", "签收后十五天内可以退货。") == "签收后[-七][+十五]天内可以退货。"


def test_latin_words_and_numbers_are_one_word_each():
    assert marked("BT520 需要 30 天", "BT521 需要 30 天") == "[-BT520][+BT521] 需要 30 天"


def test_lines_that_have_nothing_in_common_are_two_lines():
    assert marked("一行旧的内容", "ABCDEFG") == "[-一行旧的内容]\n[+ABCDEFG]"


def test_lines_that_came_or_went_stand_alone():
    assert marked("甲\n乙", "甲\n新\n乙") == "甲\n[+新]\n乙"
    line = differences.compare("甲\n乙", "甲")[1]
    assert (line.new, line.is_changed) == (None, True)


def test_a_line_that_came_before_changed_ones_hides_no_word_of_them():
    old = "签收后七天内可以退货。\n运费由买家承担。"
    new = "生鲜除外。\n签收后十五天内可以退货。\n运费由卖家承担。"
    assert marked(old, new) == ("[+生鲜除外。]\n签收后[-七][+十五]天内可以退货。\n运费由[-买][+卖]家承担。")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("甲\n" * 25_000, "乙\n" + "甲\n乙\n甲\n" * 8_000),
        (
            "\n".join("甲乙丙"[n % 3] for n in range(24_000)),
            "\n".join("丙甲乙"[n * n % 3] for n in range(24_000)),
        ),
        (
            "\n".join("哈呵嘿"[n % 3] * 1_900 + str(n) for n in range(25)),
            "\n".join("哈" * n * 70 for n in range(25)),
        ),
    ],
    ids=["one line", "three lines", "one letter"],
)
def test_a_text_of_the_same_over_and_over_keeps_no_page_busy(old, new):
    """What is compared with what, letter by letter, would take minutes."""
    begun = time.process_time()
    differences.compare(old, new)
    merging.merge(old, new, old + "末")
    assert time.process_time() - begun < 10


def test_what_came_and_went_is_counted():
    assert differences.counted(differences.compare("七天", "十五天")) == (2, 1)


def test_a_very_long_line_costs_no_comparison_word_by_word():
    old, new = differences.compare("长" * 30_000, "短" * 30_000)
    assert (old.new, new.old) == (None, None)


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("甲\n乙\n丙\n丁", "甲改\n乙\n丙\n丁", "甲\n乙\n丙\n丁改", "甲改\n乙\n丙\n丁改"),
        ("甲\n乙\n丙", "甲\n乙\n丙\n末", "首\n甲\n乙\n丙", "首\n甲\n乙\n丙\n末"),
        ("甲\n乙", "甲\n改", "甲\n改", "甲\n改"),
        ("甲", "甲", "我的", "我的"),
        ("甲", "他的", "甲", "他的"),
        ("甲\n乙", "甲\n他改", "甲\n我改", None),
        ("甲\n乙", "甲\n他加\n乙", "甲\n我加\n乙", None),
        ("甲\n乙\n丙", "甲改\n乙\n丙", "甲\n乙改\n丙", None),
        ("", "他写", "我写", None),
    ],
)
def test_texts_are_put_together_where_they_do_not_touch(base, theirs, mine, merged):
    assert merging.merge(base, theirs, mine) == merged


def test_of_lists_what_i_added_comes_to_theirs_and_what_i_took_out_goes():
    assert merging.merge_lists(["一", "二"], ["一", "二", "三"], ["二", "四"]) == ["二", "三", "四"]
