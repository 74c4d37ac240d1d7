"""The words of the demonstration, as data. Every person, order and shop in them is made up."""

from dataclasses import dataclass

from complaints.choices import Channel, Kind, Responsible


@dataclass(frozen=True)
class Subject:
    """A kind of matter as customers bring it: its category, what is said, what is answered and found."""

    category: str
    kind: Kind
    weight: int
    says: tuple[str, ...]
    answers: tuple[str, ...]
    outcomes: tuple[str, ...]
    causes: tuple[tuple[str, Responsible], ...] = ()


SKILLS = {
    "presale": "售前咨询",
    "orders": "订单处理",
    "aftersales": "售后处理",
    "complaints": "投诉处理",
    "hotline": "热线接听",
    "technical": "技术支持",
    "opinion": "舆情处置",
    "merchants": "商家服务",
    "press": "媒体应对",
}
PRESS = "press"
"""Held by no team; see `config.demo.waiting`."""

# Team: kind, the skills its people are certified for, how many of sixty work there.
TEAMS = {
    "售前组": ("pre_sale", ("presale", "orders"), 10),
    "售中组": ("in_sale", ("orders", "presale", "merchants"), 10),
    "售后一组": ("after_sale", ("aftersales", "complaints", "orders"), 13),
    "售后二组": ("after_sale", ("aftersales", "complaints", "opinion"), 13),
    "热线组": ("hotline", ("hotline", "orders", "aftersales"), 9),
    "技术支持组": ("technical", ("technical", "complaints"), 5),
}

# Category: name, the one above, kind, skill.
CATEGORIES = {
    "inquiry": ("咨询", "", Kind.INQUIRY, "presale"),
    "product": ("商品咨询", "inquiry", Kind.INQUIRY, ""),
    "promotion": ("活动优惠", "inquiry", Kind.INQUIRY, ""),
    "delivery": ("物流查询", "inquiry", Kind.INQUIRY, "orders"),
    "invoice": ("发票问题", "inquiry", Kind.INQUIRY, "orders"),
    "order": ("订单", "", Kind.ORDER, "orders"),
    "address": ("修改地址", "order", Kind.ORDER, ""),
    "cancel": ("取消订单", "order", Kind.ORDER, ""),
    "urge": ("催促发货", "order", Kind.ORDER, ""),
    "after-sales": ("售后", "", Kind.AFTER_SALES, "aftersales"),
    "return": ("退货退款", "after-sales", Kind.AFTER_SALES, ""),
    "exchange": ("换货", "after-sales", Kind.AFTER_SALES, ""),
    "repair": ("维修", "after-sales", Kind.AFTER_SALES, "technical"),
    "reship": ("少件补发", "after-sales", Kind.AFTER_SALES, ""),
    "complaint": ("投诉", "", Kind.COMPLAINT, "complaints"),
    "quality": ("商品质量", "complaint", Kind.COMPLAINT, ""),
    "damage": ("物流破损", "complaint", Kind.COMPLAINT, ""),
    "attitude": ("服务态度", "complaint", Kind.COMPLAINT, ""),
    "mismatch": ("描述不符", "complaint", Kind.COMPLAINT, ""),
    "refund-delay": ("退款延迟", "complaint", Kind.COMPLAINT, ""),
    "opinion": ("舆情", "", Kind.OPINION, "opinion"),
    "exposure": ("社交媒体曝光", "opinion", Kind.OPINION, ""),
    "media": ("媒体问询", "opinion", Kind.OPINION, "press"),
    "onboarding": ("商家入驻", "", Kind.ONBOARDING, "merchants"),
    "registration": ("店铺注册", "onboarding", Kind.ONBOARDING, ""),
}

