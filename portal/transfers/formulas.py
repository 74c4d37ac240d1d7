"""Texts that a spreadsheet would run. Every exported text passes `neutralise`, every imported one `restore`.

Without Django: the reading child uses it.
"""

import unicodedata

# U+2212 is the minus sign of typesetting, which no compatibility form maps to the hyphen.
_STARTERS = frozenset("=+-@\u2212")
_BREAKS = frozenset("\t\r\n")
_QUOTES = frozenset("'\"`\u2018\u2019\u201c\u201d")
# Separators, controls and invisible format characters, which some programs drop before they look.
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
_MARK = "'"


def is_active(text: str) -> bool:
    """Whether some spreadsheet may take the text for a formula.

    Quotes, blanks and invisible characters in front do not help; full-width and other compatibility forms
    of the starting characters count. A tab or line break in front of anything counts, too.
    """
    if text[:1].isalnum():
        return False
    has_break = False
    for character in text:
        if character in _QUOTES or unicodedata.category(character) in _INVISIBLE:
            has_break = has_break or character in _BREAKS
            continue
        return has_break or unicodedata.normalize("NFKC", character)[0] in _STARTERS
    return False


def neutralise(text: str) -> str:
    """Put an apostrophe in front of an active text, so that it is shown and never run.

    A prefix, not a strip: stripping "==1" leaves "=1" (reliability.md 0-3).
    """
    return _MARK + text if is_active(text) else text


def restore(text: str) -> str:
    """What `neutralise` was given: the apostrophe goes where one was put."""
    return text[1:] if text[:1] == _MARK and is_active(text[1:]) else text
