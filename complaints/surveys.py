"""Satisfaction surveys: one answer per invitation whatever happens; a low score opens the matter again."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _

from complaints import closing, followup, ledger, notices, ownership, policy, rights
from complaints.calling_hours import next_call_time
from complaints.choices import Act, AnsweredVia, CallbackPurpose, Status
from complaints.models import Callback, SurveyAnswer, SurveyInvitation, Ticket
from portal.errors import AlreadyTaken, MissingInformation, Text, WrongState
from portal.models import User

SCORES = range(1, 6)
RECOMMENDATIONS = range(11)
REASONS_AT_MOST = 10


@dataclass(frozen=True, kw_only=True)
class Answer:
    score: int
    recommend: int | None = None
    effort: int | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""


def find(token: str, *, at: datetime) -> SurveyInvitation | None:
    """The invitation that can still be answered; None alike for unknown, expired and answered tokens."""
    return (
        SurveyInvitation.objects.unanswered()
        .filter(token_digest=followup.token_digest(token), expires_at__gt=at)
        .select_related("ticket")
        .first()
    )


def answer(invitation: SurveyInvitation, given: Answer, *, at: datetime) -> SurveyAnswer:
    """Keep the customer's own answer. Raises: AlreadyTaken, WrongState when expired, MissingInformation."""
    if invitation.expires_at <= at:
        raise WrongState(_("The time to answer this survey is over."))
    return _keep(invitation, given, via=AnsweredVia.LINK, by=None, at=at)


def answer_by_phone(invitation: SurveyInvitation, given: Answer, *, by: User, at: datetime) -> SurveyAnswer:
    """Keep what the customer said when he was asked by phone."""
    rights.require_visible(invitation.ticket, by)
    return _keep(invitation, given, via=AnsweredVia.PHONE, by=by, at=at)


def _keep(
    invitation: SurveyInvitation, given: Answer, *, via: AnsweredVia, by: User | None, at: datetime
) -> SurveyAnswer:
    _check(given)
    with ledger.held(invitation.ticket) as ticket:
        kept = _insert(invitation, given, via=via, by=by, at=at)
        ledger.enter(ticket, Act.SURVEY, by=by, at=at, data={"score": given.score, "cycle": invitation.cycle})
        if given.score <= policy.LOW_SCORE:
            _take_to_heart(ticket, invitation, given, at=at)
        return kept


def _insert(
    invitation: SurveyInvitation, given: Answer, *, via: AnsweredVia, by: User | None, at: datetime
) -> SurveyAnswer:
    """The unique key decides between answers that come at once; no look before the insert could."""
    try:
        with transaction.atomic():
            return SurveyAnswer.objects.create(
                invitation=invitation,
                score=given.score,
                recommend=given.recommend,
                effort=given.effort,
                reasons=list(given.reasons),
                comment=given.comment.strip(),
                via=via,
                asked_by=by,
                answered_at=at,
            )
    except IntegrityError:
        raise AlreadyTaken(_("This survey has been answered already. Thank you.")) from None


def _take_to_heart(ticket: Ticket, invitation: SurveyInvitation, given: Answer, *, at: datetime) -> None:
    """Reopen, call the customer, tell the supervisors; after some low scores only a person reopens.

    A score for a cycle that was opened again meanwhile opens nothing more, but is heard all the same.
    """
    reason = str(_("Survey score %(score)s of 5.") % {"score": given.score})
    is_done = ticket.status in (Status.RESOLVED, Status.CLOSED)
    low_scores = SurveyAnswer.objects.filter(invitation__ticket=ticket, score__lte=policy.LOW_SCORE).count()
    if is_done and invitation.cycle == ticket.cycle and low_scores <= policy.REOPENINGS_BY_LOW_SCORE:
        ticket = closing.reopen(ticket, reason=reason, by=None, at=at)
    Callback.objects.create(
        customer_id=ticket.customer_id,
        ticket=ticket,
        cycle=ticket.cycle,
        purpose=CallbackPurpose.ANSWER,
        agent=ownership.answerable(ticket, at=at),
        due_at=next_call_time(at + policy.CALLBACK_AFTER_COMPLAINT_WITHIN, get_default_timezone()),
        next_attempt_at=next_call_time(at, get_default_timezone()),
        note=reason,
        created_at=at,
    )
    notices.low_score(ticket, invitation, given.score, at=at)


def _check(given: Answer) -> None:
    wrong: dict[str, Text] = {}
    if given.score not in SCORES:
        wrong["score"] = _("Choose one to five.")
    if given.recommend is not None and given.recommend not in RECOMMENDATIONS:
        wrong["recommend"] = _("Choose nought to ten.")
    if given.effort is not None and given.effort not in SCORES:
        wrong["effort"] = _("Choose one to five.")
    if len(given.reasons) > REASONS_AT_MOST:
        wrong["reasons"] = _("At most %(count)s reasons.") % {"count": REASONS_AT_MOST}
    if wrong:
        raise MissingInformation(_("The answer is not complete."), fields=wrong)
