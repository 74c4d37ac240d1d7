"""A row of a table as a draft. # C2"""

from datetime import datetime

import pytest

from complaints.choices import Channel, CustomerLevel, Kind, Severity
from complaints.importing import drafts
from complaints.models import Category
from portal.errors import MissingInformation
from portal.transfers.importers import Record
from tests.factories import SHANGHAI

TAOBAO = {
    "external_id": "801935720784991065",
    "order_no": "1031143389058743423",
    "account": "tb05788514",
    "product": "平板 型号0243",
    "amount": "413.24",
    "remedy_sought": "退货退款",
    "occurred_at": "2026-03-10 11:05:00",
    "status": "退款成功",
    "reason": "质量问题",
    "description": "刚买一个月，耳机插孔就松了。",
    "severity": "需要客服介入",
    "name": "刘明明",
    "phone": "13481605119",
    "province": "黑龙江省",
}
GENERIC = {"channel": "微博", "occurred_at": "2026-03-10 09:00", "subject": "发错货"}
CATEGORY = Category(code="parts", name="少件")


def taobao(**cells: str):
    return drafts.draft(Record(2, "taobao", TAOBAO | cells), {})


def generic(**cells: str):
    return drafts.draft(Record(2, "generic", GENERIC | cells), {"parts": CATEGORY, "少件": CATEGORY})


def wrong(read, **cells: str) -> dict[str, str]:
    with pytest.raises(MissingInformation) as refused:
        read(**cells)
    return {field: str(message) for field, message in refused.value.fields.items()}


def test_a_row_of_a_marketplace_is_an_after_sales_matter_of_its_channel():
    read = taobao()

    assert (read.channel, read.kind, read.external_id) == (
        Channel.TAOBAO, Kind.AFTER_SALES, "801935720784991065",
    )  # fmt: skip
    assert read.occurred_at == datetime(2026, 3, 10, 11, 5, tzinfo=SHANGHAI)
    assert read.subject == "退货退款 · 质量问题"
    assert read.remedy_sought == "退货退款 ¥413.24"
    assert (read.customer.name, read.customer.phone, read.customer.account, read.customer.province) == (
        "刘明明", "13481605119", "tb05788514", "黑龙江省",
    )  # fmt: skip


@pytest.mark.parametrize("state", ["退款成功", "退款关闭", "售后成功", "已完成", "完成"])
def test_a_state_after_which_nothing_happens_settles_the_matter(state):
    assert taobao(status=state).settled == state


@pytest.mark.parametrize("state", ["卖家已经同意退款，等待买家退货", "待商家处理", "待收货", ""])
def test_any_other_state_leaves_it_open(state):
    assert taobao(status=state).settled == ""


def test_a_matter_the_platform_looks_at_is_graver():
    assert taobao().severity == Severity.HIGH
    assert taobao(severity="").severity == Severity.NORMAL


def test_without_a_reason_the_subject_is_the_beginning_of_the_description():
    told = taobao(reason="", description="头皮还是很痒，\n" + "很痒" * 40).subject
    assert told.startswith("退货退款 · 头皮还是很痒， 很痒")
    assert told.endswith("…")
    assert len(told) < 60


def test_the_amount_belongs_to_a_refund_alone():
    assert taobao(remedy_sought="换货").remedy_sought == "换货"


def test_the_province_is_also_found_in_an_address():
    assert taobao(province="", address="湖南省某市某区某路53号").customer.province == "湖南省"


@pytest.mark.parametrize("phone", ["134****5119", "13481605119-1234", "13481605119转8001"])
def test_a_number_that_the_marketplace_hides_or_lends_is_nobodys(phone):
    # Kept, it would make one customer of all who were lent it.
    assert taobao(phone=phone).customer.phone == ""


def test_a_general_row_says_its_channel_and_may_leave_out_the_rest():
    read = generic()
    assert (read.channel, read.kind, read.severity) == (Channel.SOCIAL, Kind.COMPLAINT, Severity.NORMAL)
    assert read.customer.level == CustomerLevel.ORDINARY


def test_a_general_row_names_what_it_knows():
    read = generic(kind="咨询", severity="危机", level="大客户", category=" 少件 ")
    assert (read.kind, read.severity, read.customer.level) == (
        Kind.INQUIRY, Severity.CRISIS, CustomerLevel.KEY,
    )  # fmt: skip
    assert read.category is CATEGORY


def test_a_row_without_a_number_gets_one_that_its_content_makes():
    assert generic().external_id == generic().external_id
    assert generic().external_id != generic(description="还发错了颜色").external_id


def test_every_wrong_cell_is_named_with_the_remedy():
    told = wrong(generic, channel="飞鸽", kind="闲聊", severity="很", category="不存在", occurred_at="昨天")
    assert set(told) == {"channel", "kind", "severity", "category", "occurred_at"}
    assert "2026-11-11 09:30:00" in told["occurred_at"]
    assert "," in told["channel"]


def test_a_channel_that_is_left_out_is_wrong():
    assert "channel" in wrong(generic, channel="")
