"""Signs of life of the parts that work unseen: the scheduler when it rings, a worker when it answers."""

from datetime import datetime, timedelta

from portal.models import Heartbeat

SCHEDULER = "scheduler"
WORKER = "worker"


def beat(name: str, *, at: datetime) -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, at=at)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
    )


def age(name: str, *, at: datetime) -> timedelta | None:
    """How long ago it last beat; None if it never did."""
    last = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    return at - last if last else None