SUBJECTS = (
    Subject(
        "product",
        Kind.INQUIRY,
        16,
        (
            "请问{product}有没有现货？",
            "{product}适合老人用吗？",
            "{product}保修多久？",
            "{product}能不能用在厨房？",
        ),
        (
            "您好，{product}目前有现货，今天下单明天发出，请放心。",
            "您好，请看一下详情页的参数表，如有不清楚的地方我再为您说明，谢谢。",
        ),
        ("已解答商品参数", "已告知保修政策", "已推荐合适型号"),
    ),
    Subject(
        "promotion",
        Kind.INQUIRY,
        10,
        ("双11的满减券怎么用不了？", "凑单满300减50，退一件还算优惠吗？", "会员价和活动价可以叠加吗？"),
        ("您好，满减券需要同店商品一起结算，请您重新选择后再试，谢谢。",),
        ("已说明优惠规则", "已补发优惠券"),
    ),
    Subject(
        "delivery",
        Kind.INQUIRY,
        16,
        ("快递三天没有更新了，请帮我查一下", "显示已签收但我没收到", "包裹能不能改送到驿站？"),
        ("您好，请稍等，我马上联系{carrier}核实，一小时内给您答复，谢谢。",),
        ("已联系快递，次日送达", "已核实由门卫代收", "已改派送地点"),
    ),
    Subject(
        "invoice",
        Kind.INQUIRY,
        5,
        ("需要开公司抬头的电子发票", "发票抬头写错了，能重开吗？"),
        ("您好，请提供公司名称和税号，发票会发到您预留的邮箱，谢谢。",),
        ("已重开发票", "已发送电子发票"),
    ),
    Subject(
        "address",
        Kind.ORDER,
        6,
        ("地址填错了，请帮忙改一下", "收货人换成我爱人，电话也要改"),
        ("您好，请把新的地址告诉我，改好后再跟您核对一遍，谢谢。",),
        ("已改地址并与客户确认", "已通知打单同事"),
    ),
    Subject(
        "cancel",
        Kind.ORDER,
        4,
        ("拍错颜色了，想取消重拍", "不想要了，还没发货可以取消吗？"),
        ("您好，订单还没有出库，我现在为您取消，款项原路退回，谢谢。",),
        ("已取消订单", "已拦截包裹"),
    ),
    Subject(
        "urge",
        Kind.ORDER,
        7,
        ("说好48小时发货，怎么还没动静？", "急用，今天能发出来吗？"),
        ("您好，非常抱歉让您久等，请稍等，我马上催仓库安排，谢谢。",),
        ("已加急发出", "已说明延迟原因并补偿优惠券"),
    ),
    Subject(
        "return",
        Kind.AFTER_SALES,
        12,
        ("{product}不喜欢，想七天无理由退货", "尺寸不合适，要退货退款", "用了两天就不想用了，可以退吗？"),
        ("您好，请保持包装完好并寄回，退货地址稍后发给您，收到后24小时内退款，谢谢。",),
        ("已收到退件并退款", "已按七天无理由退款"),
        (("不合预期", Responsible.CUSTOMER), ("尺码表不清楚", Responsible.GOODS)),
    ),
    Subject(
        "exchange",
        Kind.AFTER_SALES,
        5,
        ("发来的颜色不对，要换成白色的", "{product}有划痕，换一个新的"),
        ("您好，给您添麻烦了，请寄回，我们同时为您安排换新，谢谢。",),
        ("已换新发出",),
        (("拣货错误", Responsible.WAREHOUSE), ("出厂瑕疵", Responsible.GOODS)),
    ),
    Subject(
        "repair",
        Kind.AFTER_SALES,
        4,
        ("{product}开不了机，能维修吗？", "{product}充不进电"),
        ("您好，请先按住电源键十秒试一下；如果还是不行，我为您登记上门取件，谢谢。",),
        ("已维修并寄回", "远程指导后恢复正常"),
        (("主板故障", Responsible.GOODS), ("充电器不匹配", Responsible.CUSTOMER)),
    ),
    Subject(
        "reship",
        Kind.AFTER_SALES,
        4,
        ("买了三件只收到两件", "赠品没有放进来"),
        ("您好，非常抱歉，请稍等，我查一下出库记录，漏发的马上补寄，谢谢。",),
        ("已补发漏件", "已补寄赠品"),
        (("仓库漏发", Responsible.WAREHOUSE),),
    ),
    Subject(
        "quality",
        Kind.COMPLAINT,
        5,
        (
            "{product}才用一周就坏了，质量太差！",
            "{product}味道很重，孩子闻了不舒服",
            "买到的{product}是旧的，有使用痕迹",
        ),
        ("您好，非常抱歉给您带来不好的体验，请把照片发给我，我会负责到底，今天内给您处理方案，谢谢。",),
        ("已换新并补偿优惠券", "已全额退款", "已送检并退款"),
        (("批次质量问题", Responsible.GOODS), ("仓库混入退货", Responsible.WAREHOUSE)),
    ),
    Subject(
        "damage",
        Kind.COMPLAINT,
        4,
        ("收到的时候箱子都压扁了，{product}碎了", "外包装湿透，里面全坏了"),
        ("您好，非常抱歉，请把外箱和面单拍照给我，我马上为您补发，谢谢。",),
        ("已补发，向{carrier}索赔", "已退款"),
        (("运输挤压", Responsible.CARRIER), ("包装过薄", Responsible.WAREHOUSE)),
    ),
    Subject(
        "attitude",
        Kind.COMPLAINT,
        2,
        ("昨天的客服让我自己去问快递，什么态度？", "问了三遍都没人好好回答"),
        ("您好，我代表同事向您道歉，这件事由我负责到底，请允许我今天下午两点前给您回电，谢谢。",),
        ("已致歉并由主管回访", "已致歉并补偿优惠券"),
        (("首问未负责", Responsible.SERVICE),),
    ),
    Subject(
        "mismatch",
        Kind.COMPLAINT,
        2,
        ("{product}跟图片完全不一样，虚假宣传", "说是纯棉，成分表写的化纤"),
        ("您好，非常抱歉，请稍等，我马上核对详情页，今天内给您答复，谢谢。",),
        ("已退货退款并修改详情页",),
        (("详情页描述有误", Responsible.GOODS),),
    ),
    Subject(
        "refund-delay",
        Kind.COMPLAINT,
        3,
        ("退货一个星期了，钱还没退！", "说好24小时退款，现在都三天了"),
        ("您好，非常抱歉让您久等，我马上查退款进度，一小时内给您答复，谢谢。",),
        ("已加急退款到账",),
        (("财务审核延误", Responsible.SERVICE), ("退件入库延误", Responsible.WAREHOUSE)),
    ),
    Subject(
        "exposure",
        Kind.OPINION,
        1,
        ("微博用户发帖称{product}漏电，转发上百", "小红书笔记吐槽双11发货慢"),
        ("您好，看到您的帖子非常抱歉，请私信订单号，我们马上为您处理，谢谢。",),
        ("已联系博主并解决，帖子已更新",),
    ),
    Subject(
        "registration",
        Kind.ONBOARDING,
        1,
        ("新商家入驻，资料已提交，等待注册店铺",),
        ("您好，资料已收到，店铺注册后会电话通知您，谢谢。",),
        ("店铺已注册并派单装修",),
    ),
)

