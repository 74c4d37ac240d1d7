from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import Difficulty, QuestionKind
from training.models.topic import Topic
from training.querysets import QuestionQuerySet


class Question(models.Model):
    """A question of the bank. A paper copies it when it begins, so that editing rewrites no history.

    `answers` of a fill-in question: one list of accepted spellings for each blank. `model_answer` of a short
    answer: what the marker looks for. `version` counts the edits.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), on_delete=models.PROTECT, related_name="questions"
    )
    kind = models.CharField(_("kind of question"), max_length=12, choices=QuestionKind.choices)
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=Difficulty.choices, default=Difficulty.MEDIUM
    )
    stem = models.TextField(pgettext_lazy("exam", "question"), max_length=2000)
    answers = models.JSONField(_("accepted answers"), default=list, blank=True)
    model_answer = models.TextField(_("model answer"), blank=True, max_length=2000)
    explanation = models.TextField(
        pgettext_lazy("question", "explanation"),
        blank=True,
        max_length=2000,
        help_text=_("Shown when the paper is looked through."),
    )
    version = models.PositiveSmallIntegerField(_("edition"), default=1, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("exam", "question")
        verbose_name_plural = pgettext_lazy("exam", "questions")
        ordering = ["code"]
        permissions = [
            ("import_question", _("Can import questions")),
            ("export_question", _("Can export questions")),
        ]
        indexes = [models.Index(fields=["topic", "difficulty", "kind"], name="question_pool")]

    def __str__(self) -> str:
        return self.stem[:60]


class QuestionOption(models.Model):
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=1)
    text = models.CharField(_("text"), max_length=300)
    is_correct = models.BooleanField(_("correct"), default=False)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["question", "position", "id"]

    def __str__(self) -> str:
        return self.text
