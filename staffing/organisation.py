"""The steps that set up the department: teams, skills and kinds of shift, each known by its name or code."""

from datetime import datetime, time
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed
from portal.models import User
from portal.transfers.importers import Result
from staffing import recording
from staffing.models import Agent, Department, ShiftType, Skill, Team

M = TypeVar("M", bound=models.Model)


def define_team(
    *, name: str, kind: str, department: Department, leader: Agent | None, by: User | None, at: datetime
) -> Result:
    """Add the team of this name, or make it what is said.

    Raises: NotAllowed; django.core.exceptions.ValidationError by field.
    """
    values = {"kind": kind, "department": department, "leader": leader}
    return _define(Team, {"name": name}, values, by=by, at=at)


def define_skill(*, code: str, name: str, description: str, by: User | None, at: datetime) -> Result:
    """Add the skill of this code, or make it what is said. Raises: as `define_team`."""
    return _define(Skill, {"code": code}, {"name": name, "description": description}, by=by, at=at)


def define_shift_type(
    *,
    code: str,
    name: str,
    starts: time,
    ends: time,
    break_minutes: int,
    colour: str,
    by: User | None,
    at: datetime,
    skill: Skill | None = None,
) -> Result:
    """Add the kind of shift of this code, or make it what is said. Duties assigned before keep their times.

    A skill that is not named stays as it is.

    Raises: as `define_team`.
    """
    values = {"name": name, "starts": starts, "ends": ends, "break_minutes": break_minutes, "colour": colour}
    if skill is not None:
        values["skill"] = skill
    return _define(ShiftType, {"code": code}, values, by=by, at=at)


@transaction.atomic
def _define(
    model: type[M], key: dict[str, Any], values: dict[str, Any], *, by: User | None, at: datetime
) -> Result:
    row = model._default_manager.select_for_update(of=("self",)).filter(**key).first()
    _permit(by, model, "add" if row is None else "change")
    if row is None:
        row = model(**key, **values)
        row.full_clean()
        row.save(force_insert=True)
        recording.added(row, key | values, by=by, at=at)
        return Result.CREATED
    changes = {
        name: (getattr(row, name), value) for name, value in values.items() if getattr(row, name) != value
    }
    if not changes:
        return Result.UNCHANGED
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save(update_fields=list(changes))
    recording.changed(row, changes, by=by, at=at)
    return Result.UPDATED


def _permit(by: User | None, model: type[models.Model], verb: str) -> None:
    if by is not None and not by.has_perm(f"staffing.{verb}_{model._meta.model_name}"):
        raise NotAllowed(_("You may not change this table."))
