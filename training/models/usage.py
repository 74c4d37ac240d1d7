"""What becomes of articles: read, inserted, found useful or not, and what was asked in vain."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.privacy import PersonalTextField
from training import policy
from training.choices import AskedIn, HandOverReason, MissingState, UseKind
from training.models.article import Article, ArticleVersion
from training.models.topic import Topic
from training.querysets import ArticleFlagQuerySet, MissingAnswerQuerySet


class ArticleUse(models.Model):
    """A version was used for a matter, which is known by its number: the matter's table stands above.

    The same kind of use for the same matter is one use.
    """

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="uses")
    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="uses")
    kind = models.CharField(_("kind"), max_length=12, choices=UseKind.choices)
    reference = models.CharField(_("matter"), max_length=policy.LONGEST_REFERENCE, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("article use")
        verbose_name_plural = _("article uses")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kind", "reference"],
                condition=~models.Q(reference=""),
                name="article_use_once_per_matter",
            )
        ]
        indexes = [
            models.Index(fields=["reference", "kind"], name="article_use_reference"),
            models.Index(fields=["article", "kind", "at"], name="article_use_of"),
        ]

    def __str__(self) -> str:
        return f"{self.version} · {self.get_kind_display()}"


class ArticleVote(models.Model):
    """Useful or not: one word of each reader on each version; a later one replaces it."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.PROTECT, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_useful = models.BooleanField(_("useful"))
    comment = models.CharField(_("comment"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("article vote")
        verbose_name_plural = _("article votes")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["version", "by"], name="article_vote_once")]

    def __str__(self) -> str:
        return str(self.version)


class ArticleFlag(models.Model):
    """Somebody says what is wrong with an article; it is due for review from then on."""

    article = models.ForeignKey(
        Article,
        verbose_name=pgettext_lazy("knowledge", "article"),
        on_delete=models.PROTECT,
        related_name="flags",
    )
    version = models.ForeignKey(
        ArticleVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="flags"
    )
    comment = models.CharField(_("what is wrong"), max_length=500)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("raised by"), on_delete=models.PROTECT, related_name="+"
    )
    raised_at = models.DateTimeField(_("raised at"))
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("article flag", "answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    settled_at = models.DateTimeField(pgettext_lazy("article flag", "answered at"), null=True, blank=True)
    answer = models.CharField(_("what was done"), max_length=500, blank=True)

    objects = ArticleFlagQuerySet.as_manager()

    class Meta:
        verbose_name = _("article flag")
        verbose_name_plural = _("article flags")
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["-raised_at", "-id"], name="article_flag_latest")]

    def __str__(self) -> str:
        return self.comment[:60]


class MissingAnswer(models.Model):
    """A question to which nothing certain was found; the same question again is counted, not listed twice.

    `key` is the digest of the question as search reads it. Contacts are taken out of `question` before.
    """

    key = models.CharField(max_length=64, unique=True, editable=False)
    question = models.CharField(_("question"), max_length=200)
    asked_in = models.CharField(_("asked in"), max_length=12, choices=AskedIn.choices)
    reference = models.CharField(_("matter"), max_length=60, blank=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    times = models.PositiveIntegerField(_("times asked"), default=1)
    first_at = models.DateTimeField(_("first asked"))
    last_at = models.DateTimeField(_("last asked"))
    state = models.CharField(
        _("state"), max_length=10, choices=MissingState.choices, default=MissingState.OPEN
    )
    article = models.ForeignKey(
        Article,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="answers_missing",
    )
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = MissingAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("missing answer")
        verbose_name_plural = _("missing answers")
        ordering = ["-times", "-id"]
        permissions = [("export_missinganswer", _("Can export missing answers"))]
        indexes = [models.Index(fields=["state", "-times", "-id"], name="missing_answer_most_asked")]

    def __str__(self) -> str:
        return self.question


class BotConversation(models.Model):
    """A talk of a customer with a bot, as far as the portal must know it to hand it over."""

    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("bot"), on_delete=models.PROTECT, related_name="+"
    )
    key = models.CharField(_("conversation"), max_length=100)
    misses = models.PositiveSmallIntegerField(_("misses in a row"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    last_at = models.DateTimeField(_("last question"))
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    hand_over_reason = models.CharField(
        _("reason"), max_length=20, blank=True, choices=HandOverReason.choices
    )

    class Meta:
        verbose_name = _("bot conversation")
        verbose_name_plural = _("bot conversations")
        ordering = ["-last_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="bot_conversation_once")]
        indexes = [models.Index(fields=["-last_at", "-id"], name="bot_conversation_latest")]

    def __str__(self) -> str:
        return self.key


class BotTurn(models.Model):
    """One question of a customer, and the articles that were shown for it, as codes."""

    conversation = models.ForeignKey(BotConversation, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField()
    question = PersonalTextField(_("question"))
    shown = models.JSONField(_("articles shown"), default=list)
    is_confident = models.BooleanField(_("confident"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("turn of a bot conversation")
        verbose_name_plural = _("turns of a bot conversation")
        ordering = ["conversation", "position"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "position"], name="bot_turn_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.conversation} {self.position}"
