"""How an article stands on a day, in one word: its state, and what the date makes of it."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import ArticleState
from training.models import Article


class Standing(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("article", "Not published yet")
    AHEAD = "ahead", pgettext_lazy("article", "Not valid yet")
    PUBLISHED = "published", _("Published")
    DUE = "due", _("Due for review")
    EXPIRED = "expired", pgettext_lazy("article", "Expired")
    RETIRED = "retired", _("Retired")


def of(article: Article, on: date) -> Standing:
    """What its readers, and those who keep it up, have to know first."""
    if article.state != ArticleState.PUBLISHED:
        return Standing.RETIRED if article.state == ArticleState.RETIRED else Standing.DRAFT
    if article.valid_until and article.valid_until < on:
        return Standing.EXPIRED
    if article.valid_from and article.valid_from > on:
        return Standing.AHEAD
    return Standing.DUE if article.review_on and article.review_on <= on else Standing.PUBLISHED
