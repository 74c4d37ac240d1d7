from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.choices import EnrolmentSource, EnrolmentState
from training.models.course import Course, CourseAudience, Lesson, random_name
from training.querysets import EnrolmentQuerySet


class Enrolment(models.Model):
    """Somebody has a course to do. Doing it again is a new cycle; the old one stays as it ended."""

    agent = models.ForeignKey(
        "staffing.Agent", verbose_name=_("agent"), on_delete=models.PROTECT, related_name="enrolments"
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="enrolments"
    )
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    course_version = models.PositiveSmallIntegerField(_("edition"), default=1)
    source = models.CharField(_("enrolled"), max_length=10, choices=EnrolmentSource.choices)
    audience = models.ForeignKey(
        CourseAudience, null=True, blank=True, on_delete=models.SET_NULL, related_name="enrolments"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=EnrolmentState.choices, default=EnrolmentState.TO_DO
    )
    enrolled_at = models.DateTimeField(_("enrolled at"))
    due_on = models.DateField(_("due on"))
    started_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(
        _("reason"),
        max_length=200,
        blank=True,
        help_text=_("Why it was waived, withdrawn or marked by hand."),
    )
    evidence = models.FileField(_("evidence"), upload_to=random_name, blank=True)
    evidence_name = models.CharField(max_length=200, blank=True, editable=False)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["due_on", "id"]
        permissions = [
            ("export_enrolment", _("Can export enrolments")),
            ("import_enrolment", _("Can import enrolments")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["agent", "course", "cycle"], name="enrolment_once_per_cycle"),
            models.UniqueConstraint(
                fields=["agent", "course"],
                condition=models.Q(state__in=["to_do", "in_progress"]),
                name="enrolment_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], name="enrolment_due"),
            models.Index(fields=["course", "state"], name="enrolment_course_state"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} · {self.course}"


class LessonDone(models.Model):
    """A lesson somebody has gone through, within one enrolment."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons_done")
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(_("done at"))

    class Meta:
        verbose_name = _("lesson done")
        verbose_name_plural = _("lessons done")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_done_once")]

    def __str__(self) -> str:
        return str(self.lesson)