PRESS_MATTERS = (
    ("民生栏目记者询问加湿器漏水投诉", "汪记者"),
    ("财经自媒体求证双11先涨价后打折", "罗编辑"),
    ("晚报记者核实空气炸锅退货纠纷", "唐记者"),
)

CHANNELS = (
    (Channel.CHAT, 30),
    (Channel.APP, 14),
    (Channel.HOTLINE, 16),
    (Channel.EMAIL, 4),
    (Channel.SOCIAL, 4),
    (Channel.STORE, 2),
    (Channel.WEB, 3),
    (Channel.TAOBAO, 9),
    (Channel.TMALL, 5),
    (Channel.JD, 6),
    (Channel.PDD, 4),
    (Channel.DOUYIN, 3),
)

PRODUCTS = (
    "青瓷保温杯",
    "云朵加湿器",
    "竹纤维四件套",
    "蓝牙耳机M3",
    "便携榨汁机",
    "儿童学习台灯",
    "记忆棉枕头",
    "不粘炒锅",
    "无线吸尘器V8",
    "电热水壶",
    "羊毛围巾",
    "登山双肩包",
    "智能手环7",
    "空气炸锅",
    "香薰蜡烛礼盒",
)
CARRIERS = ("顺风达", "中远快运", "圆满速递", "极速通", "安邮")
SHOPS = ("青禾旗舰店", "青禾家居专营店", "青禾数码店", "青禾母婴店")
PROVINCES = (
    "广东省",
    "浙江省",
    "江苏省",
    "上海市",
    "北京市",
    "四川省",
    "湖北省",
    "山东省",
    "河南省",
    "福建省",
    "湖南省",
    "陕西省",
    "辽宁省",
    "重庆市",
)
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂英华慧建文红玉兰婷雪倩宁欣怡晨宇浩轩子涵雨"
REMEDIES = ("退款", "换新", "补发", "道歉", "补偿优惠券", "")
PRAISE = ("处理很及时，谢谢", "态度很好", "满意", "回电说明得很清楚")
BLAME = ("希望下次快一点", "等了太久", "问题没有真正解决", "问了好几遍")
TRANSFER_REASONS = ("需要技术支持判断", "客户要求处理退款", "属于售后二组负责的店铺")
WAITING_REASONS = {
    "customer": ("等客户发照片", "等客户寄回", "等客户确认方案"),
    "third_party": ("等快递核实", "等仓库查库存"),
}
CALL_NOTES = ("客户表示满意，感谢跟进", "客户已收到补发商品", "客户希望以后包装再加强", "电话无人接听")
