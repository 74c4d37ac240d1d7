"""Answers kept for repeated writes (portal.api.idempotency) are forgotten after a while."""

from datetime import datetime

from portal import policy
from portal.models import IdempotentReply


def forget_old(at: datetime) -> int:
    """How many answers older than REPLIES_KEPT were dropped."""
    return IdempotentReply.objects.filter(created_at__lt=at - policy.REPLIES_KEPT).delete()[0]
