"""Words of a table that stand for one of our choices."""

import unicodedata
from functools import cached_property

from django.conf import settings
from django.db.models import TextChoices
from django.utils import translation

from complaints.choices import Channel, CustomerLevel, Kind, Severity
from complaints.importing.formats import (
    CHANNELS,
    KINDS,
    LEVELS,
    PLATFORM_STEPPED_IN,
    SEVERITIES,
    Synonyms,
    by_header,
)


class Words:
    """A choice is named by its code, by its label in any language of the portal, or by a synonym."""

    def __init__(self, choices: type[TextChoices], synonyms: Synonyms) -> None:
        self._choices = choices
        self._synonyms = synonyms

    def find(self, text: str) -> str | None:
        return self._known.get(plain(text))

    def labels(self) -> str:
        """The words to choose from, in the reader's language."""
        return ", ".join(str(label) for label in self._choices.labels)

    @cached_property
    def _known(self) -> dict[str, str]:
        """Synonyms give way to the portal's own words."""
        known = {plain(word): code for word, code in by_header(self._synonyms).items()}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                known |= {plain(str(label)): code for code, label in self._choices.choices}
        return known | {plain(code): code for code in self._choices.values}


def plain(text: str) -> str:
    """A word as people mean it: width, case and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


CHANNEL_WORDS = Words(Channel, CHANNELS)
KIND_WORDS = Words(Kind, KINDS)
SEVERITY_WORDS = Words(Severity, SEVERITIES)
LEVEL_WORDS = Words(CustomerLevel, LEVELS)
PLATFORM_WORDS = Words(Severity, PLATFORM_STEPPED_IN)
