"""Markdown to HTML that cannot do anything. Cleaned when it is saved and again when it is shown.

No raw HTML, links to the web or within the portal, and no pictures but our own: a page shows its pictures
unasked, so an address of another page of ours would be opened in the name of everybody who reads the text.
"""

import re
from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "br",
        "hr",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "ul",
        "ol",
        "li",
        "a",
        "img",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ]
)
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
OUR_PICTURES = re.compile(r"/(?:[\w-]+/)*image/[0-9]{1,18}/", re.ASCII)
SCHEMES = {"http", "https", "mailto", "tel"}


def render(text: str) -> SafeString:
    """The text as HTML, ready for a page."""
    return clean(_parser().render(text))


def tokens(text: str) -> list[Token]:
    """The text as its parts, for what is no HTML."""
    return _parser().parse(text)


def clean(html: str) -> SafeString:
    """HTML that was rendered before, once more: what is stored is not trusted either."""
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_own_pictures_only,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308 - this is where it is made safe


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


def _own_pictures_only(tag: str, name: str, value: str) -> str | None:
    return None if (tag, name) == ("img", "src") and not OUR_PICTURES.fullmatch(value) else value
