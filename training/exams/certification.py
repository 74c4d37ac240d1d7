"""From a pass to a certificate with a number, and back again where the pass did not stand."""

import secrets
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from portal.errors import WrongState
from staffing import people, recording
from staffing.models import Agent, Certificate
from training import policy
from training.choices import AttemptState, Standing
from training.exams import documents
from training.exams.admission import UNDONE
from training.models import CertificateSeries, ExamAttempt, IssuedCertificate
from training.querysets import ExamAttemptQuerySet

CODE_BYTES = 32
"""Of the address under which anybody may check a certificate: 256 bits cannot be guessed."""


@transaction.atomic
def issue(attempt: ExamAttempt, *, at: datetime) -> IssuedCertificate | None:
    """The certificate for a passed attempt; None where the exam gives none. Issued again it is the same one.

    It is valid at once, or, in the window of re-certification, from the day after the present one ends. A
    pass long before that, on the way through a course, prolongs nothing: certificates cannot be piled up. Nor
    does one that is put right after another attempt has given the certificate of the cycle.
    """
    attempt = _locked(attempt)
    exam = attempt.exam
    if attempt.state != AttemptState.PASSED or exam.skill is None:
        return None
    if standing := attempt.issued.filter(certificate__revoked_on=None).first():
        return standing
    if IssuedCertificate.objects.filter(attempt__in=_others(attempt).exclude(state__in=UNDONE)).exists():
        return None
    agent = Agent.objects.filter(pk=attempt.agent_id).held().get()
    today = agent.local_date(at)
    held = Certificate.objects.unrevoked().filter(agent=agent, skill=exam.skill, valid_until__gte=today)
    last = held.order_by("-valid_until").first()
    if last and last.valid_until > today + policy.RENEWAL_WINDOW:
        return None
    first_on = max(today, last.valid_from) if last else today
    certificate = people.certify(
        agent,
        exam.skill,
        valid_from=first_on,
        valid_until=first_on + timedelta(days=attempt.valid_days - 1),
        by=None,
        at=at,
    )
    issued = IssuedCertificate.objects.create(
        certificate=certificate,
        number=_next_number(today.year),
        check_code=secrets.token_urlsafe(CODE_BYTES),
        attempt=attempt,
        edition=1 + (attempt.issued.aggregate(last=Max("edition"))["last"] or 0),
        facts=documents.facts_of(attempt, certificate, issued_on=today),
        issued_at=at,
    )
    facts = {"number": issued.number, "certificate": certificate, "attempt": attempt}
    recording.added(issued, facts, by=None, at=at)
    return issued


def withdraw(attempt: ExamAttempt, *, reason: str, at: datetime) -> bool:
    """Revoke what an attempt gave that was not passed after all, unless it has run out; whether it had to.

    Another pass of the same cycle, if there is one, gives its certificate instead.
    """
    was_revoked = False
    for issued in attempt.issued.filter(certificate__revoked_on=None).select_related("certificate__agent"):
        try:
            people.revoke(issued.certificate, reason=reason, by=None, at=at)
            was_revoked = True
        except WrongState:  # It counts no more; nothing is left to take away.
            continue
    if was_revoked:
        passed = _others(attempt).filter(enrolment=attempt.enrolment_id, state=AttemptState.PASSED)
        for other in passed.order_by("number"):
            issue(other, at=at)
    return was_revoked


def standing(certificate: Certificate, on: date, *, is_renewed: bool = False) -> Standing:
    """What a certificate counts for on a day. One that has been renewed is not to be renewed again."""
    if certificate.revoked_on is not None and certificate.revoked_on <= on:
        return Standing.REVOKED
    if on < certificate.valid_from:
        return Standing.LATER
    if on > certificate.valid_until:
        return Standing.EXPIRED
    is_due = certificate.valid_until <= on + policy.RENEWAL_WINDOW and not is_renewed
    return Standing.DUE if is_due else Standing.VALID


def _locked(attempt: ExamAttempt) -> ExamAttempt:
    """Two who issue at once do so one after the other; the table's own key is the last to stop the second."""
    locked = ExamAttempt.objects.select_for_update(of=("self",))
    return locked.select_related("exam__skill", "agent__user").get(pk=attempt.pk)


def _others(attempt: ExamAttempt) -> ExamAttemptQuerySet:
    """Of the same cycle."""
    same = ExamAttempt.objects.filter(exam=attempt.exam_id, agent=attempt.agent_id, cycle=attempt.cycle)
    return same.exclude(pk=attempt.pk)


def _next_number(year: int) -> str:
    """Without a gap: the row of the year is held until the certificate is there, or neither is."""
    series = CertificateSeries.objects.filter(year=year)
    if not series.update(last=F("last") + 1):
        CertificateSeries.objects.bulk_create([CertificateSeries(year=year)], ignore_conflicts=True)
        series.update(last=F("last") + 1)
    return f"{year}-{series.get().last:06}"
