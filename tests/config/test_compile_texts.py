"""X7: translations are compiled without gettext."""

from gettext import GNUTranslations

from django.core.management import call_command

CATALOGUE = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

msgid "Ticket"
msgstr "工单"

msgctxt "verb"
msgid "Close"
msgstr "关闭"

msgid "One ticket"
msgid_plural "%(count)s tickets"
msgstr[0] "%(count)s 个工单"

#, fuzzy
msgid "Customer"
msgstr "顾客？"
"""


def test_texts_contexts_and_plurals_are_compiled_and_guesses_are_not(settings, tmp_path):
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE, encoding="utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    call_command("compile_texts")
    with (folder / "django.mo").open("rb") as compiled:
        texts = GNUTranslations(compiled)
    assert texts.gettext("Ticket") == "工单"
    assert texts.pgettext("verb", "Close") == "关闭"
    assert texts.ngettext("One ticket", "%(count)s tickets", 2) == "%(count)s 个工单"
    assert texts.gettext("Customer") == "Customer"
