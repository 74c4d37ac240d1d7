"""What is done about a need: a course, an article, or nothing, with a reason.

A need has one remedy at a time. Another one may be assigned instead as long as he has not learned by the
first; a course that he has begun stays his to do.
"""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import recording
from staffing.rights import require_reason
from training import policy, rights
from training.choices import EnrolmentSource, NeedState
from training.courses import enrolment as enrolments
from training.models import Article, Course, Enrolment, TrainingNeed
from training.needs import effects, notices
from training.needs.holding import hold


@transaction.atomic
def assign_course(
    need: TrainingNeed,
    course: Course,
    *,
    by: User | None,
    at: datetime,
    due_on: date | None = None,
    measure: str = "",
) -> TrainingNeed:
    """He gets the course to do; if he has it to do already, by the day that stands, it is that one.

    `measure` is the key of the figure that will show whether it helped; without it, none is taken.

    Raises: NotAllowed; WrongState for a need that is settled, a course that is not open, or somebody who has
    left; MissingInformation for a day that is over, or a figure that nobody knows.
    """
    need = _open(need, by=by)
    _require_measure(measure)
    _require_not_over(due_on, need.agent.local_date(at))
    enrolment = Enrolment.objects.unfinished().filter(agent=need.agent, course=course).first()
    if enrolment is None:
        enrolment = enrolments.enrol(
            need.agent, course, source=EnrolmentSource.NEED, due_on=due_on, by=by, at=at
        )
    remedy = {"course": course, "enrolment": enrolment, "article": None, "read_by": None}
    _plan(need, remedy, measure, by=by, at=at)
    notices.course_assigned(need, enrolment, at=at)
    return need


@transaction.atomic
def assign_article(
    need: TrainingNeed,
    article: Article,
    *,
    by: User | None,
    at: datetime,
    due_on: date | None = None,
    measure: str = "",
) -> TrainingNeed:
    """He is asked to read the article and to confirm it, by a day; without one, within DAYS_TO_READ.

    Raises: NotAllowed; WrongState for a need that is settled, an article that he cannot read, or somebody who
    has left; MissingInformation for a day that is over, or a figure that nobody knows.
    """
    need = _open(need, by=by)
    _require_measure(measure)
    today = need.agent.local_date(at)
    _require_not_over(due_on, today)
    if not need.agent.is_employed(today):
        raise WrongState(_("%(agent)s is not employed at this time.") % {"agent": need.agent})
    if not Article.objects.readable_by(need.agent.user, today).filter(pk=article.pk).exists():
        raise WrongState(
            _("“%(article)s” is not published for %(agent)s.") % {"article": article, "agent": need.agent}
        )
    read_by = due_on or today + policy.DAYS_TO_READ
    remedy = {"course": None, "enrolment": None, "article": article, "read_by": read_by}
    _plan(need, remedy, measure, by=by, at=at)
    notices.article_assigned(need, article, at=at)
    return need


@transaction.atomic
def dismiss(need: TrainingNeed, *, reason: str, by: User | None, at: datetime) -> TrainingNeed:
    """Nothing is needed. Whoever raised it is told why.

    Raises: NotAllowed, also for one's own; MissingInformation without a reason; WrongState for a need that is
    settled.
    """
    reason = require_reason(reason)
    need = _open(need, by=by)
    changes = {"state": (need.state, NeedState.DISMISSED)}
    need.state, need.settled_at, need.reason = NeedState.DISMISSED, at, reason
    need.save(update_fields=["state", "settled_at", "reason"])
    recording.changed(need, changes, by=by, at=at, reason=reason)
    notices.dismissed(need, by=by, at=at)
    return need


def _open(need: TrainingNeed, *, by: User | None) -> TrainingNeed:
    """The need locked and as it stands, if this person may decide on it: nobody decides on his own."""
    need = hold(need)
    rights.require_over(by, rights.SETTLE_NEED, need.agent)
    if by is not None and by.pk == need.agent.user_id:
        raise NotAllowed(_("Somebody else decides what you need to learn."))
    if not need.is_open:
        raise WrongState(_("This need is settled already."))
    return need


def _require_not_over(due_on: date | None, today: date) -> None:
    if due_on and due_on < today:
        message = _("This day is over.")
        raise MissingInformation(message, fields={"due_on": message})


def _require_measure(key: str) -> None:
    if key and effects.named(key) is None:
        message = _("There is no such figure.")
        raise MissingInformation(message, fields={"measure": message})


def _plan(
    need: TrainingNeed, remedy: Mapping[str, object], measure: str, *, by: User | None, at: datetime
) -> None:
    before = effects.before(measure, need, at=at) if measure else None
    new = {**remedy, "state": NeedState.PLANNED, "measure": measure, "before": before}
    changes = {
        name: (getattr(need, name), value) for name, value in new.items() if getattr(need, name) != value
    }
    for name, value in new.items():
        setattr(need, name, value)
    need.planned_at, need.planned_by = at, by
    need.save(update_fields=[*new, "planned_at", "planned_by"])
    recording.changed(need, changes, by=by, at=at)
