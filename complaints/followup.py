"""What is owed once a matter is solved: the callback after a complaint, the question how it was."""

import hashlib
import secrets
from datetime import datetime

from django.utils.timezone import get_default_timezone

from complaints import notices, ownership, policy
from complaints.calling_hours import next_call_time
from complaints.choices import CallbackPurpose
from complaints.models import Callback, SurveyInvitation, Ticket

TOKEN_BYTES = 24


def owe_callback(ticket: Ticket, *, at: datetime) -> Callback:
    """Every resolved complaint gets its call, once a cycle, by whoever answers for it."""
    due_at = next_call_time(at + policy.CALLBACK_AFTER_COMPLAINT_WITHIN, get_default_timezone())
    callback, _created = Callback.objects.get_or_create(
        ticket=ticket,
        cycle=ticket.cycle,
        purpose=CallbackPurpose.AFTER_COMPLAINT,
        defaults={
            "customer_id": ticket.customer_id,
            "agent": ownership.answerable(ticket, at=at),
            "due_at": due_at,
            "next_attempt_at": next_call_time(at, get_default_timezone()),
            "created_at": at,
        },
    )
    return callback


def invite(ticket: Ticket, *, at: datetime) -> SurveyInvitation:
    """Ask the customer about this cycle, once. The token goes into the message; only its digest stays."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation, created = SurveyInvitation.objects.get_or_create(
        ticket=ticket,
        cycle=ticket.cycle,
        defaults={
            "token_digest": token_digest(token),
            "invited_at": at,
            "expires_at": at + policy.SURVEY_VALID_FOR,
        },
    )
    if created:
        notices.survey_invited(invitation, token, at=at)
    return invitation


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
