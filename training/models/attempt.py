from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.choices import AttemptState, QuestionKind
from training.models.exam import Exam
from training.models.question import Question
from training.querysets import ExamAttemptQuerySet, IssuedCertificateQuerySet


class ExamAttempt(models.Model):
    """One sitting of an exam. Everything that decides it was frozen when it began.

    `cycle` counts certifications: each re-certification has its own attempts. `score` and `total` are marks;
    passed is score x 100 >= pass_mark_percent x total, never rounded.
    """

    exam = models.ForeignKey(Exam, verbose_name=_("exam"), on_delete=models.PROTECT, related_name="attempts")
    agent = models.ForeignKey(
        "staffing.Agent", verbose_name=_("agent"), on_delete=models.PROTECT, related_name="exam_attempts"
    )
    enrolment = models.ForeignKey(
        "training.Enrolment", null=True, blank=True, on_delete=models.PROTECT, related_name="attempts"
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    number = models.PositiveSmallIntegerField(pgettext_lazy("exam", "attempt"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=AttemptState.choices, default=AttemptState.RUNNING
    )
    seed = models.PositiveIntegerField(editable=False)
    started_at = models.DateTimeField(_("begun at"))
    deadline_at = models.DateTimeField(_("to be handed in by"))
    handed_in_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    pass_mark_percent = models.DecimalField(_("pass mark in per cent"), max_digits=5, decimal_places=2)
    valid_days = models.PositiveSmallIntegerField(_("certificate valid for days"), default=365)
    total = models.DecimalField(_("marks in all"), max_digits=7, decimal_places=2)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = ExamAttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("exam attempt")
        verbose_name_plural = _("exam attempts")
        ordering = ["-started_at", "-id"]
        permissions = [
            ("export_examattempt", _("Can export exam attempts")),
            ("mark_examattempt", _("Can mark exam attempts")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["exam", "agent", "cycle", "number"], name="exam_attempt_number_once"
            ),
            models.UniqueConstraint(
                fields=["exam", "agent"],
                condition=models.Q(state__in=["running", "to_mark"]),
                name="attempt_one_open",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["passed", "failed"]) | models.Q(score__isnull=False),
                name="attempt_judged_by_score",
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="attempt_latest"),
            models.Index(
                fields=["deadline_at"], condition=models.Q(state="running"), name="attempt_running_until"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.exam}"


class PaperQuestion(models.Model):
    """A question as it was put in one paper, its key, and what was answered.

    `options` are `[{"key": "a", "text": "..."}]`, `key` the right keys or the accepted spellings of each
    blank. `answer` is a list of keys or texts; `late_answer` came after the deadline and does not count.
    """

    attempt = models.ForeignKey(ExamAttempt, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(pgettext_lazy("in a row", "position"))
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="papers")
    question_version = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=12, choices=QuestionKind.choices)
    stem = models.TextField(_("question"))
    options = models.JSONField(default=list)
    key = models.JSONField(default=list)
    model_answer = models.TextField(blank=True)
    explanation = models.TextField(blank=True)
    marks = models.DecimalField(_("marks"), max_digits=5, decimal_places=2)
    answer = models.JSONField(_("answer"), null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    late_answer = models.JSONField(null=True, blank=True)
    awarded = models.DecimalField(_("marks given"), max_digits=5, decimal_places=2, null=True, blank=True)
    comment = models.CharField(pgettext_lazy("marking", "comment"), max_length=500, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("question on a paper")
        verbose_name_plural = _("questions on a paper")
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="paper_position_once"),
            models.UniqueConstraint(fields=["attempt", "question"], name="paper_question_once"),
            models.CheckConstraint(
                condition=models.Q(awarded=None) | models.Q(awarded__gte=0, awarded__lte=models.F("marks")),
                name="paper_awarded_within_marks",
            ),
        ]

    def __str__(self) -> str:
        return self.stem[:60]


class IssuedCertificate(models.Model):
    """The paper behind a certificate of staffing: its number, what it was given for, and how it is checked.

    `facts` hold all that is printed (names, skill, exam, score, days), as it was; so it prints the same for
    ever, whatever is renamed since. A renewal is another one. `edition` is 2 only where a corrected mark took
    the certificate away and a further correction gave it back.
    """

    certificate = models.OneToOneField(
        "staffing.Certificate",
        verbose_name=_("certificate"),
        on_delete=models.PROTECT,
        related_name="issued",
    )
    number = models.CharField(pgettext_lazy("certificate", "number"), max_length=30, unique=True)
    check_code = models.CharField(max_length=43, unique=True, editable=False)
    attempt = models.ForeignKey(
        ExamAttempt,
        verbose_name=_("exam attempt"),
        on_delete=models.PROTECT,
        related_name="issued",
    )
    edition = models.PositiveSmallIntegerField(default=1, editable=False)
    facts = models.JSONField(default=dict)
    issued_at = models.DateTimeField(_("issued at"))

    objects = IssuedCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate document")
        verbose_name_plural = _("certificate documents")
        ordering = ["-issued_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "edition"], name="certificate_once_per_attempt")
        ]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="issued_latest")]

    def __str__(self) -> str:
        return self.number


class CertificateSeries(models.Model):
    """The last number given in a year. Its row is the queue in which numbers are given, without a gap."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("series of certificate numbers")
        verbose_name_plural = _("series of certificate numbers")

    def __str__(self) -> str:
        return str(self.year)
