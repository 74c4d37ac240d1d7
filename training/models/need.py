from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import Effect, NeedSource, NeedState
from training.models.article import Article
from training.models.course import Course
from training.models.enrolment import Enrolment
from training.models.topic import Topic
from training.querysets import TrainingNeedQuerySet


class TrainingNeed(models.Model):
    """Somebody lacks something on a topic. What is said of it again while it is open adds to it.

    It is satisfied by a course that he completes or an article that he confirms to have read; a figure
    taken before (`measure` is its key) is taken again afterwards, and `effect` says what came of it.
    """

    agent = models.ForeignKey(
        "staffing.Agent", verbose_name=_("agent"), on_delete=models.PROTECT, related_name="training_needs"
    )
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="needs")
    state = models.CharField(_("state"), max_length=10, choices=NeedState.choices, default=NeedState.OPEN)
    times = models.PositiveSmallIntegerField(_("times raised"), default=1)
    raised_at = models.DateTimeField(_("raised at"))
    last_at = models.DateTimeField(_("last raised"))
    course = models.ForeignKey(
        Course,
        verbose_name=_("course"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    article = models.ForeignKey(
        Article,
        verbose_name=pgettext_lazy("knowledge", "article"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    read_by = models.DateField(_("to be read by"), null=True, blank=True)
    planned_at = models.DateTimeField(_("planned at"), null=True, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    measure = models.CharField(_("measured by"), max_length=40, blank=True)
    before = models.DecimalField(
        pgettext_lazy("training effect", "before"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    after = models.DecimalField(
        pgettext_lazy("training effect", "after"), max_digits=9, decimal_places=4, null=True, blank=True
    )
    measured_at = models.DateTimeField(_("measured at"), null=True, blank=True)
    effect = models.CharField(
        _("effect"),
        max_length=10,
        choices=Effect.choices,
        blank=True,
        help_text=_("Empty: not measured yet."),
    )

    objects = TrainingNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("training need")
        verbose_name_plural = _("training needs")
        ordering = ["-last_at", "-id"]
        permissions = [("export_trainingneed", _("Can export training needs"))]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "topic"],
                condition=models.Q(state__in=["open", "planned"]),
                name="need_one_open_per_topic",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=NeedState.PLANNED)
                | models.Q(enrolment__isnull=False, course__isnull=False, article__isnull=True)
                | models.Q(
                    article__isnull=False, read_by__isnull=False, enrolment__isnull=True, course__isnull=True
                ),
                name="need_planned_has_one_remedy",
            ),
        ]
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="need_latest"),
            models.Index(
                fields=["settled_at"],
                condition=models.Q(state=NeedState.SATISFIED, measured_at=None),
                name="need_to_be_measured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.topic}"

    @property
    def is_open(self) -> bool:
        """Not yet satisfied or dismissed."""
        return self.state in (NeedState.OPEN, NeedState.PLANNED)

    @property
    def due_on(self) -> date | None:
        """By when the course is to be completed, or the article read."""
        return self.enrolment.due_on if self.enrolment else self.read_by

    @property
    def remedy(self) -> Course | Article | None:
        """What was assigned."""
        return self.course or self.article


class NeedReason(models.Model):
    """What was said when a need was raised, and about which matter."""

    need = models.ForeignKey(TrainingNeed, on_delete=models.CASCADE, related_name="reasons")
    source = models.CharField(_("source"), max_length=12, choices=NeedSource.choices)
    text = models.CharField(_("what is lacking"), max_length=500)
    reference = models.CharField(_("reference"), max_length=60, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("reason of a need")
        verbose_name_plural = _("reasons of needs")
        ordering = ["need", "-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "source", "reference"],
                condition=~models.Q(reference=""),
                name="need_reason_once_per_reference",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
