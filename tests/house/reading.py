"""What a person reads on a page: its text, and the attributes that are shown or spoken."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

SPOKEN = frozenset({"title", "placeholder", "aria-label", "alt", "label", "data-label", "summary"})
UNSEEN = frozenset({"script", "style", "template", "svg"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
ICON = "material-symbols-outlined"
"""Its text names a picture of the theme's font."""
LATIN = re.compile(r"[A-Za-z]{2,}")


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._unseen: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.texts += [value for name, value in attributes if name in SPOKEN and value]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            self.texts.append(given.get("value") or "")
        if tag in VOID:
            return
        if self._unseen or tag in UNSEEN or ICON in (given.get("class") or ""):
            self._unseen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen and tag == self._unseen[-1]:
            self._unseen.pop()

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.texts.append(" ".join(data.split()))


def texts(html: str) -> Iterator[str]:
    reader = Reader()
    reader.feed(html)
    yield from reader.texts


def in_latin(html: str, *, but: re.Pattern[str]) -> list[str]:
    """The texts in which Latin words are left once those that need no translation are taken out."""
    return list(dict.fromkeys(text for text in texts(html) if LATIN.search(but.sub("", text))))
