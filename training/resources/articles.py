"""The columns in which articles are taken away; the same headers bring them back (see knowledge/importing).

Only what is published stands in them: `current` is the one text that readers may see.
"""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.resources import Column, TableResource
from training.knowledge import standing


class LinesColumn(Column):
    """A list, one thing a line."""

    def get_value(self, instance: Any, **_options: Any) -> str:
        return "\n".join(super().get_value(instance) or ())


class StandingColumn(Column):
    """As on the list: what has ended is not called published."""

    def get_value(self, instance: Any, **_options: Any) -> str:
        return str(standing.of(instance, localdate()).label)


class ArticleResource(TableResource):
    code = Column("code", pgettext_lazy("article", "Code"))
    title = Column("current__title", _("Title"))
    body = Column("current__body", pgettext_lazy("article", "Text"))
    topic = Column("topic__name", _("Topic"))
    kind = Column("get_kind_display", _("Kind of article"))
    audience = Column("get_audience_display", _("Audience"))
    questions = LinesColumn("current__questions", _("Similar questions"))
    keywords = LinesColumn("current__keywords", _("Keywords"))
    products = LinesColumn("current__products", _("Products"))
    valid_from = Column("valid_from", _("Valid from"))
    valid_until = Column("valid_until", _("Valid until"))
    state = StandingColumn("state", _("State"))
    version = Column("current__number", _("Version"))
    published_at = Column("published_at", _("Published at"))
    review_on = Column("review_on", _("To be reviewed on"))
    owner = Column("owner__name", pgettext_lazy("article", "Kept up by"))
