"""What those who write phrases are told."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from staffing.notices import tell
from training.models import StandardPhrase


def phrase_published(phrase: StandardPhrase, *, at: datetime) -> None:
    """The author, once for each time that it is published."""
    if phrase.author is None:
        return
    tell(
        [phrase.author],
        f"phrase-published:{phrase.pk}:{at.isoformat()}",
        lambda: _("Your standard phrase for “%(scene)s” is published") % {"scene": phrase.scene},
        link=reverse("admin:training_standardphrase_change", args=[phrase.pk]),
        at=at,
    )
