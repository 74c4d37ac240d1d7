"""A need ends once he has learned: the course is completed, or the article read."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from portal import sweeping
from portal.errors import WrongState
from portal.models import User
from staffing import recording
from training import rights
from training.choices import Audience, EnrolmentState, NeedState
from training.models import Article, TrainingNeed
from training.needs import notices
from training.needs.holding import hold
from training.querysets import ArticleQuerySet
from training.querysets.course import UNFINISHED

NO_REMEDY = dict.fromkeys(("course", "enrolment", "article", "read_by", "planned_at", "planned_by"))


@transaction.atomic
def confirm_read(need: TrainingNeed, *, by: User | None, at: datetime) -> TrainingNeed:
    """He has read the article that he was asked to read. Said twice, it stays as first said.

    Raises: NotAllowed for anybody but himself; WrongState where there is nothing to read any more.
    """
    need = hold(need)
    rights.require_self(by, need.agent)
    if need.state == NeedState.SATISFIED and need.article_id:
        return need
    if need.state != NeedState.PLANNED or need.article is None:
        raise WrongState(_("There is nothing to be read here any more."))
    if not _readable(need, at).contains(need.article):
        raise WrongState(_("This article is no longer published. Your trainer will suggest another."))
    _satisfy(need, settled_at=at, by=by, at=at)
    return need


def settle(at: datetime) -> int:
    """Satisfy whoever completed the course; answers how many needs were moved on.

    Where the remedy is gone (the course was withdrawn, waived or failed, he can read the article no longer)
    the need is open again, so that somebody thinks of another.
    """
    for_all = Article.objects.published(localdate(at)).exclude(audience=Audience.LEADERS)
    gone = ~Q(article=None) & ~Q(article__in=for_all)
    planned = TrainingNeed.objects.filter(state=NeedState.PLANNED)
    ended = planned.filter(Q(enrolment__isnull=False) & ~Q(enrolment__state__in=UNFINISHED) | gone)
    return sweeping.each(ended.order_by("pk"), partial(settle_one, at=at))


@transaction.atomic
def settle_one(need: TrainingNeed, *, at: datetime) -> bool:
    """By what has become of its remedy. False where nothing has."""
    need = hold(need)
    if need.state != NeedState.PLANNED:
        return False
    enrolment = need.enrolment
    if enrolment is None:
        return _settle_reading(need, at=at)
    if enrolment.state in UNFINISHED:
        return False
    if enrolment.state == EnrolmentState.COMPLETED:
        learned_at = enrolment.ended_at or at  # Perhaps of a day before, by the word of his trainer.
        _satisfy(need, settled_at=max(learned_at, need.planned_at or learned_at), by=None, at=at)
    else:
        how = EnrolmentState(enrolment.state).label
        reason = _("The course ended without being completed: %(how)s") % {"how": how}
        _open_again(need, at=at, reason=reason)
    return True


def _settle_reading(need: TrainingNeed, *, at: datetime) -> bool:
    """Only he himself can confirm it; what is not published for him any more he cannot read."""
    if need.article and _readable(need, at).contains(need.article):
        return False
    _open_again(need, at=at, reason=_("The article is no longer published."))
    return True


def _readable(need: TrainingNeed, at: datetime) -> ArticleQuerySet:
    return Article.objects.readable_by(need.agent.user, need.agent.local_date(at))


def _satisfy(need: TrainingNeed, *, settled_at: datetime, by: User | None, at: datetime) -> None:
    """From the moment he had learned, not from when that was noticed."""
    changes = {"state": (need.state, NeedState.SATISFIED)}
    need.state, need.settled_at = NeedState.SATISFIED, settled_at
    need.save(update_fields=["state", "settled_at"])
    recording.changed(need, changes, by=by, at=at)
    notices.satisfied(need, at=at)


def _open_again(need: TrainingNeed, *, at: datetime, reason: str) -> None:
    changes = {"state": (need.state, NeedState.OPEN)}
    new = NO_REMEDY | {"state": NeedState.OPEN, "measure": "", "before": None}
    for name, value in new.items():
        setattr(need, name, value)
    need.save(update_fields=list(new))
    recording.changed(need, changes, by=None, at=at, reason=reason)
