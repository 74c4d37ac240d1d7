"""The blanks of a standard phrase. T8"""

import pytest
from django.utils import translation

from portal.errors import MissingInformation
from training.phrases.placeholders import NAMES, fill, require_known, unfilled


@pytest.mark.parametrize(
    "text",
    [
        "{a.__class__}", "{customer.name}", "{{settings}}", "{settings.SECRET_KEY}", "{0}", "{}",
        "{customer!r}", "{customer:>99}", "{ customer }", "{CUSTOMER}", "{customer", "customer}",
        "{{customer}}", "{agent}{", "%(customer)s {x}", "{customer[0]}",
    ],
)  # fmt: skip
def test_whatever_is_no_known_blank_is_refused(text):
    with pytest.raises(MissingInformation) as refusal:
        require_known(f"您好{text}谢谢")
    assert "text" in refusal.value.fields


def test_the_known_blanks_are_taken():
    require_known("，".join(f"{{{name}}}" for name in NAMES))


def test_the_title_is_not_said_twice():
    with pytest.raises(MissingInformation):
        require_known("{customer}{title}，您好")


def test_blanks_are_filled_with_plain_text_once():
    values = {"agent": "{number}", "number": "{agent.__class__}", "customer": "王先生"}
    assert fill("{customer}：{agent} {number}", values) == "王先生：{number} {agent.__class__}"


@pytest.mark.parametrize("text", ["{a.__class__}", "{{settings}}", "{0}", "%s"])
def test_what_means_nothing_stays_as_it_stands(text):
    assert fill(text, {"customer": "王先生", "settings": "x", "a": "x"}) == text


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{customer}，您好！", "您好！"),
        ("{customer}，请您稍等。", "请您稍等。"),
        ("谢谢。{customer}，请您稍等。", "谢谢。请您稍等。"),
        ("{customer}您好！", "您好！"),
        ("感谢{customer}的耐心。", "感谢您的耐心。"),
    ],
)
def test_a_customer_whose_name_is_not_known_is_not_called_by_it(text, filled):
    assert fill(text, {}) == filled


def test_what_is_not_known_is_left_to_be_written_by_hand():
    with translation.override("zh-hans"):
        assert fill("订单{order}已发出", {"order": ""}) == "订单【订单号】已发出"


@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_what_is_still_to_be_written_is_found_in_whatever_language(language):
    with translation.override(language):
        written = fill("订单 {order}，{shop}，订单 {order}。", {})
    assert len(unfilled(written)) == 2
    assert unfilled("【温馨提示】订单 26031 已发货。") == []


@pytest.mark.parametrize("text", ["【订单号】：260310001", "【订单号】 260310001", "【工单号】T00001024"])
def test_a_heading_with_its_value_is_no_blank(text):
    assert unfilled(text) == []
    assert unfilled(text[:5] + "已发出") == [text[:5]]
