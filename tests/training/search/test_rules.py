"""How texts and questions are read. # T7"""

import pytest

from training.choices import HandOverReason
from training.search import confidence, handing_over, highlighting, pinyin, ranking, tokens
from training.search.concepts import Group, key_of, table
from training.search.confidence import Confidence
from training.search.normalising import asked, spelled
from training.search.ranking import Entry, Question, Statistics

# Spelling


@pytest.mark.parametrize("text", ["BT-520", "bt520", "BT 520", "Ｂｔ－５２０", "bt_520"])
def test_a_model_number_is_one_word_however_it_is_typed(text: str):
    assert spelled(text) == "bt520"


def test_both_scripts_are_spelled_alike_and_no_word_is_exchanged():
    assert spelled("發票開錯了，怎麼換") == spelled("发票开错了，怎么换")
    assert spelled("帳號") == spelled("账号")
    assert spelled("宅配") == "宅配"


def test_letters_and_chinese_stay_as_they_stand():
    assert spelled("USB-C 和/或 AND/OR 2026-03-11") == "usb c 和 或 and or 2026 03 11"


@pytest.mark.parametrize(
    "question",
    [
        "我的订单号是202603110012345怎么还没发货",
        "单号：SF1234567890123 怎么还没发货",
        "你好，请问怎么还没发货 13800138000",
        "order no. 202603110012345 怎么还没发货",
    ],
)
def test_a_number_of_an_order_or_a_phone_says_nothing_about_the_question(question: str):
    assert asked(question) == "怎么还没发货"


def test_a_question_of_courtesy_alone_is_not_emptied():
    assert asked("你好") == "你好"


# Terms


def test_a_head_is_cut_into_characters_and_pairs_and_a_text_into_pairs():
    assert tokens.head("退款多久") == ["退", "款", "多", "久", "退款", "款多", "多久"]
    assert tokens.body("退款退款") == ["退款", "款退"]


def test_a_code_is_found_by_its_parts():
    assert tokens.head("bt520") == ["bt520", "bt", "520"]


def test_words_that_carry_a_sentence_weigh_less_than_those_of_its_matter():
    assert tokens.weight("怎么") < tokens.weight("款多") or tokens.weight("怎么") < tokens.weight("退款")
    assert tokens.weight("的") < tokens.weight("税")
    assert tokens.weight("how") < tokens.weight("refund")


# Concepts

CONCEPTS = table(
    [
        Group("refund", ("退款", "退钱", "refund", "money back"), ("tuikuan", "tuiqian")),
        Group("cancel", ("取消…订单", "撤单"), ("chedan",)),
        Group("invoice", ("发票", "invoice"), ("fapiao",)),
    ]
)


@pytest.mark.parametrize("text", ["我要退款", "退钱吗", "REFUND please", "my money back", "refunds"])
def test_each_phrase_of_a_group_is_the_same_concept(text: str):
    assert CONCEPTS.of(spelled(text)) == {"_refund"}


def test_a_latin_phrase_is_no_part_of_a_longer_word():
    assert CONCEPTS.of("refundable") == set()


def test_a_gap_reaches_eight_characters_and_no_further():
    assert CONCEPTS.of(spelled("取消一下我的订单")) == {"_cancel"}
    assert CONCEPTS.of(spelled("取消了昨天晚上在你们店里下的那个订单")) == set()
    assert CONCEPTS.of(spelled("订单不要取消")) == set()


def test_words_apart_are_read_together():
    assert CONCEPTS.of(spelled("退 款")) == {"_refund"}


@pytest.mark.parametrize("text", ["tuikuan", "tui kuan", "wo yao tuikuan", "tuikuanduojiudaozhang"])
def test_pinyin_is_understood_with_and_without_spaces(text: str):
    assert CONCEPTS.of_pinyin(text)[0] == {"_refund"}


def test_an_english_word_is_no_pinyin():
    assert CONCEPTS.of_pinyin("strength") == (set(), set())


def test_a_phrase_is_known_by_how_it_is_read():
    assert key_of("取消...訂單") == key_of("取消…订单")


def test_pinyin_is_made_of_chinese_phrases_only():
    assert (pinyin.of("价保"), pinyin.of("bt520"), pinyin.of("女装")) == ("jiabao", "", "nvzhuang")


# Ranking


def entry(key: int, head: str, body: str = "") -> Entry:
    return Entry(key, " ".join(tokens.head(head)), " ".join(tokens.body(body)), len(tokens.head(head)))


STATISTICS = Statistics(100, 10, {"退款": 10, "退": 20, "款": 20, "多久": 15, "发票": 5})


def test_a_title_counts_more_than_a_text():
    read = Question(["退款"], STATISTICS)
    ranked = ranking.rank(read, [entry(1, "其他", "退款"), entry(2, "退款", "其他")])
    assert [one.key for one in ranked] == [2, 1]


def test_of_two_that_hold_the_same_the_one_without_other_matters_comes_first():
    read = Question(tokens.head("退款"), STATISTICS)
    ranked = ranking.rank(read, [entry(1, "退款与保修与安装说明"), entry(2, "退款说明")])
    assert [one.key for one in ranked] == [2, 1]


def test_a_rare_word_counts_more_than_a_frequent_one():
    read = Question(["退款", "发票"], STATISTICS)
    ranked = ranking.rank(read, [entry(1, "退款规则"), entry(2, "发票规则")])
    assert [one.key for one in ranked] == [2, 1]


