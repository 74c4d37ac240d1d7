"""On the day before a session whoever has a seat hears of it again, once for each time it is planned for."""

from datetime import datetime
from functools import partial

from django.db import transaction

from portal import sweeping
from training import policy
from training.models import TrainingSession
from training.sessions import notices


def remind(at: datetime) -> int:
    """Remind of all sessions that begin within a day, each once; answers of how many."""
    soon = TrainingSession.objects.planned().filter(
        starts_at__gt=at, starts_at__lte=at + policy.REMIND_OF_SESSION, reminded_at=None
    )
    return sweeping.each(soon.order_by("starts_at", "pk"), partial(_remind, at=at))


@transaction.atomic
def _remind(session: TrainingSession, *, at: datetime) -> bool:
    untold = TrainingSession.objects.planned().filter(
        pk=session.pk, starts_at=session.starts_at, reminded_at=None
    )
    if not untold.update(reminded_at=at):
        return False
    fresh = TrainingSession.objects.select_related("course", "trainer", "room").get(pk=session.pk)
    notices.reminded(fresh, at=at)
    return True
