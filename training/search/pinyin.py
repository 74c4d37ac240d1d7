"""Pinyin of short phrases. The library costs 58 MB once used, so only what changes the index asks for it."""

import re

CHINESE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,8}")


def of(phrase: str) -> str:
    """The letters of a short Chinese phrase without tones and spaces; "" for any other."""
    if not CHINESE.fullmatch(phrase):
        return ""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - see above

    return "".join(lazy_pinyin(phrase)).replace("ü", "v")
