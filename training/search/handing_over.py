"""When a talk with a bot goes to a person. Rules of words and of counting, without tables.

A customer who asks for a person gets one; who threatens with authorities is no matter for a machine; and
nobody is made to ask three times in vain. Source: training.md 2, bot and hand-over.
"""

import re
from collections.abc import Sequence

from training.choices import HandOverReason
from training.search.concepts import BETWEEN_CHINESE
from training.search.confidence import Confidence
from training.search.normalising import spelled

MOST_MISSES = 2
"""In a row. The second miss hands over."""

NO_PERSON = (
    "人工智能", "人工费", "人工成本", "人工安装", "不要人工", "不用人工", "不需要人工", "不转人工",
    "人工客服时间", "人工服务时间", "人工几点", "人工客服几点", "人工审核",
)  # fmt: skip
"""These speak of people and ask for none."""

A_PERSON = (
    "转人工", "有人工", "没人工", "人工在吗", "人工在不在", "找人工", "要人工", "人工客服", "人工服务",
    "接人工", "真人", "活人", "转接客服", "转客服", "找客服", "叫客服", "叫你们客服", "叫你们经理",
    "叫你们老板", "叫你们领导", "叫你们主管", "找你们老板", "找老板", "负责人来", "找负责人",
    "找你们负责人", "找个人", "换个人", "叫个人", "来个人", "找你们领导", "找领导", "找经理", "找主管",
    "叫经理", "不要机器人", "不想跟机器人", "不和机器人", "不跟机器人", "不要跟机器人", "不要和机器人",
    "别用机器人", "机器人滚", "专员", "human", "real person", "live person", "live agent",
    "speak to a person", "talk to a person", "speak with a person", "talk with a person",
    "speak to someone", "talk to someone", "talk to an agent", "speak to an agent", "representative",
)  # fmt: skip
JUST_A_PERSON = (
    "人工", "人工呢", "客服", "客服呢", "agent", "agent please", "转人", "人呢", "有人吗", "有人在吗", "找人",
)  # fmt: skip
"""Only when nothing else is said."""

A_COMPLAINT = (
    "投诉", "12315", "12345", "消协", "消费者协会", "工商局", "市场监管", "律师", "起诉", "法院", "报警",
    "曝光", "媒体", "黑猫", "举报", "维权", "客诉", "骗子", "欺诈", "受伤", "着火", "起火", "爆炸",
    "漏电", "中毒", "lawyer", "sue you", "police", "file a complaint",
)  # fmt: skip
HOW_TO_COMPLAIN = ("怎么投诉", "如何投诉", "在哪投诉", "哪里投诉", "投诉渠道", "投诉电话", "投诉方式")
"""Asks for an article, not for satisfaction."""
NO_COMPLAINT = (
    "报警器", "报警灯", "报警声", "多媒体", "媒体播放", "漏电保护", "防漏电", "防爆", "曝光补偿", "曝光度",
    "曝光时间", "相机曝光", "黑猫警长",
)  # fmt: skip
"""Goods and what they can."""


def reason_in_words(question: str) -> HandOverReason | None:
    """What a customer says that no machine should answer."""
    text = BETWEEN_CHINESE.sub("", spelled(question))
    for phrase in NO_PERSON:
        text = text.replace(phrase, "")
    if text in JUST_A_PERSON or _says(text, A_PERSON):
        return HandOverReason.ASKED
    for phrase in (*HOW_TO_COMPLAIN, *NO_COMPLAINT):
        text = text.replace(phrase, "")
    return HandOverReason.COMPLAINT if _says(text, A_COMPLAINT) else None


def _says(text: str, phrases: Sequence[str]) -> bool:
    """Words and numbers as a whole: 12345 is no part of the number of an order."""
    return any(
        re.search(rf"(?<![a-z0-9]){phrase}(?![a-z0-9])", text) if phrase.isascii() else phrase in text
        for phrase in phrases
    )


def reason_by_answer(found: Confidence, *, misses: int | None) -> HandOverReason | None:
    """Why a person should go on after this answer. `misses` are those in a row with it; None: nobody counts.

    What is sure stays with the bot. What may fit can be offered once; what nothing fits cannot. Without a
    conversation nobody counts, so every answer that is not sure is for a person.
    """
    if found.is_confident:
        return None
    if not found.is_plausible or misses is None:
        return HandOverReason.UNSURE
    return HandOverReason.MISSES if misses >= MOST_MISSES else None
