"""Why something was found: the words of the question, marked in the article's own text."""

import re
from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from training.search.normalising import SAME_CHARACTER, script
from training.search.tokens import CONCEPT, FILLING

LENGTH = 120
BEFORE = 30
MARKUP = re.compile(r"(?m)^[ |:-]*---[ |:-]*$|!?\[([^\]\n]*)\]\([^)\n]*\)|[#>*_`|~]+|<[^>\n]*>")
"""Of Markdown: links and pictures leave their words, signs and the rules under a table's head go."""


def snippet(text: str, words: Iterable[str]) -> SafeString:
    """The part of a text around the first word of the question, as HTML that holds nothing but <mark>."""
    plain = " ".join(MARKUP.sub(r"\1", text).split())
    spans = _spans(plain, words)
    begin = max(spans[0][0] - BEFORE, 0) if spans else 0
    end = min(begin + LENGTH, len(plain))
    html, at = ["…" if begin else ""], begin
    for start, stop in spans:
        if at <= start and stop <= end:
            html += [escape(plain[at:start]), "<mark>", escape(plain[start:stop]), "</mark>"]
            at = stop
    html += [escape(plain[at:end]), "…" if end < len(plain) else ""]
    return mark_safe("".join(html))  # noqa: S308 - each part is escaped above


def marked(text: str, words: Iterable[str]) -> SafeString:
    """A whole title, with the words of the question marked."""
    return snippet(text[:LENGTH], words)


def _spans(plain: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where the words stand, overlapping ones as one. Same length as the text: one character for each."""
    told = {word for word in words if not word.startswith(CONCEPT) and not set(word) <= FILLING}
    if not told:
        return []
    folded = script(plain.lower()).translate(SAME_CHARACTER)
    if len(folded) != len(plain):
        folded = plain.lower() if len(plain.lower()) == len(plain) else plain
    spans: list[tuple[int, int]] = []
    for start, stop in sorted(place for word in told for place in _places(word, folded)):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans


def _places(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Everywhere it begins: much faster than a pattern, which would be made anew for each question."""
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + 1)
