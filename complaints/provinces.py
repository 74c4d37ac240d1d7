"""The provinces of China: their official names, found in whatever a channel writes. Pure."""

PROVINCES = (
    "北京市", "天津市", "河北省", "山西省", "内蒙古自治区", "辽宁省", "吉林省", "黑龙江省", "上海市",
    "江苏省", "浙江省", "安徽省", "福建省", "江西省", "山东省", "河南省", "湖北省", "湖南省", "广东省",
    "广西壮族自治区", "海南省", "重庆市", "四川省", "贵州省", "云南省", "西藏自治区", "陕西省", "甘肃省",
    "青海省", "宁夏回族自治区", "新疆维吾尔自治区", "台湾省", "香港特别行政区", "澳门特别行政区",
)  # fmt: skip

_THREE_CHARACTERS = ("内蒙古", "黑龙江")
_BY_SHORT_NAME = {name[:3] if name.startswith(_THREE_CHARACTERS) else name[:2]: name for name in PROVINCES}


def found_in(text: str) -> str:
    """The province with whose name, short or official, the text begins: a name or an address; else ""."""
    start = text.strip().removeprefix("中国").lstrip()
    return next((name for short, name in _BY_SHORT_NAME.items() if start.startswith(short)), "")


def written(text: str) -> str:
    """A province in its official name; what is none of China's stays as it came."""
    return found_in(text) or text.strip()
