"""Markdown as a customer is written to. T7"""

import pytest

from training.plain_text import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("**付款后** 48 小时内 `发货`", "付款后 48 小时内 发货"),
        ("# 退货\n\n七天内。", "退货\n七天内。"),
        ("- 余额\n- 银行卡", "- 余额\n- 银行卡"),
        ("1. 登录\n2. 点物流", "1. 登录\n2. 点物流"),
        ("3. 登录\n4. 点物流", "3. 登录\n4. 点物流"),
        ("~~七天~~ 十五天内可退", "十五天内可退"),
        ("~~旧的 **很旧** 规定~~\n\n新的", "新的"),
        ("[帮助](https://example.com)", "帮助"),
        ("![图](/a.png)看图", "看图"),
        ("| 方式 | 时间 |\n|---|---|\n| 微信 | 当天 |", "方式 / 时间\n微信 / 当天"),
        ("一行\n两行", "一行\n两行"),
        ("<script>alert(1)</script>好", "<script>alert(1)</script>好"),
        ("```\n代码\n```", "代码"),
        ("", ""),
    ],
)
def test_the_words_stay_and_the_signs_go(markdown, text):
    assert plain(markdown) == text


def test_a_long_text_ends_with_a_sentence():
    assert plain("请您核对订单。" * 100, longest=50) == "请您核对订单。" * 7
    assert plain("长" * 100, longest=10) == "长" * 9 + "…"
