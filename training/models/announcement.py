from django.conf import settings
from django.db import models
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from training import markdown
from training.choices import AnnouncementState
from training.models.question import Question
from training.querysets import AnnouncementQuerySet, AnnouncementReadingQuerySet


class Announcement(models.Model):
    """What everybody it concerns must have read, and confirmed by a day; perhaps answered a quiz on.

    `version` counts its published texts: a change that matters asks everybody to confirm again.
    """

    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"), help_text=_("Markdown."))
    html = models.TextField(editable=False, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=AnnouncementState.choices, default=AnnouncementState.DRAFT
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    teams = models.ManyToManyField(
        "staffing.Team",
        verbose_name=_("teams"),
        blank=True,
        related_name="+",
        help_text=_("Empty: the whole department."),
    )
    questions = models.ManyToManyField(
        Question,
        verbose_name=_("quiz"),
        blank=True,
        related_name="+",
        help_text=_("Questions to be answered right before it can be confirmed."),
    )
    due_on = models.DateField(_("to be confirmed by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True, help_text=_("Why it was withdrawn."))

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-published_at", "-id"]
        permissions = [("export_announcement", _("Can export announcements"))]
        indexes = [models.Index(fields=["-published_at", "-id"], name="announcement_latest")]

    def __str__(self) -> str:
        return self.title


class AnnouncementText(models.Model):
    """What stood there in a version: whoever confirmed it confirmed these words."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="texts")
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=100)
    html = models.TextField(editable=False)
    published_at = models.DateTimeField(_("published at"))

    class Meta:
        verbose_name = _("text of an announcement")
        verbose_name_plural = _("texts of announcements")
        ordering = ["announcement", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "version"], name="announcement_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @property
    def safe_html(self) -> SafeString:
        """Cleaned once more, as is all that was stored."""
        return markdown.clean(self.html)


class AnnouncementReading(models.Model):
    """Somebody whom a version of an announcement concerns: opened, quizzed, confirmed.

    `due_on` is the announcement's day, or later for whoever joined late. `reminded_on` is the day of the last
    reminder by a person; `warned_for` and `overdue_told_for` are the due days for which the sweep has spoken.
    """

    announcement = models.ForeignKey(
        Announcement, verbose_name=_("announcement"), on_delete=models.CASCADE, related_name="readings"
    )
    agent = models.ForeignKey(
        "staffing.Agent", verbose_name=_("agent"), on_delete=models.PROTECT, related_name="readings"
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    due_on = models.DateField(_("to be confirmed by"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    quiz_tries = models.PositiveSmallIntegerField(_("tries at the quiz"), default=0)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True)
    warned_for = models.DateField(null=True, blank=True, editable=False)
    overdue_told_for = models.DateField(null=True, blank=True, editable=False)

    objects = AnnouncementReadingQuerySet.as_manager()

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["announcement", "id"]
        permissions = [("export_announcementreading", _("Can export readings"))]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "agent", "version"], name="reading_once")
        ]
        indexes = [
            models.Index(fields=["agent"], condition=models.Q(confirmed_at=None), name="reading_unconfirmed"),
            models.Index(fields=["due_on"], condition=models.Q(confirmed_at=None), name="reading_due"),
        ]

    def __str__(self) -> str:
        return str(self.agent)

    @property
    def is_current(self) -> bool:
        """Of the latest text of an announcement that stands; as the queryset's `current`."""
        announcement = self.announcement
        return announcement.state == AnnouncementState.PUBLISHED and self.version == announcement.version