def test_use_and_freshness_decide_between_equals_only():
    read = Question(["退款"], STATISTICS)
    equal = ranking.rank(read, [entry(1, "退款"), entry(2, "退款")])
    assert [one.key for one in ranking.settle(equal, uses={2: 9}, age_days={})] == [2, 1]
    assert [one.key for one in ranking.settle(equal, uses={}, age_days={1: 400, 2: 3})] == [2, 1]
    apart = ranking.rank(read, [entry(1, "退款"), entry(2, "其他", "退款")])
    assert [one.key for one in ranking.settle(apart, uses={2: 10_000}, age_days={1: 9_000})] == [1, 2]


# Confidence


def test_nothing_found_is_no_confidence():
    read = Question(["退款"], STATISTICS)
    assert confidence.of(read, [], head="", titles=lambda: STATISTICS) == Confidence()


@pytest.mark.parametrize(
    ("coverage", "margin", "fit", "missed", "is_sure"),
    [
        (1 - confidence.MARGIN, confidence.MARGIN, confidence.FIT, confidence.MISSED, True),
        (confidence.COVERAGE, 1 - confidence.COVERAGE, confidence.FIT, confidence.MISSED, True),
        (confidence.COVERAGE, confidence.MARGIN, confidence.FIT, confidence.MISSED, False),
        (confidence.COVERAGE - 0.01, 1, 1, 0, False),
        (1, confidence.MARGIN - 0.01, 1, 0, False),
        (1, 1, confidence.FIT - 0.01, 0, False),
        (1, 1, 1, confidence.MISSED + 0.01, False),
    ],
)
def test_an_answer_is_sure_by_each_of_four_numbers(coverage, margin, fit, missed, is_sure):
    assert Confidence(coverage, margin, fit, missed).is_confident is is_sure


def test_a_sibling_speaks_of_less_than_is_meant_or_of_more_than_was_asked():
    statistics = Statistics(100, 10, {"_refund": 20, "_time": 20, "_part": 5, "退款": 20})
    read = Question(["退款", "_refund", "_time"], statistics)

    def judged(head: str) -> Confidence:
        ranked = ranking.rank(read, [Entry(1, head, "", 4)])
        return confidence.of(read, ranked, head=head, titles=lambda: statistics)

    right, less = judged("退款 _refund _time 退"), judged("退款 _refund 退")
    more = judged("退款 _refund _time _part 部 分 部分 退")
    assert (right.missed, less.missed) == (0, pytest.approx(0.5))
    assert more.fit < right.fit


# Handing over


@pytest.mark.parametrize(
    "question",
    [
        "转人工",
        "我要找人工客服",
        "人工",
        "有没有真人",
        "I want a human",
        "轉人工",
        "有没有人工",
        "人工在吗",
        "我不要跟机器人说话",
        "找你们老板",
        "叫你们客服来",
        "can I speak with a person",
        "人工 客服",
        "有人在吗",
    ],
)
def test_who_asks_for_a_person_gets_one(question: str):
    assert handing_over.reason_in_words(question) == HandOverReason.ASKED


@pytest.mark.parametrize("question", ["我要投诉你们", "再不处理我打12315", "找律师告你们", "充电器漏电了"])
def test_a_complaint_is_no_matter_for_a_machine(question: str):
    assert handing_over.reason_in_words(question) == HandOverReason.COMPLAINT


@pytest.mark.parametrize(
    "question",
    [
        "怎么投诉",
        "人工费多少",
        "退款多久",
        "人工客服几点上班",
        "invoice",
        "订单号12345678到哪了",
        "2026123150011还没发",
        "烟雾报警器怎么装",
        "漏电保护器多少钱",
        "humane mouse trap",
        "相机曝光怎么调",
    ],
)
def test_a_question_about_these_words_is_a_question(question: str):
    assert handing_over.reason_in_words(question) is None


def test_what_may_fit_is_offered_once_and_what_nothing_fits_never():
    sure, maybe, nothing = Confidence(0.9, 0.9, 0.9), Confidence(0.2, 0.0), Confidence(0.05, 0.9)
    reason = handing_over.reason_by_answer
    assert reason(sure, misses=0) is None
    assert reason(maybe, misses=1) is None
    assert reason(maybe, misses=2) == HandOverReason.MISSES
    assert reason(nothing, misses=1) == HandOverReason.UNSURE
    assert reason(maybe, misses=None) == HandOverReason.UNSURE


# Highlighting


def test_the_words_are_marked_in_either_script_and_nothing_else_is_live():
    html = highlighting.snippet("<script>alert(1)</script>&發票 可以開", ["发票", "_invoice", "的"])
    assert html == "alert(1)&amp;<mark>發票</mark> 可以開"


def test_a_snippet_stands_around_the_first_word():
    html = highlighting.snippet("前" * 200 + "退款" + "后" * 200, ["退款"])
    assert html.startswith("…前")
    assert "<mark>退款</mark>后" in html
    assert html.endswith("后…")


def test_words_that_overlap_are_marked_once():
    assert highlighting.snippet("退款多久", ["退款", "款多", "多久"]) == "<mark>退款多久</mark>"


def test_a_snippet_of_a_table_reads_as_its_words():
    text = "| 方式 | 到账 |\n| --- | :---: |\n| 余额 | 即时 |\n\n---\n\n完"
    assert highlighting.snippet(text, []) == "方式 到账 余额 即时 完"
