"""Who is told what about a need, in his own language."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.models import User
from staffing.notices import day, tell
from training.models import Article, Enrolment, TrainingNeed


def course_assigned(need: TrainingNeed, enrolment: Enrolment, *, at: datetime) -> None:
    facts = {"course": enrolment.course, "date": day(enrolment.due_on)}
    tell(
        [need.agent.user],
        f"need-course:{need.pk}:{enrolment.pk}",
        lambda: _("Suggested for you: the course “%(course)s”, by %(date)s") % facts,
        link=reverse("admin:training_trainingneed_mine"),
        at=at,
    )


def article_assigned(need: TrainingNeed, article: Article, *, at: datetime) -> None:
    facts = {"article": article, "date": day(need.read_by) if need.read_by else ""}
    tell(
        [need.agent.user],
        f"need-article:{need.pk}:{article.pk}:{at.timestamp():.0f}",
        lambda: _("Suggested for you: please read “%(article)s” by %(date)s and confirm it") % facts,
        link=reverse("admin:training_trainingneed_read", args=[need.pk]),
        at=at,
    )


def satisfied(need: TrainingNeed, *, at: datetime) -> None:
    """Whoever said that something was lacking learns that it was learned."""
    facts = {"agent": need.agent, "remedy": need.remedy}
    tell(
        _raisers(need),
        f"need-satisfied:{need.pk}",
        lambda: _("%(agent)s has finished “%(remedy)s”, on the need that you raised") % facts,
        link=_to(need),
        at=at,
    )


def dismissed(need: TrainingNeed, *, by: User | None, at: datetime) -> None:
    facts = {"need": need, "reason": need.reason}
    tell(
        [user for user in _raisers(need) if by is None or user.pk != by.pk],
        f"need-dismissed:{need.pk}",
        lambda: _("The training need you raised (%(need)s) was dismissed: %(reason)s") % facts,
        link=_to(need),
        at=at,
    )


def _raisers(need: TrainingNeed) -> list[User]:
    people = User.objects.filter(pk__in=need.reasons.order_by().values("by"))
    return list(people.exclude(pk=need.agent.user_id))


def _to(need: TrainingNeed) -> str:
    return reverse("admin:training_trainingneed_change", args=[need.pk])
