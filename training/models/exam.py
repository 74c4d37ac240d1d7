from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import Difficulty, ExamState, QuestionKind
from training.models.topic import Topic
from training.querysets import ExamQuerySet


class Exam(models.Model):
    """How a paper is made and judged. Passing it may give a certificate for a skill.

    `version` counts the edits, so that the later of two who edit at once is told.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100)
    course = models.ForeignKey(
        "training.Course",
        verbose_name=_("course"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exams",
        help_text=_("Its lessons come first, and passing completes it."),
    )
    skill = models.ForeignKey(
        "staffing.Skill",
        verbose_name=_("skill"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="exams",
        help_text=_("Passing gives a certificate for it."),
    )
    valid_days = models.PositiveSmallIntegerField(
        _("certificate valid for days"), default=365, validators=[MinValueValidator(1)]
    )
    time_limit_minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"), default=45, validators=[MinValueValidator(1)]
    )
    pass_mark_percent = models.DecimalField(
        _("pass mark in per cent"), max_digits=5, decimal_places=2, default=Decimal(80)
    )
    max_attempts = models.PositiveSmallIntegerField(
        pgettext_lazy("exam", "attempts"), default=3, validators=[MinValueValidator(1)]
    )
    wait_hours = models.PositiveSmallIntegerField(
        _("hours between attempts"), default=24, help_text=_("After an attempt that failed.")
    )
    are_shuffled = models.BooleanField(_("questions and options in random order"), default=True)
    shows_key = models.BooleanField(
        _("answers shown afterwards"), default=True, help_text=_("When the paper is looked through.")
    )
    state = models.CharField(_("state"), max_length=10, choices=ExamState.choices, default=ExamState.DRAFT)
    version = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)

    objects = ExamQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam")
        verbose_name_plural = _("exams")
        ordering = ["code"]
        permissions = [("export_exam", _("Can export exams"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pass_mark_percent__gt=0, pass_mark_percent__lte=100),
                name="exam_pass_mark_within_percent",
            )
        ]

    def __str__(self) -> str:
        return self.title


class ExamPart(models.Model):
    """So many questions of a topic and difficulty, each worth so many marks."""

    exam = models.ForeignKey(Exam, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=1)
    topic = models.ForeignKey(Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of question"), max_length=12, choices=QuestionKind.choices, blank=True)
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty.choices, null=True, blank=True
    )
    count = models.PositiveSmallIntegerField(
        _("number of questions"), default=5, validators=[MinValueValidator(1)]
    )
    marks_each = models.DecimalField(_("marks each"), max_digits=5, decimal_places=2, default=Decimal(2))

    class Meta:
        verbose_name = _("part of the paper")
        verbose_name_plural = _("parts of the paper")
        ordering = ["exam", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(marks_each__gt=0), name="exam_part_worth_something")
        ]

    def __str__(self) -> str:
        narrowed = [self.get_kind_display() if self.kind else "", self.get_difficulty_display() or ""]
        return f"{' · '.join(filter(None, [str(self.topic), *map(str, narrowed)]))} × {self.count}"
