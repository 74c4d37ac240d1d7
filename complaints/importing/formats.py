"""The tables we know, as data: what their columns are called, and what the words in them mean.

A new marketplace, or a renamed column, is a line here. Blanks, case, width and order do not matter, and
columns that are not named are ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from complaints.choices import Channel, CustomerLevel, Kind, Severity
from portal.transfers.importers import Layout

Synonyms = Mapping[str, str]
"""Field -> its headers, the usual one first, with a bar between."""

GENERIC: Synonyms = {
    "channel": "渠道|来源|来源渠道|來源|channel|source|submitted via",
    "external_id": "外部编号|渠道编号|编号|工单号|外部編號|編號|external id|id|complaint id|case number",
    "kind": "类型|工单类型|類型|kind|type",
    "occurred_at": "发生时间|时间|日期|反馈时间|受理时间|發生時間|occurred at|date|time|date received",
    "name": "客户姓名|姓名|联系人|客户|客戶姓名|customer|name|customer name",
    "phone": "手机号|手机|电话|联系电话|联系方式|手機號|電話|phone|telephone|mobile",
    "email": "邮箱|电子邮件|邮件地址|電子郵件|email|e-mail",
    "account": "客户账号|账号|会员名|客戶帳號|account|customer id",
    "level": "客户级别|客户等级|客戶級別|level|customer level",
    "province": "省份|省|所在省|province|state",
    "address": "地址|收货地址|联系地址|address",
    "order_no": "订单号|订单编号|訂單號|order number|order no|order",
    "product": "商品|商品名称|产品|商品名稱|product|item",
    "carrier": "承运商|快递公司|物流公司|carrier",
    "shop": "店铺|店铺名称|公司|店鋪|shop|store|company",
    "subject": "主题|标题|事由|主題|標題|subject|title|summary|issue",
    "description": "问题描述|描述|内容|详情|投诉内容|問題描述|description|details|sub-issue|narrative",
    "severity": "严重程度|紧急程度|优先级|嚴重程度|severity|priority|urgency",
    "category": "分类|类别|问题分类|分類|category",
    "remedy_sought": "客户诉求|诉求|客户要求|客戶訴求|remedy sought|remedy",
    "status": "状态|处理状态|处理结果|狀態|status|company response to consumer",
}

TAOBAO: Synonyms = {
    "external_id": "退款编号|退款单号",
    "order_no": "订单编号|订单号|主订单编号",
    "account": "买家会员名|买家会员名称|买家昵称|买家旺旺",
    "product": "宝贝标题|商品标题|商品名称",
    "amount": "买家退款金额|退款金额|申请退款金额",
    "remedy_sought": "退款类型|售后类型|退款方式",
    "occurred_at": "退款申请时间|退款的申请时间|申请时间",
    "status": "退款状态",
    "reason": "买家退款原因|退款原因",
    "description": "买家退款说明|退款说明",
    "severity": "客服介入状态|平台介入状态",
    "name": "收货人姓名|收货人|买家姓名",
    "phone": "联系手机|收货人手机|手机号|联系电话",
    "province": "收货省份|省份",
    "address": "收货地址|收货人地址",
    "carrier": "退货物流公司|物流公司",
    "shop": "店铺名称|店铺",
}

JD: Synonyms = {
    "external_id": "服务单号|售后服务单号",
    "order_no": "订单号|订单编号",
    "product": "商品名称",
    "occurred_at": "申请时间|服务单申请时间",
    "remedy_sought": "客户期望|客户期望处理方式|期望处理方式",
    "reason": "申请原因|售后原因|问题类型",
    "description": "问题描述|申请描述",
    "account": "客户账号|用户账号|下单账号",
    "name": "联系人|客户姓名",
    "phone": "联系电话|手机号",
    "address": "取件地址|客户地址|收货地址",
    "province": "省份",
    "status": "服务单状态",
    "amount": "退款金额|申请退款金额",
    "carrier": "承运商|快递公司",
    "shop": "店铺名称",
}

PDD: Synonyms = {
    "external_id": "售后编号|售后单编号",
    "order_no": "订单编号|订单号",
    "remedy_sought": "售后类型",
    "status": "售后状态",
    "occurred_at": "申请时间|售后申请时间",
    "product": "商品名称",
    "amount": "退款金额|申请退款金额",
    "reason": "售后原因|退款原因",
    "description": "用户留言|问题描述|售后说明",
    "name": "收货人|收货人姓名|收件人",
    "phone": "手机号|手机|联系电话|收货人手机",
    "province": "省|省份|收货省份",
    "address": "收货地址|详细地址|地址",
    "carrier": "退货快递公司|快递公司|物流公司",
    "shop": "店铺名称",
}

DOUYIN: Synonyms = {
    "external_id": "售后单号",
    "order_no": "订单编号|订单号|主订单编号",
    "product": "商品名称|商品",
    "remedy_sought": "售后类型",
    "status": "售后状态",
    "amount": "申请退款金额(元)|申请退款金额|退款金额(元)|退款金额",
    "occurred_at": "申请时间|售后申请时间",
    "reason": "售后原因|申请原因",
    "description": "问题描述|售后描述|申请说明",
    "name": "收件人|收货人",
    "phone": "收件人手机号|收货人手机号|手机号",
    "province": "省份|省|收货省份",
    "address": "收货地址|详细地址|收件地址",
    "carrier": "退货物流公司|物流公司",
    "shop": "店铺名称",
}

CHANNELS: Synonyms = {
    Channel.CHAT: "在线客服|在线|网页客服|聊天|客服|微信|微信客服|小程序|旺旺|在線客服|live chat|wechat",
    Channel.APP: "应用|手机应用|客户端|应用内|應用|in-app",
    Channel.HOTLINE: "电话|热线|客服热线|来电|电话热线|400|電話|熱線|phone|telephone|call",
    Channel.EMAIL: "邮件|电子邮件|邮箱|信件|来信|传真|郵件|e-mail|mail|letter|postal mail|fax",
    Channel.SOCIAL: (
        "微博|新浪微博|小红书|知乎|抖音短视频|贴吧|论坛|社交媒体|舆情|小紅書|社群媒體|weibo|xiaohongshu|rednote|forum"
    ),
    Channel.STORE: "门店|线下门店|实体店|柜台|门市|門店|shop|in person|counter",
    Channel.WEB: "网站|官网|网页|网页表单|转办|網站|網頁|website|web form|online|referral",
    Channel.BOT: "机器人|智能客服|机器人客服|機器人|chatbot",
    Channel.TAOBAO: "淘宝|淘宝网|淘寶",
    Channel.TMALL: "天猫|天猫商城|天貓",
    Channel.JD: "京东|京东商城|京東|jingdong",
    Channel.PDD: "拼多多|多多|pinduoduo",
    Channel.DOUYIN: "抖音|抖音电商|抖店|抖音小店|抖音商城|tiktok",
}

KINDS: Synonyms = {
    Kind.INQUIRY: "咨询|售前咨询|询问|查询|諮詢|enquiry|question",
    Kind.ORDER: "订单|订单问题|订单需求|訂單",
    Kind.AFTER_SALES: "售后|售后服务|退货|退款|换货|维修|补寄|售後|退貨|換貨|after sales|return|refund",
    Kind.COMPLAINT: "投诉|客诉|投訴",
    Kind.OPINION: "舆情|舆论|公众意见|輿情|opinion",
    Kind.ONBOARDING: "商家入驻|入驻|商家|业务交接|商家入駐|merchant",
}

SEVERITIES: Synonyms = {
    Severity.LOW: "轻微|低|次要|輕微|minor",
    Severity.NORMAL: "一般|普通|中|正常|medium|moderate",
    Severity.HIGH: "重要|严重|高|紧急|嚴重|緊急|major|urgent",
    Severity.CRISIS: "危机|特急|重大|非常紧急|危機|critical",
}

LEVELS: Synonyms = {
    CustomerLevel.ORDINARY: "普通|一般|普通客户|普通客戶|regular",
    CustomerLevel.KEY: "大客户|重点客户|重要客户|vip|key account|大客戶",
    CustomerLevel.DIFFICULT: "疑难|疑难客户|特殊客户|疑難|difficult customer",
}

PLATFORM_STEPPED_IN: Synonyms = {
    Severity.HIGH: (
        "需要客服介入|客服已经介入|客服已介入|客服初审完成|客服主管复审失败|平台介入|平台已介入|平台介入中|申请平台介入"
    ),
}
"""A dispute that the marketplace itself looks at is graver than one between customer and shop."""

SETTLED = (
    "退款成功|退款完成|退款关闭|退货退款成功|售后成功|售后完成|售后关闭|售后已完成|换货成功|换货完成|"
    "补寄成功|补寄完成|维修成功|维修完成|完成|已完成|已完结|完结|关闭|已关闭|取消|已取消|撤销|已撤销|用户已撤销|"
    "买家已撤销|已解决|已办结|已结案|已退款|已完結|已關閉|已結案|"
    "closed|resolved|completed|done|cancelled|closed with explanation|closed with monetary relief|"
    "closed with non-monetary relief|closed with relief|closed without relief"
)
"""States of a marketplace after which nothing happens any more. Any other state leaves the matter open."""


@dataclass(frozen=True)
class Format:
    """How the rows of one layout are to be understood where their columns do not say."""

    layout: Layout
    kind: Kind
    channel: Channel | None = None


def _marketplace(channel: Channel, headers: Synonyms) -> Format:
    required = frozenset({"external_id", "occurred_at", "remedy_sought"})
    layout = Layout(channel.value, channel.label, by_header(headers), required)
    return Format(layout, Kind.AFTER_SALES, channel)


def by_header(synonyms: Synonyms) -> dict[str, str]:
    """Header -> field."""
    return {name: field for field, names in synonyms.items() for name in names.split("|")}


# Taobao and Tmall share one back office: their exports look alike, so that Tmall has to be asked for.
MARKETPLACES = (
    _marketplace(Channel.TAOBAO, TAOBAO),
    _marketplace(Channel.TMALL, TAOBAO),
    _marketplace(Channel.JD, JD),
    _marketplace(Channel.PDD, PDD),
    _marketplace(Channel.DOUYIN, DOUYIN),
)
GENERAL = Format(
    Layout("generic", _("General table"), by_header(GENERIC), frozenset({"channel", "occurred_at"})),
    Kind.COMPLAINT,
)
FORMATS = {format_.layout.key: format_ for format_ in (GENERAL, *MARKETPLACES)}
