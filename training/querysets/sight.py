"""Who sees whose rows of training. Who looks after the whole department is staffing's rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from portal.choices import Role
from staffing.querysets.sight import own_teams, sees_all

if TYPE_CHECKING:
    from portal.models import User


def of_agents_seen(user: User, *, path: str = "agent") -> Q:
    """One's own, and those of the teams that one leads or supervises; everybody's for some roles.

    Unlike a roster, what a colleague has failed is nobody's business but his leaders'.
    """
    if sees_all(user):
        return Q()
    own = Q(**{f"{path}__user": user})
    return own | own_teams(user, path=path) if user.has_role(Role.SUPERVISOR) else own
