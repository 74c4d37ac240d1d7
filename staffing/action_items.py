"""The steps of an action item 行动项: given in a meeting, done or dropped, told of once when it is late."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import User
from staffing import meetings, notices, recording, rights
from staffing.choices import ActionState, MeetingState
from staffing.models import ActionItem, Agent, Meeting
from staffing.shifts import DAY


@transaction.atomic
def add(
    meeting: Meeting, *, text: str, owner: Agent, due_on: date, by: User | None, at: datetime
) -> ActionItem:
    """Somebody does something by a day, and is told so.

    Raises: NotAllowed; MissingInformation without words; WrongState for a day that lies behind, somebody
    who neither was asked to the meeting nor belongs to its team, or a cancelled meeting.
    """
    meetings.require_writer(meeting, by)
    if meeting.state == MeetingState.CANCELLED:
        raise WrongState(_("This meeting was cancelled."))
    if not text.strip():
        raise MissingInformation(_("Say what is to be done."), fields={"text": _("Say what is to be done.")})
    _require_fit(meeting, owner, due_on, at)
    item = ActionItem.objects.create(meeting=meeting, text=text.strip(), owner=owner, due_on=due_on)
    recording.added(item, {"owner": owner, "due_on": due_on}, by=by, at=at)
    if by is None or by.pk != owner.user_id:
        notices.action_given(item, at=at)
    return item


@transaction.atomic
def amend(item: ActionItem, *, owner: Agent, due_on: date, by: User | None, at: datetime) -> ActionItem:
    """Another does it, or by another day; the new owner is told, and of a new day it is told anew when late.

    Raises: NotAllowed; WrongState; MissingInformation when nothing would be different.
    """
    item = _open(item)
    meetings.require_writer(item.meeting, by)
    if (owner.pk, due_on) == (item.owner_id, item.due_on):
        raise MissingInformation(_("Name another person or another day."))
    _require_fit(item.meeting, owner, due_on, at)
    changes = {"owner": (item.owner, owner), "due_on": (item.due_on, due_on)}
    is_other = owner.pk != item.owner_id
    item.owner, item.due_on, item.overdue_told_at = owner, due_on, None
    item.save(update_fields=["owner", "due_on", "overdue_told_at"])
    recording.changed(
        item, {name: pair for name, pair in changes.items() if pair[0] != pair[1]}, by=by, at=at
    )
    if is_other:
        notices.action_given(item, at=at)
    return item


@transaction.atomic
def finish(item: ActionItem, *, by: User, at: datetime) -> ActionItem:
    """It is done: said by whose it is, or by who may write the minutes. Who chaired the meeting is told.

    Raises: NotAllowed; AlreadyTaken for one that is done; WrongState for one that was dropped.
    """
    item = _item(item)
    if by.pk != item.owner.user_id:
        meetings.require_writer(item.meeting, by)
    if not ActionItem.objects.open().filter(pk=item.pk).update(state=ActionState.DONE, done_at=at):
        _refuse(ActionItem.objects.get(pk=item.pk))
    item.refresh_from_db(fields=["state", "done_at"])
    recording.changed(item, {"state": (ActionState.OPEN, ActionState.DONE)}, by=by, at=at)
    if item.meeting.chaired_by.user_id != by.pk:
        notices.action_done(item, by, at=at)
    return item


@transaction.atomic
def drop(item: ActionItem, *, reason: str, by: User, at: datetime) -> ActionItem:
    """It need not be done after all. Nobody drops what is only given to him.

    Raises: NotAllowed; MissingInformation without a reason; AlreadyTaken; WrongState.
    """
    reason = rights.require_reason(reason)
    item = _item(item)
    meetings.require_writer(item.meeting, by)
    if not ActionItem.objects.open().filter(pk=item.pk).update(state=ActionState.DROPPED, reason=reason):
        _refuse(ActionItem.objects.get(pk=item.pk))
    item.refresh_from_db(fields=["state", "reason"])
    changes = {"state": (ActionState.OPEN, ActionState.DROPPED)}
    recording.changed(item, changes, by=by, at=at, reason=reason)
    if item.owner.user_id != by.pk:
        notices.action_dropped(item, at=at)
    return item


def tell_overdue(at: datetime) -> int:
    """Tell owner and chair of what is late: once for each day it was due. Answers of how many."""
    # No place on earth is more than a day ahead; the owner's own date decides.
    late = ActionItem.objects.overdue(at.date() + DAY).filter(overdue_told_at=None)
    rows = late.select_related("owner__user", "owner__team__department", "meeting__chaired_by__user")
    return sum(_tell(item, at=at) for item in rows.order_by("due_on", "pk"))


@transaction.atomic
def _tell(item: ActionItem, *, at: datetime) -> bool:
    if not item.is_overdue(item.owner.local_date(at)):
        return False
    untold = ActionItem.objects.open().filter(pk=item.pk, due_on=item.due_on, overdue_told_at=None)
    if not untold.update(overdue_told_at=at):
        return False
    notices.action_overdue(item, at=at)
    return True


def _item(item: ActionItem) -> ActionItem:
    rows = ActionItem.objects.select_related("owner__user", "meeting__chaired_by__user", "meeting__team")
    return rows.get(pk=item.pk)


def _open(item: ActionItem) -> ActionItem:
    """The item, under its lock, if it is open."""
    ActionItem.objects.select_for_update().get(pk=item.pk)
    item = _item(item)
    if item.state != ActionState.OPEN:
        _refuse(item)
    return item


def _refuse(item: ActionItem) -> None:
    if item.state == ActionState.DONE:
        raise AlreadyTaken(_("This is done already."))
    raise WrongState(_("This was dropped: %(reason)s") % {"reason": item.reason})


def _require_fit(meeting: Meeting, owner: Agent, due_on: date, at: datetime) -> None:
    belongs = owner.team_id == meeting.team_id or meeting.attendees.filter(agent=owner).exists()
    unfit = _("Choose somebody of the team or of the meeting who is still there on that day.")
    if not belongs:
        raise NotAllowed(unfit, fields={"owner": unfit})
    if not owner.is_employed(due_on):
        raise WrongState(unfit, fields={"owner": unfit})
    if due_on < owner.local_date(at):
        text = _("%(date)s lies behind.") % {"date": date_format(due_on)}
        raise WrongState(text, fields={"due_on": text})
