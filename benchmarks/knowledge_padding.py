"""Articles that nobody needs, many of them and all different: what a question has to be found among."""

import random
from collections.abc import Iterator

SYLLABLES = (
    "安贝晨达恩菲格海嘉凯乐美诺欧佩琪瑞森泰维希雅卓博诚丰冠恒华金君康利隆铭宁普启荣盛拓万祥鑫宇源泽智东方",
    "南北西云山水木林石星月光明天长春秋冬夏青蓝红白紫玉珠宝龙凤鹤鹿马羊松竹梅兰菊荷莲",
)  # fmt: skip
GOODS = (
    "电饭煲", "空气炸锅", "扫地机器人", "洗衣机", "冰箱", "空调", "电风扇", "吸尘器", "破壁机", "豆浆机",
    "电水壶", "台灯", "插线板", "路由器", "耳机", "音箱", "手机壳", "充电宝", "数据线", "键盘", "鼠标",
    "显示器", "平板电脑", "打印机", "投影仪", "行车记录仪", "儿童座椅", "婴儿车", "奶瓶", "纸尿裤",
    "积木", "书包", "运动鞋", "羽绒服", "衬衫", "牛仔裤", "连衣裙", "袜子", "围巾", "帽子", "床垫",
    "枕头", "被子", "窗帘", "沙发", "书桌", "衣柜", "货架", "地毯", "面霜", "洗面奶", "口红", "洗发水",
    "沐浴露", "牙刷", "剃须刀", "吹风机", "茶叶", "咖啡", "坚果", "牛奶", "大米", "食用油", "猫粮",
    "狗粮", "鱼缸",
)  # fmt: skip
PARTS = (
    "滤网", "电机", "外壳", "底座", "显示屏", "按键", "遥控器", "电源线", "密封圈", "内胆", "刀头",
    "支架", "轮子", "拉链", "纽扣", "鞋底", "面料", "填充物", "瓶盖", "喷头", "传感器", "主板", "螺丝",
    "把手", "门锁", "水箱", "管路", "风道", "灯珠", "接口",
)  # fmt: skip
ASPECTS = (
    "使用寿命", "拆卸步骤", "日常养护", "存放方法", "噪声水平", "耗电情况", "适用面积", "适用人群",
    "产地", "执行标准", "颜色搭配", "摆放位置", "开机步骤", "定时设置", "童锁功能", "语音控制",
    "防水等级", "承重", "厚度", "透气性", "弹性", "气味来源", "口感", "冲泡方法", "食用建议", "冷藏方法",
    "更换周期", "校准方法", "指示灯含义", "错误代码", "除垢", "消毒", "折叠方法", "固定方法",
)  # fmt: skip
LETTERS = "ABCDEFGHKLMNPQRSTWXZ"
TITLES = (
    "{brand}{goods}{model}的{aspect}", "{goods}{part}{aspect}说明", "{brand}{goods}{part}如何更换",
    "{model}{part}的{aspect}", "{brand}{goods}的{aspect}与{aspect2}", "关于{brand}{model}{aspect}的说明",
    "{goods}使用中{part}松动", "{brand}{part}选购指南",
)  # fmt: skip
SENTENCES = (
    "{brand}{goods}采用{part}与{part2}一体设计，{aspect}优于同类产品。",
    "首次使用前请检查{part}是否完好，再接通电源。",
    "{aspect}与使用环境有关，建议每{days}天检查一次{part}。",
    "型号{model}的{part}可以单独购买，拆卸时先松开{part2}。",
    "若{part}出现松动，请停止使用并联系售后，不要自行拆机。",
    "实测{aspect}约为{days}个单位，个体之间略有差异。",
    "许多顾客觉得{goods}很好用，{part}也结实，就是{aspect}一般。",
    "买了{days}天，{part}没有问题，物流也快，满意。", "包装里有{part}、{part2}和说明书各一份，请核对。",
    "清洁{part}时用软布蘸清水擦拭，不要用酒精。", "{brand}建议在通风处使用，{aspect}会更稳定。",
    "颜色因屏幕不同略有差别，以实物为准，退换按店铺规则办理。",
)  # fmt: skip


def articles(count: int, *, seed: int) -> Iterator[dict[str, object]]:
    """The same seed tells the same. Titles of 8 to 24 characters, texts of 100 to 400."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for number in range(count):
        facts = _facts(chance)
        body = "".join(
            sentence.format(**facts) for sentence in chance.choices(SENTENCES, k=chance.randint(3, 9))
        )
        title = chance.choice(TITLES).format(**facts)
        yield {"id": f"pad-{number}", "title": title, "body": body, "category": "商品资料", "questions": []}


def _facts(chance: random.Random) -> dict[str, object]:
    return {
        "brand": "".join(chance.choices(SYLLABLES, k=2)),
        "goods": chance.choice(GOODS),
        "part": chance.choice(PARTS),
        "part2": chance.choice(PARTS),
        "aspect": chance.choice(ASPECTS),
        "aspect2": chance.choice(ASPECTS),
        "model": f"{''.join(chance.choices(LETTERS, k=2))}-{chance.randint(100, 9999)}",
        "days": chance.randint(2, 365),
    }
