"""X7: every text has its translation in both scripts, with the same placeholders. Needs no gettext."""

import io
import re

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

from config.environment import ROOT
from tests.house.conftest import STOREYS, files

LOCALES = ("zh_Hans", "zh_Hant")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd%]|\{\w*\}")
Key = tuple[str | None, str]
"""Context and text."""


def keys(source: bytes) -> set[Key]:
    found = set()
    for _line, text, _comments, context in extract("python", io.BytesIO(source), keywords=KEYWORDS):
        single = text[0] if isinstance(text, tuple) else text
        found.add((context, single))
    return found


def keys_of_template(source: str) -> set[Key]:
    """Django turns a template into calls of gettext, with everything else blanked out."""
    calls = re.findall(r"(?:n|p|np)?gettext\(.*?\)(?=\s)|_\(.*?\)(?=\s)", templatize(source + " "))
    return set().union(*(keys(call.encode()) for call in calls))


@pytest.fixture(scope="module")
def texts() -> set[Key]:
    """All that the product says."""
    found: set[Key] = set()
    for storey in STOREYS:
        for path in files("*.py", under=ROOT / storey):
            found |= keys(path.read_bytes())
        for suffix in ("html", "txt"):
            for path in files(f"templates/**/*.{suffix}", under=ROOT / storey):
                found |= keys_of_template(path.read_text("utf-8"))
    return found - {(None, "")}


@pytest.fixture(scope="module", params=LOCALES)
def catalogue(request):
    path = ROOT / "locale" / request.param / "LC_MESSAGES" / "django.po"
    assert path.exists(), f"there is no catalogue for {request.param}"
    return polib.pofile(str(path), check_for_duplicates=True)


def test_every_text_stands_in_the_catalogue(texts, catalogue):
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}
    assert sorted(text for _context, text in texts - known) == []


def test_every_entry_is_translated_and_none_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []


def test_a_translation_has_the_placeholders_of_its_text(catalogue):
    wrong = [
        entry.msgid
        for entry in catalogue.translated_entries()
        for translation in entry.msgstr_plural.values() or [entry.msgstr]
        if placeholders(translation) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert wrong == []


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def test_texts_are_found_in_code_and_in_templates():
    code = b"_('One'); ngettext_lazy('%(n)s day', '%(n)s days', 'n'); pgettext_lazy('verb', 'Close')"
    assert keys(code) == {(None, "One"), (None, "%(n)s day"), ("verb", "Close")}
    template = (
        '{% load i18n %}<p title="{% translate "It\'s two" %}">{{ x|default:_("Three") }}</p>\n'
        "{% blocktranslate trimmed count n=n %}\n {{ n }} four{% plural %}many{% endblocktranslate %}\n"
        '{% translate "Five" context "noun" %}{% blocktranslate %}{{ a }} six{% endblocktranslate %}'
    )
    assert {text for _context, text in keys_of_template(template)} == {
        "It's two",
        "Three",
        "%(n)s four",
        "Five",
        "%(a)s six",
    }
