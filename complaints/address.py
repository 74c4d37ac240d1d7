"""How a customer is called in a reply: by surname and title, or not at all. Pure."""

from typing import NamedTuple

TITLES = ("先生", "女士", "小姐", "太太", "老师")
TWO_CHARACTERS = frozenset(
    [
        "欧阳", "太史", "上官", "司马", "东方", "独孤", "南宫", "万俟", "闻人", "夏侯", "诸葛", "尉迟",
        "公羊", "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙",
        "钟离", "长孙", "宇文", "司徒", "鲜于", "司空", "令狐", "百里", "呼延", "端木", "轩辕", "西门",
        "歐陽", "諸葛", "尉遲", "長孫", "鍾離", "東方", "獨孤", "南宮", "聞人", "赫連", "濮陽", "公孫",
        "鮮于", "軒轅", "西門", "司馬",
    ]
)  # fmt: skip
"""Surnames of two characters."""


class Address(NamedTuple):
    """王先生: both parts, or neither."""

    customer: str = ""
    title: str = ""


def of(name: str) -> Address:
    """Out of a name as it was given. Without a title nobody knows one, and none is guessed."""
    given = name.strip()
    title = next((one for one in TITLES if given.endswith(one)), "")
    family = given.removesuffix(title).strip()
    if not title or not family or not all("\u4e00" <= character <= "\u9fff" for character in family):
        return Address()
    surname = family[:2] if family[:2] in TWO_CHARACTERS else family[0]
    return Address(f"{surname}{title}", title)
