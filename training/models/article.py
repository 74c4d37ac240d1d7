from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training import policy
from training.choices import ArticleKind, ArticleState, Audience, VersionState
from training.models.course import random_name
from training.models.topic import Topic
from training.querysets import ArticleQuerySet, ArticleVersionQuerySet
from training.querysets.article import ALIVE


class Article(models.Model):
    """What the department answers to a question. Readers see its `current` version, and nothing else.

    Due for review (`review_on` has come) and expired (`valid_until` has passed) are matters of the date, read
    by the queryset: no job has to run for an answer to disappear.
    """

    code = models.CharField(pgettext_lazy("article", "code"), max_length=policy.LONGEST_CODE, unique=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="articles"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ArticleKind.choices, default=ArticleKind.FAQ)
    audience = models.CharField(
        _("audience"), max_length=10, choices=Audience.choices, default=Audience.AGENTS
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT
    )
    current = models.OneToOneField(
        "training.ArticleVersion",
        verbose_name=_("published version"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("article", "kept up by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(
        _("valid until"), null=True, blank=True, help_text=_("The last day. Then it disappears by itself.")
    )
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    review_told_on = models.DateField(null=True, editable=False)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("knowledge", "article")
        verbose_name_plural = _("articles")
        ordering = ["-id"]
        permissions = [
            ("publish_article", _("Can review and publish articles")),
            ("import_article", _("Can import articles")),
            ("export_article", _("Can export articles")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ArticleState.PUBLISHED) | models.Q(current__isnull=False),
                name="article_published_has_version",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_until=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="article_ends_after_start",
                violation_error_message=_("It cannot end before it begins."),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "review_on"], name="article_review"),
            models.Index(fields=["topic", "state"], name="article_topic"),
            models.Index(fields=["-published_at", "-id"], name="article_latest"),
        ]

    def __str__(self) -> str:
        return self.current.title if self.current else self.code


class ArticleVersion(models.Model):
    """One text of an article. Approved, it never changes again: PostgreSQL itself refuses that.

    `base` is the version it was written on: if another has been published since, it meets a conflict page.
    `taken_from` is the older version that is brought back, or the draft of somebody else that was taken over;
    `earlier_authors` have written that text, so they do not approve this one either.
    `audience` is for whom it was published: given to more readers later, an article does not show them what
    it said before. `revision` counts the savings of a draft, for two who write at once, and what changes
    while it is looked over. `html` is rendered on saving.
    One that was sent back is still its author's draft.
    """

    article = models.ForeignKey(
        Article,
        verbose_name=pgettext_lazy("knowledge", "article"),
        on_delete=models.PROTECT,
        related_name="versions",
    )
    number = models.PositiveIntegerField(_("version"))
    base = models.ForeignKey(
        "self",
        verbose_name=_("written on"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_from = models.ForeignKey(
        "self",
        verbose_name=_("began with the text of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT
    )
    audience = models.CharField(
        _("audience"), max_length=10, choices=Audience.choices, blank=True, editable=False
    )
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(pgettext_lazy("article", "text"), help_text=_("Markdown."))
    html = models.TextField(editable=False, blank=True)
    questions = models.JSONField(
        _("similar questions"), default=list, blank=True, help_text=_("One a line, as customers ask it.")
    )
    keywords = models.JSONField(_("keywords"), default=list, blank=True)
    products = models.JSONField(_("products"), default=list, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="article_versions",
    )
    earlier_authors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("earlier authors"), editable=False, related_name="+"
    )
    note = models.CharField(
        _("what is different"), max_length=200, blank=True, help_text=_("For the reviewer and the history.")
    )
    written_at = models.DateTimeField(_("written at"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(pgettext_lazy("article", "reviewed at"), null=True, blank=True)
    review_comment = models.CharField(_("review comment"), max_length=500, blank=True)

    objects = ArticleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("article version")
        verbose_name_plural = _("article versions")
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.UniqueConstraint(
                fields=["article", "author"],
                condition=models.Q(state__in=["draft", "in_review", "returned"]),
                name="article_one_draft_each",
            ),
            models.CheckConstraint(
                condition=models.Q(author=None)
                | models.Q(reviewer=None)
                | ~models.Q(author=models.F("reviewer")),
                name="article_author_is_not_reviewer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"

    @property
    def is_alive(self) -> bool:
        """Still being written or reviewed."""
        return self.state in ALIVE

    @property
    def is_outdated(self) -> bool:
        """Another one has been published since this one was begun."""
        return self.is_alive and self.base_id != self.article.current_id


class ArticleImage(models.Model):
    """A picture of an article, drawn anew when it came in, so that it holds nothing but the picture."""

    article = models.ForeignKey(
        Article,
        verbose_name=pgettext_lazy("knowledge", "article"),
        on_delete=models.CASCADE,
        related_name="images",
    )
    file = models.FileField(upload_to=random_name)
    name = models.CharField(_("file name"), max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added at"))

    class Meta:
        verbose_name = _("article image")
        verbose_name_plural = _("article images")
        ordering = ["article", "id"]

    def __str__(self) -> str:
        return self.name
