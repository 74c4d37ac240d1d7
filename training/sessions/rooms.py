"""The steps of a room: added, and changed so that no session in it holds more than it seats."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from portal.errors import AlreadyTaken, MissingInformation, WrongState
from portal.models import User
from staffing import recording
from training import rights
from training.models import Room, TrainingSession


@transaction.atomic
def add(*, name: str, seats: int, is_active: bool = True, by: User | None, at: datetime) -> Room:
    """Raises: NotAllowed; MissingInformation without a name or a seat; AlreadyTaken for a name in use."""
    rights.require(by, rights.ADD_ROOM)
    given = {"name": _name(name), "seats": _seats(seats), "is_active": is_active}
    if Room.objects.filter(name=given["name"]).exists():
        raise AlreadyTaken(_("There is a room of this name."), fields={"name": _("Choose another name.")})
    room = Room.objects.create(**given)
    recording.added(room, given, by=by, at=at)
    return room


@transaction.atomic
def change(room: Room, *, name: str, seats: int, is_active: bool, by: User | None, at: datetime) -> Room:
    """Fewer seats only down to what planned sessions hold; a room that is planned for stays in use.

    Raises: NotAllowed; MissingInformation; AlreadyTaken for a name in use; WrongState where sessions hold it.
    """
    rights.require(by, rights.CHANGE_ROOM, room)
    room = hold(room)
    given = {"name": _name(name), "seats": _seats(seats), "is_active": is_active}
    if Room.objects.filter(name=given["name"]).exclude(pk=room.pk).exists():
        raise AlreadyTaken(_("There is a room of this name."), fields={"name": _("Choose another name.")})
    planned = TrainingSession.objects.planned().filter(room=room, ends_at__gt=at)
    most = planned.aggregate(most=Max("seats"))["most"]
    if most is not None and seats < most:
        held = _("A planned session holds %(count)s seats in this room.") % {"count": most}
        raise WrongState(held, fields={"seats": held})
    if most is not None and not is_active:
        busy = _("There are planned sessions in this room. Move them first.")
        raise WrongState(busy, fields={"is_active": busy})
    changes = {
        field: (getattr(room, field), value)
        for field, value in given.items()
        if getattr(room, field) != value
    }
    for field, (_old, new) in changes.items():
        setattr(room, field, new)
    if changes:
        room.save(update_fields=list(changes))
        recording.changed(room, changes, by=by, at=at)
    return room


def hold(room: Room) -> Room:
    """Under its lock: what is planned in a room is planned one after the other."""
    return Room.objects.select_for_update(of=("self",), no_key=True).get(pk=room.pk)


def _name(name: str) -> str:
    if not name.strip():
        raise MissingInformation(_("Give a name."), fields={"name": _("Give a name.")})
    return name.strip()


def _seats(seats: int) -> int:
    if seats < 1:
        raise MissingInformation(_("At least one seat."), fields={"seats": _("At least one seat.")})
    return seats
