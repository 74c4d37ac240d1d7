from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.choices import PhraseState
from training.models.article import Article, ArticleVersion
from training.querysets import SynonymGroupQuerySet


class SearchEntry(models.Model):
    """What search knows of a published article: its terms, as the shared tokeniser cut them.

    The index proper (FTS5 on SQLite, a tsvector with GIN on PostgreSQL) is made by a migration and kept by
    `training.search.index` in the transaction that publishes.
    """

    article = models.OneToOneField(
        Article, primary_key=True, on_delete=models.CASCADE, related_name="search_entry"
    )
    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="+")
    """Whose words these are."""
    head_terms = models.TextField()
    """Of title, similar questions, keywords and products, between spaces; "|" stands between them."""
    body_terms = models.TextField()
    """Of the text, each once, between spaces."""
    head_length = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")

    def __str__(self) -> str:
        return str(self.article_id)


class SearchTerm(models.Model):
    """In how many published articles a term occurs; rows that begin with ":" count all (see search.index)."""

    term = models.CharField(max_length=64, primary_key=True)
    n = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")

    def __str__(self) -> str:
        return self.term


class SynonymGroup(models.Model):
    """Phrases that mean the same to a customer; search reads each as the same concept."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    phrases = models.JSONField(_("phrases"), default=list, help_text=_("One a line, at least two."))
    state = models.CharField(
        _("state"), max_length=10, choices=PhraseState.choices, default=PhraseState.PUBLISHED
    )
    pinyin = models.JSONField(default=list, editable=False)
    """Of the Chinese phrases, worked out once: the table for it is large."""
    is_shipped = models.BooleanField(_("shipped"), default=False, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    """Counts what was written, so that every process notices it."""
    is_indexed = models.BooleanField(_("in the index"), default=False, editable=False)
    """Articles that hold one of its phrases are found by it; until then only questions know it."""
    note = models.CharField(_("note"), max_length=200, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("changed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    changed_at = models.DateTimeField(_("changed at"), null=True, blank=True, editable=False)

    objects = SynonymGroupQuerySet.as_manager()

    class Meta:
        verbose_name = _("synonym group")
        verbose_name_plural = _("synonym groups")
        ordering = ["code"]
        permissions = [
            ("import_synonymgroup", _("Can import synonym groups")),
            ("export_synonymgroup", _("Can export synonym groups")),
        ]

    def __str__(self) -> str:
        return " / ".join(map(str, self.phrases[:4]))
