from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import CharFilter, ChoiceFilter, FilterSet

from training.choices import ArticleKind
from training.models import Article
from training.search.conversations import LONGEST_QUESTION


class ArticleFilter(FilterSet):
    q = CharFilter(
        method="unchanged",
        max_length=LONGEST_QUESTION,
        help_text=_("A question in either script or in English: what answers it comes first."),
    )
    kind = ChoiceFilter(choices=ArticleKind.choices)
    topic = CharFilter("topic__code", help_text=_("Code of a topic."))

    class Meta:
        model = Article
        fields: tuple[str, ...] = ()

    def unchanged(self, articles: Any, _name: str, _question: str) -> Any:
        """The question ranks what the other filters leave; see the view."""
        return articles
