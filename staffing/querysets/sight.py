"""Who sees which rows of staffing, whatever their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.choices import Role

if TYPE_CHECKING:
    from portal.models import User

SEES_ALL = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.TRAINER, Role.INSPECTOR, Role.AUDITOR)


def sees_all(user: User) -> bool:
    """Those who look after the whole department, and connected systems, whose scope the door checks."""
    return user.has_role(*SEES_ALL) or user.is_system


def own_teams(user: User, *, path: str = "") -> Q:
    """The rows of the teams a person belongs to or leads; `path` leads from the row to its agent."""
    from staffing.models import Team  # noqa: PLC0415 - the model imports this module

    prefix = f"{path}__" if path else ""
    return Q(**{f"{prefix}team__in": Team.objects.of(user).order_by().values("pk")})
