"""Markdown to text as a customer is written to: no signs, no markup, short enough for a reply."""

from collections.abc import Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST = 500
ENDS = "。！？!?\n"
SAID = {"text", "code_inline"}
BETWEEN_CELLS = " / "
BREAKS = {"softbreak", "hardbreak"}


def plain(text: str, *, longest: int = LONGEST) -> str:
    """The words of a text: a paragraph, list entry or row of a table a line; cut at the end of a sentence.

    What is struck out is not said.
    """
    lines: list[str] = []
    counters: list[int | None] = []
    mark = ""
    for token in _rows_joined(_parser().parse(text)):
        if token.type == "bullet_list_open":
            counters.append(None)
        elif token.type == "ordered_list_open":
            counters.append(int(token.attrs.get("start", 1)) - 1)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            counters.pop()
        elif token.type == "list_item_open":
            mark = _next_mark(counters)
        elif said := _words(token):
            lines.append(mark + said)
            mark = ""
    return _short("\n".join(lines), longest)


def _rows_joined(tokens: Iterable[Token]) -> Iterator[Token]:
    """A row of a table as one stretch of words."""
    cells: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            row = Token(
                "inline", "", 0, children=[Token("text", "", 0, content=BETWEEN_CELLS.join(cells or ()))]
            )
            cells = None
            yield row
        elif cells is None:
            yield token
        elif token.type == "inline":
            cells.append(_words(token))


def _next_mark(counters: list[int | None]) -> str:
    counted = counters[-1]
    if counted is None:
        return "- "
    counters[-1] = counted + 1
    return f"{counted + 1}. "


def _words(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    if token.type != "inline":
        return ""
    parts: list[str] = []
    struck = 0
    for child in token.children or ():
        struck += {"s_open": 1, "s_close": -1}.get(child.type, 0)
        if child.type in BREAKS:
            parts.append("\n")
        elif child.type in SAID and not struck:
            parts.append(child.content)
    return "".join(parts).strip()


def _short(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    cut = max(text.rfind(end, 0, longest) for end in ENDS)
    return text[: cut + 1].rstrip() if cut > 0 else text[: longest - 1] + "…"


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
