"""The blanks of a standard phrase, such as {customer}, and what is put into them: plain strings, once.

Only the names below mean something. Anything else in braces is refused when a phrase is written, and stands
as it is when one is filled in: nothing is looked up by a name that somebody typed.
"""

import re
from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, Text

NAMES: Mapping[str, Text] = {
    "customer": _("the customer's surname and title"),
    "title": _("the customer's title"),
    "agent": _("your name"),
    "number": _("ticket number"),
    "order": _("order number"),
    "product": _("product"),
    "shop": _("shop"),
    "date": _("today's date"),
}
"""Name -> what stands in its place while it is not known."""

KNOWN = re.compile("{(" + "|".join(NAMES) + ")}")
TITLE_TWICE = re.compile(r"\{customer\}\s*\{title\}")
SPOKEN_TO = re.compile(r"(?:^|(?<=[。！？\n]))\{customer\}[，,、：:！!]\s*|\{customer\}\s*(?=您)")
"""Somebody is called by his name before the sentence proper, or 您 follows anyway."""
YOU = "您"


def require_known(text: str) -> None:
    """Raises: MissingInformation, naming what stands in braces and means nothing."""
    rest = KNOWN.sub("", text)
    strange = re.search(r"[{}][^{}]{0,40}[{}]*", rest)
    if strange:
        message = _("“%(words)s” means nothing here. You may write: %(names)s.")
        names = " ".join(f"{{{name}}}" for name in NAMES)
        raise _refused(message % {"words": strange[0], "names": names})
    if TITLE_TWICE.search(text):
        raise _refused(_("{customer} holds the title already."))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The phrase with what is known; what is not stands in brackets, to be written by hand.

    A customer whose name is not known is 您, and not called by it: 您，请您稍等 is no way to begin.
    """
    if not values.get("customer"):
        text = SPOKEN_TO.sub("", text)
        values = {**values, "customer": YOU}
    return KNOWN.sub(lambda blank: values.get(blank[1]) or f"【{NAMES[blank[1]]}】", text)


def unfilled(text: str) -> list[str]:
    """The brackets of a reply that are still to be written, in their order: as `fill` left them.

    One before a value, such as 【订单号】：260310001, is a heading that somebody wrote.
    """
    return list(dict.fromkeys(found[0] for found in _left_open().finditer(text)))


@cache
def _left_open() -> re.Pattern[str]:
    """In whatever language they were put in."""
    names: set[str] = set()
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            names |= {str(name) for name in NAMES.values()}
    return re.compile("【(?:" + "|".join(map(re.escape, sorted(names))) + r")】(?!\s*[:：0-9A-Za-z])")


def _refused(message: Text) -> MissingInformation:
    return MissingInformation(message, fields={"text": message})
