from django.db import models
from django.utils.translation import gettext_lazy as _

from staffing.models.agent import Agent


class DutyFeed(models.Model):
    """The secret address at which a phone's calendar reads an agent's own shifts; a new one ends the old."""

    agent = models.OneToOneField(
        Agent, verbose_name=_("agent"), on_delete=models.CASCADE, related_name="duty_feed"
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")

    def __str__(self) -> str:
        return str(self.agent)
