"""What somebody writes for an article, cleaned and measured. Knows no tables."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation
from portal.transfers.cell_text import without_controls
from training import policy

LONGEST_TITLE = 200
LONGEST_QUESTION = 200
LONGEST_NOTE = 200


@dataclass(frozen=True, kw_only=True)
class Content:
    """The words of a version, as they were typed or read from a file."""

    title: str
    body: str = ""
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    note: str = ""

    def cleaned(self) -> "Content":
        """Blanks at the ends gone, each line of a list once.

        Raises: MissingInformation, by field, without a title or for what is too long or too much.
        """
        clean = replace(
            self,
            title=" ".join(printable(self.title).split()),
            body=printable(self.body).strip(),
            questions=listed(self.questions),
            keywords=listed(self.keywords),
            products=listed(self.products),
            note=" ".join(printable(self.note).split()),
        )
        wrong = _wrong(clean)
        if wrong:
            raise MissingInformation(next(iter(wrong.values())), fields=wrong)
        return clean

    def says_the_same_as(self, other: "Content") -> bool:
        """To a reader; the note is for the reviewer."""
        return replace(self, note="") == replace(other, note="")


def listed(lines: Iterable[str]) -> tuple[str, ...]:
    """The lines that say something, each once, in their order."""
    tidy = (" ".join(printable(line).split()) for line in lines)
    return tuple(dict.fromkeys(line for line in tidy if line))


def cleaned_code(text: str) -> str:
    """By which an article is known. Raises: MissingInformation for none, or one that is too long."""
    code = " ".join(printable(text).split())
    if not 0 < len(code) <= policy.LONGEST_CODE:
        message = _("A code has 1 to %(count)s characters.") % {"count": policy.LONGEST_CODE}
        raise MissingInformation(message, fields={"code": message})
    return code


def printable(text: str) -> str:
    """Whatever ends a line ends it as on Unix; what no database and no table takes is left out.

    That is control characters, and halves of characters, which a JSON file can spell.
    """
    return without_controls("\n".join(text.splitlines()))


def _wrong(content: Content) -> dict[str, str]:
    """What is wrong, by field."""
    wrong: dict[str, str] = {}
    if not content.title:
        wrong["title"] = str(_("Give a title."))
    for name, longest in (
        ("title", LONGEST_TITLE),
        ("body", policy.LONGEST_TEXT),
        ("note", LONGEST_NOTE),
    ):
        if len(getattr(content, name)) > longest:
            wrong[name] = str(_("At most %(count)s characters.") % {"count": longest})
    for name, most, longest in (
        ("questions", policy.MOST_QUESTIONS, LONGEST_QUESTION),
        ("keywords", policy.MOST_WORDS, policy.LONGEST_WORD),
        ("products", policy.MOST_WORDS, policy.LONGEST_WORD),
    ):
        lines = getattr(content, name)
        if len(lines) > most:
            wrong[name] = str(_("At most %(count)s lines.") % {"count": most})
        elif any(len(line) > longest for line in lines):
            wrong[name] = str(_("At most %(count)s characters in a line.") % {"count": longest})
    return wrong
