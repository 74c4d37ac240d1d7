from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import AnsweredVia
from complaints.models.ticket import Ticket
from complaints.querysets import SurveyQuerySet


class SurveyInvitation(models.Model):
    """The question to the customer after one cycle of a ticket. Of its token only the digest is kept."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="surveys")
    cycle = models.PositiveSmallIntegerField()
    token_digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("expires at"))

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["ticket", "cycle"], name="survey_once_per_cycle")]
        indexes = [models.Index(fields=["invited_at"], name="survey_invited")]

    def __str__(self) -> str:
        return str(self.ticket)


class SurveyAnswer(models.Model):
    """The one answer to an invitation."""

    invitation = models.OneToOneField(SurveyInvitation, on_delete=models.PROTECT, related_name="answer")
    score = models.PositiveSmallIntegerField(
        _("satisfaction"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    recommend = models.PositiveSmallIntegerField(
        _("would recommend"), null=True, blank=True, validators=[MaxValueValidator(10)]
    )
    effort = models.PositiveSmallIntegerField(
        _("ease"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    via = models.CharField(_("answered"), max_length=10, choices=AnsweredVia.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("survey answer")
        verbose_name_plural = _("survey answers")
        ordering = ["-answered_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__gte=1, score__lte=5), name="answer_score_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(recommend=None) | models.Q(recommend__lte=10),
                name="answer_recommend_0_to_10",
            ),
        ]
        indexes = [models.Index(fields=["answered_at"], name="answer_at")]
