"""Who is told what about exams and certificates, in his own language. Writes outbox rows, sends nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.choices import Role
from portal.errors import Text
from portal.models import OutboxMessage, User
from staffing.models import Agent, Certificate
from staffing.notices import day, supervisors_of, tell
from training.choices import AttemptState
from training.exams.grading import plain
from training.models import Enrolment, Exam, ExamAttempt

MINE = "admin:training_examattempt_mine"
RENEWAL = "renewal:{}"
"""The key under which the opening of a certificate's renewal is told."""


def to_mark(attempt: ExamAttempt, *, at: datetime) -> None:
    """Those who mark papers, but for the candidate himself."""
    text = _("A paper is to be marked: %(exam)s")
    link = reverse("admin:training_examattempt_mark", args=[attempt.pk])
    markers = User.objects.filter(is_active=True, groups__name=Role.TRAINER)
    people = _beside(markers, attempt.agent)
    _say(people, f"to-mark:{attempt.pk}", text, {"exam": attempt.exam}, link=link, at=at)


def judged(attempt: ExamAttempt, *, at: datetime, is_correction: bool, was_revoked: bool) -> None:
    """The candidate hears the result; after a correction, those who look after his team do so, too."""
    facts = {
        "agent": attempt.agent,
        "exam": attempt.exam,
        "score": plain(attempt.score),
        "total": plain(attempt.total),
    }
    is_passed = attempt.state == AttemptState.PASSED
    key = f"judged:{attempt.pk}:{attempt.state}:{at.timestamp():.0f}"
    link = _to(attempt)
    own = _("Passed: “%(exam)s”, %(score)s of %(total)s marks")
    if not is_passed:
        own = _("Not passed: “%(exam)s”, %(score)s of %(total)s marks")
    if is_correction:
        own = _("After a correction you have passed “%(exam)s”: %(score)s of %(total)s marks")
        theirs = _("%(agent)s has passed “%(exam)s” after a correction.")
        if not is_passed:
            own = _("After a correction you have not passed “%(exam)s”: %(score)s of %(total)s marks")
            theirs = _("%(agent)s has not passed “%(exam)s” after a correction.")
            if was_revoked:
                theirs = _(
                    "%(agent)s has not passed “%(exam)s” after a correction; its certificate is revoked."
                )
        _say(_leaders_of(attempt.agent), key, theirs, facts, link=link, at=at)
    _say([attempt.agent.user], key, own, facts, link=link, at=at)


def annulled(attempt: ExamAttempt, *, at: datetime) -> None:
    text = _("Your attempt at “%(exam)s” was annulled: %(reason)s")
    facts = {"exam": attempt.exam, "reason": attempt.reason}
    _say([attempt.agent.user], f"annulled:{attempt.pk}", text, facts, link=_to(attempt), at=at)


def is_renewal_opened(certificate: Certificate) -> bool:
    """Whether its holder was told already; one who cannot be told is not asked about."""
    user = certificate.agent.user
    key = f"{RENEWAL.format(certificate.pk)}:{user.pk}"
    return not user.is_active or OutboxMessage.objects.filter(key=key).exists()


def renewal_opened(
    certificate: Certificate, exam: Exam, enrolment: Enrolment | None, *, at: datetime
) -> None:
    """Re-certification begins; it is the first reminder as well."""
    text = _("Your certificate for “%(skill)s” ends on %(date)s. To renew it, pass the exam “%(exam)s”.")
    if enrolment:
        text = _("Your certificate for “%(skill)s” ends on %(date)s. To renew it, complete “%(course)s”.")
    facts = {
        "skill": certificate.skill,
        "date": day(certificate.valid_until),
        "exam": exam,
        "course": exam.course,
    }
    _say([certificate.agent.user], RENEWAL.format(certificate.pk), text, facts, link=reverse(MINE), at=at)


def renewal_reminder(certificate: Certificate, days: int, *, at: datetime) -> None:
    """Once for each of the days before its end."""
    text = _("Not yet renewed: your certificate for “%(skill)s” ends on %(date)s.")
    facts = {"skill": certificate.skill, "date": day(certificate.valid_until)}
    key = f"renewal-reminder:{certificate.pk}:{days}"
    _say([certificate.agent.user], key, text, facts, link=reverse(MINE), at=at)


def _say(
    people: Iterable[User],
    key: str,
    text: Text,
    facts: Mapping[str, object],
    *,
    link: str,
    at: datetime,
) -> None:
    """The text and the dates among its facts are lazy: they are put into words for each reader."""
    tell(people, key, lambda: str(text) % facts, link=link, at=at)


def _leaders_of(agent: Agent) -> list[User]:
    return _beside(supervisors_of(agent.team), agent)


def _beside(people: Iterable[User], agent: Agent) -> list[User]:
    return [user for user in people if user.pk != agent.user_id]


def _to(attempt: ExamAttempt) -> str:
    return reverse("admin:training_examattempt_change", args=[attempt.pk])
