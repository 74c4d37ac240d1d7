"""One spelling for what people write in many: width, case, script, codes, and what is no part of a question.

The same reading is applied to articles and to questions, so that both meet. Traditional characters become
simplified ones one by one (OpenCC `t2s`): the tables that also exchange words (`tw2sp`) turn what somebody
wrote into what somebody else would have written, and regional words are the business of the synonym table.
"""

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

from training.search.tokens import FILLING_WORDS

LONGEST_QUESTION = 300
"""Characters of a question that are read. What people paste beyond is the history of their matter."""

SAME_CHARACTER = str.maketrans({"帐": "账", "您": "你", "妳": "你", "咋": "怎", "啥": "什", "麽": "么"})
"""Ways to write the same character that no table of scripts knows, or that say no more than another."""

UNREADABLE = re.compile(r"[^a-z0-9\u3400-\u4dbf\u4e00-\u9fff]+")
CODE = re.compile(r"[a-z0-9]+(?:[-_./][a-z0-9]+)+")
NAME_AND_NUMBER = re.compile(r"(?<![a-z0-9])([a-z]{1,10}) (\d{1,5}[a-z]{0,4})(?![a-z0-9])")

NUMBERED = re.compile(
    r"(?:我的)?(?:订单编?号?|快递单?号|物流单?号|运单号?|单号|编号|手机号?码?|电话"
    r"|order(?: ?(?:no|number|id))?)[\s:#.是为]{0,3}(?:[a-z]{0,4}\d[\d-]{5,}[a-z0-9]*)"
)
"""An order or a phone named by its number. The number says which, never what is asked."""
LONG_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{0,4}\d[\d-]{6,}[a-z0-9]*")

COURTESY = re.compile(
    r"你好啊?|哈喽|hello|在吗|在不在|有人吗|请问一?下?|麻烦(?:你|帮)?|谢谢你?|多谢|感谢|拜托|打扰一?下?|不好意思"
    r"|我?想?(?:咨询|请教|问)一?下|我想(?:问|知道|了解)|想(?:问|知道|了解)|问一?下|帮我?(?:看|查)一?下"
    r"|亲爱的|(?<![a-z\u4e00-\u9fff])亲(?=[^\u4e00-\u9fff]|$)|客服(?:小姐姐|小哥哥)|小姐姐|小哥哥|please|thanks?"
)


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


def script(text: str) -> str:
    """In simplified characters; a text without Chinese is left alone."""
    return text if text.isascii() else _converter().convert(text)


def spelled(text: str) -> str:
    """Lower case, simplified, half width; codes joined (BT-520, BT 520 -> bt520); one space between words."""
    plain = CODE.sub(_joined, _folded(text))
    plain = UNREADABLE.sub(" ", plain).strip()
    return NAME_AND_NUMBER.sub(_named, plain)


def asked(question: str) -> str:
    """A question as search reads it: spelled, without greetings and without numbers of orders and phones."""
    plain = LONG_NUMBER.sub(" ", NUMBERED.sub(" ", _folded(question[:LONGEST_QUESTION])))
    bare = COURTESY.sub(" ", plain)
    return spelled(bare) or spelled(plain)


def _named(found: re.Match[str]) -> str:
    """A name and its number are one word, "or 2026" is not."""
    name, number = found.groups()
    return found[0] if name in FILLING_WORDS else f"{name}{number}"


def _folded(text: str) -> str:
    return script(unicodedata.normalize("NFKC", text).lower()).translate(SAME_CHARACTER)


def _joined(found: re.Match[str]) -> str:
    """A code of letters and digits is one word; anything else, such as a date or and/or, is not."""
    text = found[0]
    if any(c.isdigit() for c in text) and any(c.isalpha() for c in text):
        return re.sub(r"[-_./]", "", text)
    return text
