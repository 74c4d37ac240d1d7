"""The columns in which synonyms and missing answers are taken away."""

from django.utils.translation import gettext_lazy as _

from portal.resources import Column, TableResource
from training.models import SynonymGroup


class Phrases(Column):
    def get_value(self, instance: SynonymGroup, **_options: object) -> str:
        return " | ".join(map(str, instance.phrases))


class SynonymResource(TableResource):
    code = Column("code", _("Code"))
    phrases = Phrases("phrases", _("Phrases"))
    state = Column("get_state_display", _("State"))
    note = Column("note", _("Note"))


class MissingAnswerResource(TableResource):
    question = Column("question", _("Question"))
    times = Column("times", _("Times asked"))
    asked_in = Column("get_asked_in_display", _("Asked in"))
    first_at = Column("first_at", _("First asked"))
    last_at = Column("last_at", _("Last asked"))
    state = Column("get_state_display", _("State"))
    article = Column("article__code", _("Answered by"))
