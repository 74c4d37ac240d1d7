"""Whose table it is, told by its header. # C2"""

import pytest
from django.utils import translation

from complaints.choices import Channel, CustomerLevel, Kind, Severity
from complaints.importing import formats
from complaints.importing.importer import TicketImporter
from complaints.importing.words import CHANNEL_WORDS, KIND_WORDS, LEVEL_WORDS, SEVERITY_WORDS

# As the sellers' back offices write them, in another order and with columns nobody asked for.
HEADERS = {
    "generic": "省份,渠道,外部编号,类型,发生时间,客户姓名,手机号,订单号,商品,主题,问题描述,严重程度",
    "taobao": "订单编号,退款编号,支付宝交易号,买家会员名,买家实际支付金额,宝贝标题,买家退款金额,退款类型,"
    "退款申请时间,退款状态,货物状态,退货物流信息,客服介入状态,"
    "买家退款原因,买家退款说明,收货人姓名,联系手机,收货省份",
    "jd": "服务单号,订单号,商品编号,商品名称,申请时间,客户期望,问题描述,客户账号,联系人,联系电话,"
    "取件地址,服务单状态",
    "pdd": "售后编号,订单编号,售后类型,售后状态,申请时间,商品名称,退款金额,售后原因,用户留言,"
    "收货人,手机号,省",
    "douyin": "售后单号,订单编号,商品名称,售后类型,售后状态,申请退款金额(元),申请时间,售后原因,问题描述,"
    "收件人,收件人手机号,省份",
}


@pytest.mark.parametrize("key", HEADERS)
def test_each_table_is_known_by_its_header(key):
    match = TicketImporter().detect(HEADERS[key].split(","))
    assert (match.layout.key, match.missing) == (key, ())


def test_a_table_of_tmall_looks_like_one_of_taobao_and_has_to_be_asked_for():
    header = HEADERS["taobao"].split(",")
    assert TicketImporter().detect(header, layout="tmall").layout.key == "tmall"
    assert TicketImporter().detect(header).layout.key == "taobao"


def test_english_headers_are_known_too():
    match = TicketImporter().detect(
        ["Date received", "Product", "Issue", "Company", "State", "Submitted via"]
    )
    assert match.layout.key == "generic"
    assert match.positions["channel"] == 5


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_our_own_template_is_the_general_table_in_every_language(language):
    with translation.override(language):
        header = [str(column.header) for column in TicketImporter.columns]
    match = TicketImporter().detect(header)
    assert match.layout.key == "generic"
    assert set(match.positions) == {column.field for column in TicketImporter.columns}


def test_what_is_missing_is_named_in_the_words_of_the_table():
    header = HEADERS["taobao"].replace("退款申请时间,", "").split(",")
    match = TicketImporter().detect(header)
    assert (match.layout.key, match.missing) == ("taobao", ("退款申请时间",))


@pytest.mark.parametrize("name", ["GENERIC", "TAOBAO", "JD", "PDD", "DOUYIN"])
def test_no_header_stands_for_two_fields(name):
    names = [name for names in getattr(formats, name).values() for name in names.split("|")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("words", "text", "meaning"),
    [
        (CHANNEL_WORDS, "微博", Channel.SOCIAL),
        (CHANNEL_WORDS, "小红书", Channel.SOCIAL),
        (CHANNEL_WORDS, "京东", Channel.JD),
        (CHANNEL_WORDS, "在线客服", Channel.CHAT),
        (CHANNEL_WORDS, "電話", Channel.HOTLINE),
        (CHANNEL_WORDS, "ａｐｐ", Channel.APP),
        (CHANNEL_WORDS, "Postal Mail", Channel.EMAIL),
        (CHANNEL_WORDS, "hotline", Channel.HOTLINE),
        (KIND_WORDS, "售 后", Kind.AFTER_SALES),
        (KIND_WORDS, "投诉", Kind.COMPLAINT),
        (SEVERITY_WORDS, "危机", Severity.CRISIS),
        (SEVERITY_WORDS, "重要", Severity.HIGH),
        (LEVEL_WORDS, "VIP", CustomerLevel.KEY),
    ],
)
def test_words_of_the_trade_are_understood(words, text, meaning):
    assert words.find(text) == meaning


def test_an_unknown_word_means_nothing():
    assert CHANNEL_WORDS.find("飞鸽传书") is None
    assert CHANNEL_WORDS.find("") is None


def test_no_word_means_two_things():
    for synonyms in (formats.CHANNELS, formats.KINDS, formats.SEVERITIES, formats.LEVELS):
        words = [word for words in synonyms.values() for word in words.split("|")]
        assert len(words) == len(set(words))
