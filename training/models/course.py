import secrets

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import AudienceKind, CourseState, LessonKind
from training.models.topic import Topic
from training.querysets import AudienceQuerySet, CourseQuerySet, LessonQuerySet


def random_name(_row: models.Model, _name: str) -> str:
    """A name that tells nothing and that nothing runs; what the person called the file is only text."""
    return f"training/{secrets.token_hex(16)}"


class Course(models.Model):
    """What somebody learns: lessons, perhaps a session, perhaps an exam at its end.

    `version` counts the editions; a new one can ask everybody to do it again (a new cycle of enrolments). Who
    completed one before `counts_from` has it to do again.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100)
    summary = models.TextField(_("summary"), blank=True, max_length=1000)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="courses"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("course", "responsible"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(
        _("state"), max_length=10, choices=CourseState.choices, default=CourseState.DRAFT
    )
    version = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    counts_from = models.PositiveSmallIntegerField(_("oldest edition that counts"), default=1, editable=False)
    minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), default=60, validators=[MinValueValidator(1)]
    )
    days_to_complete = models.PositiveSmallIntegerField(
        _("days to complete"), default=14, help_text=_("Counted from the day of enrolment.")
    )
    is_open_to_all = models.BooleanField(
        _("open to everybody"), default=False, help_text=_("Agents may enrol themselves.")
    )
    needs_session = models.BooleanField(
        _("session required"),
        default=False,
        help_text=_("It is completed only by whoever was present at a session."),
    )
    prerequisites = models.ManyToManyField(
        "self",
        verbose_name=_("prerequisites"),
        symmetrical=False,
        blank=True,
        related_name="prepares_for",
        help_text=_("Courses to be completed first."),
    )

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["code"]
        permissions = [("import_course", _("Can import courses")), ("export_course", _("Can export courses"))]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """One step of a course."""

    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="lessons"
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=1)
    title = models.CharField(_("title"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=LessonKind.choices, default=LessonKind.TEXT)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown."))
    file = models.FileField(_("file"), upload_to=random_name, blank=True)
    file_name = models.CharField(_("file name"), max_length=200, blank=True, editable=False)
    file_type = models.CharField(_("file type"), max_length=100, blank=True, editable=False)
    url = models.URLField(_("address"), blank=True, max_length=500)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=10)
    is_required = models.BooleanField(pgettext_lazy("lesson", "required"), default=True)
    is_retired = models.BooleanField(
        _("taken out"), default=False, help_text=_("No longer shown; what was done of it stays.")
    )

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["course", "position", "id"]

    def __str__(self) -> str:
        return self.title


class CourseAudience(models.Model):
    """A rule that enrols by itself: whoever fits it, from the day on which he does."""

    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.CASCADE, related_name="audiences"
    )
    kind = models.CharField(_("whom"), max_length=12, choices=AudienceKind.choices)
    team = models.ForeignKey(
        "staffing.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    position = models.ForeignKey(
        "staffing.Position",
        verbose_name=_("position (job)"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    peak_plan = models.ForeignKey(
        "staffing.PeakPlan",
        verbose_name=_("peak plan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    joined_within_days = models.PositiveSmallIntegerField(
        _("joined within days"), null=True, blank=True, help_text=_("For new hires.")
    )
    days_to_complete = models.PositiveSmallIntegerField(
        _("days to complete"),
        null=True,
        blank=True,
        help_text=_("Instead of the course's own. For a peak event: so many days before it begins."),
    )
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Switched off, it enrols nobody, and whoever has not begun is withdrawn."),
    )

    objects = AudienceQuerySet.as_manager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["course", "id"]
        constraints = [
            models.CheckConstraint(
                name="audience_names_its_subject",
                condition=(
                    models.Q(kind=AudienceKind.EVERYBODY)
                    | models.Q(kind=AudienceKind.TEAM, team__isnull=False)
                    | models.Q(kind=AudienceKind.POSITION, position__isnull=False)
                    | models.Q(kind=AudienceKind.NEW_HIRE, joined_within_days__isnull=False)
                    | models.Q(kind=AudienceKind.PEAK_EVENT, peak_plan__isnull=False)
                ),
            )
        ]

    def __str__(self) -> str:
        subjects: dict[str, models.Model | None] = {
            AudienceKind.TEAM: self.team,
            AudienceKind.POSITION: self.position,
            AudienceKind.PEAK_EVENT: self.peak_plan,
        }
        return f"{self.get_kind_display()} {subjects.get(self.kind) or ''}".strip()
