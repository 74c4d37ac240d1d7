"""Who may act on whom. Asked by every step, so that no door can forget it.

A right is a permission (which roles have it stands in the role table) and sight of the row: a supervisor
sees the own teams, an administrator all. `by` is None for the system itself.
"""

from django.contrib.auth import get_permission_codename
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed
from portal.models import User
from staffing.models import Agent, Team

HIRE = "staffing.add_agent"
MANAGE = "staffing.change_agent"
CERTIFY = "staffing.add_certificate"
REVOKE = "staffing.change_certificate"
PLAN = "staffing.add_dutyassignment"
REPLAN = "staffing.change_dutyassignment"
DRAW_UP = "staffing.add_roster"
REDRAW = "staffing.change_roster"
RESTRICT = "staffing.add_workrestriction"
ASK = "staffing.add_staffrequest"
DECIDE = "staffing.change_staffrequest"
ATTEND_FOR_OTHERS = "staffing.change_attendance"
FORECAST = "staffing.change_serviceline"
COUNT = "staffing.import_contactvolume"
DECLARE_EVENTS = "staffing.change_demandevent"
HAND_OVER = "staffing.add_handover"
HAND_OVER_FOR_OTHERS = "staffing.change_handover"
PLAN_HOUSEKEEPING = "staffing.change_housekeepingturn"
CALL_MEETING = "staffing.add_meeting"
WRITE_MINUTES = "staffing.change_meeting"

READ_HISTORIES = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR)


def may(by: User | None, permission: str, agent: Agent) -> bool:
    return by is None or (
        by.has_perm(permission) and Agent.objects.visible_to(by).filter(pk=agent.pk).exists()
    )


def require(by: User | None, permission: str, agent: Agent) -> None:
    """Raises: NotAllowed."""
    if not may(by, permission, agent):
        raise NotAllowed(_("You may not do that for this person."))


def may_read_history(by: User, row: Model) -> bool:
    """Whether somebody who sees a row may also read how it came about, such as why a colleague left.

    That is for those who may change it, who look after people, and whom it is about.
    """
    agent = row if isinstance(row, Agent) else getattr(row, "agent", None)
    change = f"staffing.{get_permission_codename('change', row._meta)}"
    is_own = agent is not None and agent.user_id == by.pk
    return is_own or by.has_perm(change) or by.has_role(*READ_HISTORIES)


def require_over_team(by: User | None, permission: str, team: Team) -> None:
    """Raises: NotAllowed."""
    if by is None:
        return
    if not (by.has_perm(permission) and Team.objects.visible_to(by).filter(pk=team.pk).exists()):
        raise NotAllowed(_("You may not do that for this team."), fields={"team": _("Not your team.")})


def require_reason(reason: str) -> str:
    """Raises: MissingInformation, for a reason that says nothing."""
    if not reason.strip():
        raise MissingInformation(_("Give a reason."), fields={"reason": _("Give a reason.")})
    return reason.strip()
