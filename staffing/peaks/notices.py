"""Who is told what about a peak plan. Writes outbox rows, sends nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.choices import Role
from portal.models import User
from staffing import notices
from staffing.models import PeakNeed, PeakPlan, PeakTask


def asked_to_approve(plan: PeakPlan, *, at: datetime) -> None:
    _tell(
        _directors(without=plan.created_by_id),
        f"peak-asked:{plan.pk}:{at.timestamp():.0f}",
        plan,
        lambda: _("Please approve the peak plan “%(plan)s”") % {"plan": plan},
        at=at,
    )


def not_approved_yet(plan: PeakPlan, *, at: datetime) -> None:
    """Once for each day from which it is to be prepared, so that a plan put off is told of again."""
    _tell(
        [*_directors(), *_author(plan)],
        f"peak-unapproved:{plan.pk}:{plan.prepared_from}",
        plan,
        lambda: (
            _("“%(plan)s” is to be prepared from %(day)s and is not approved yet")
            % {"plan": plan, "day": _day(plan.prepared_from)}
        ),
        at=at,
    )


def approved(plan: PeakPlan, *, at: datetime) -> None:
    _tell(
        _author(plan),
        f"peak-approved:{plan.pk}:{at.timestamp():.0f}",
        plan,
        lambda: _("The peak plan “%(plan)s” is approved") % {"plan": plan},
        at=at,
    )


def sent_back(plan: PeakPlan, reason: str, *, at: datetime) -> None:
    _tell(
        _author(plan),
        f"peak-sent-back:{plan.pk}:{at.timestamp():.0f}",
        plan,
        lambda: _("“%(plan)s” was sent back: %(reason)s") % {"plan": plan, "reason": reason},
        at=at,
    )


def support_asked(need: PeakNeed, *, at: datetime) -> None:
    """The lending team hears of it, and again when the number or the days change."""
    if need.from_team is None:
        return
    asked = f"{need.from_team_id}:{need.head_count}:{need.first_on}:{need.last_on}"
    _tell(
        notices.supervisors_of(need.from_team),
        f"peak-support:{need.pk}:{asked}",
        need.plan,
        lambda: (
            _("“%(plan)s” asks %(team)s for %(count)s people, %(first)s to %(last)s")
            % {
                "plan": need.plan,
                "team": need.from_team,
                "count": need.head_count,
                "first": _day(need.first_on),
                "last": _day(need.last_on),
            }
        ),
        at=at,
    )


def task_due(task: PeakTask, *, is_overdue: bool, at: datetime) -> None:
    """To its owner; an overdue one that nobody owns, to the author of the plan."""
    people = [task.owner] if task.owner else (_author(task.plan) if is_overdue else [])

    def wording() -> str:
        words = {"task": task.text, "plan": task.plan, "day": _day(task.due_on)}
        if is_overdue:
            return _("Overdue since %(day)s: %(task)s (%(plan)s)") % words
        return _("Due on %(day)s: %(task)s (%(plan)s)") % words

    notices.tell(
        people,
        # With the day in the key, so that a task put off is told of again.
        f"peak-task:{task.pk}:{'overdue' if is_overdue else 'due'}:{task.due_on}",
        wording,
        link=reverse("admin:staffing_peaktask_changelist"),
        at=at,
    )


def _tell(
    people: Iterable[User], key: str, plan: PeakPlan, wording: notices.Wording, *, at: datetime
) -> None:
    notices.tell(people, key, wording, link=reverse("admin:staffing_peakplan_change", args=[plan.pk]), at=at)


def _directors(*, without: int | None = None) -> list[User]:
    """Who may approve; where there is no other director, the administrators."""
    people = User.objects.filter(is_active=True)
    directors = people.filter(groups__name=Role.DIRECTOR).exclude(pk=without or 0)
    return list(directors) or list(people.filter(groups__name=Role.ADMINISTRATOR))


def _author(plan: PeakPlan) -> list[User]:
    return [plan.created_by] if plan.created_by else []


def _day(on: date) -> str:
    return date_format(on, "SHORT_DATE_FORMAT")
