from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import ForbiddenClass, MatchKind, PhraseSeverity, PhraseState
from training.querysets import ForbiddenPhraseQuerySet, StandardPhraseQuerySet


class PhraseScene(models.Model):
    """A moment of a conversation for which there are words: greeting, asking to wait, closing ..."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"), default=0)

    class Meta:
        verbose_name = pgettext_lazy("of a conversation", "scene")
        verbose_name_plural = pgettext_lazy("of a conversation", "scenes")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class StandardPhrase(models.Model):
    """Words that may be used as they are. `{customer}` and its like are filled in when it is inserted."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    scene = models.ForeignKey(
        PhraseScene,
        verbose_name=pgettext_lazy("of a conversation", "scene"),
        on_delete=models.PROTECT,
        related_name="phrases",
    )
    text = models.TextField(_("text"), max_length=1000)
    gloss = models.CharField(_("in English"), max_length=500, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=PhraseState.choices, default=PhraseState.DRAFT
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a list", "position"), default=0)
    times_used = models.PositiveIntegerField(_("times used"), default=0, editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    changed_at = models.DateTimeField(_("changed at"), editable=False)

    objects = StandardPhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard phrase")
        verbose_name_plural = _("standard phrases")
        ordering = ["scene__position", "position", "id"]
        permissions = [
            ("publish_standardphrase", _("Can publish standard phrases")),
            ("import_standardphrase", _("Can import standard phrases")),
            ("export_standardphrase", _("Can export standard phrases")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author=None)
                | models.Q(approved_by=None)
                | ~models.Q(author=models.F("approved_by")),
                name="phrase_author_does_not_approve",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class ForbiddenPhrase(models.Model):
    """Words that no customer should hear, and what to say instead.

    `exceptions` are longer phrases in which the words are harmless. A pattern runs in linear time (RE2).
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    forbidden_class = models.CharField(
        pgettext_lazy("of forbidden words", "class"), max_length=20, choices=ForbiddenClass.choices
    )
    match = models.CharField(
        _("found as"), max_length=10, choices=MatchKind.choices, default=MatchKind.PHRASE
    )
    text = models.CharField(_("words or pattern"), max_length=200)
    exceptions = models.JSONField(
        _("exceptions"),
        default=list,
        blank=True,
        help_text=_("One a line: longer phrases in which it is harmless."),
    )
    severity = models.PositiveSmallIntegerField(
        _("severity"), choices=PhraseSeverity.choices, default=PhraseSeverity.WARNING
    )
    remedy = models.CharField(
        _("say instead"), max_length=300, blank=True, help_text=_("Shown to whoever wrote it.")
    )
    gloss = models.CharField(_("in English"), max_length=300, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    """Counts its changes, so that whoever keeps the rules in memory sees that they are others."""
    changed_at = models.DateTimeField(_("changed at"), editable=False)

    objects = ForbiddenPhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("forbidden phrase")
        verbose_name_plural = _("forbidden phrases")
        ordering = ["forbidden_class", "-severity", "code"]
        permissions = [
            ("import_forbiddenphrase", _("Can import forbidden phrases")),
            ("export_forbiddenphrase", _("Can export forbidden phrases")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["match", "text"], name="forbidden_phrase_once"),
        ]

    def __str__(self) -> str:
        return self.text
