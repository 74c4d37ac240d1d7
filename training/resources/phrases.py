"""The columns in which phrases are taken away; the same headers bring them back (see phrases.importing)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.resources import Column, TableResource
from training.models import ForbiddenPhrase
from training.phrases.importing import BETWEEN_EXCEPTIONS


class StandardPhraseResource(TableResource):
    code = Column("code", _("Phrase code"))
    scene = Column("scene__name", pgettext_lazy("of a conversation", "Scene"))
    text = Column("text", pgettext_lazy("phrase", "Text"))
    gloss = Column("gloss", _("In English"))
    state = Column("get_state_display", _("State"))
    position = Column("position", pgettext_lazy("in a list", "Position"))
    times_used = Column("times_used", _("Times used"))


class ForbiddenPhraseResource(TableResource):
    code = Column("code", _("Phrase code"))
    forbidden_class = Column("get_forbidden_class_display", pgettext_lazy("of forbidden words", "Class"))
    match = Column("get_match_display", _("Found as"))
    text = Column("text", _("Words or pattern"))
    exceptions = Column("exceptions", _("Exceptions"))
    severity = Column("severity", _("Severity"))
    remedy = Column("remedy", _("Say instead"))
    gloss = Column("gloss", _("In English"))
    is_active = Column("is_active", _("Active"))

    def dehydrate_exceptions(self, phrase: ForbiddenPhrase) -> str:
        return BETWEEN_EXCEPTIONS.join(map(str, phrase.exceptions))
