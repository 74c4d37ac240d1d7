"""Who may write, approve and help a peak plan. Asked by every step."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from portal.errors import NotAllowed, WrongState
from portal.models import User
from staffing import rights
from staffing.choices import PeakState
from staffing.models import PeakNeed, PeakPlan, PeakTask, Team
from staffing.querysets.sight import sees_all

OPEN = "staffing.add_peakplan"
EDIT = "staffing.change_peakplan"
APPROVE = "staffing.approve_peakplan"


def may_edit(by: User | None, plan: PeakPlan) -> bool:
    """Supervisors of its teams, and those with the right who see the whole department."""
    if by is None:
        return True
    return by.has_perm(EDIT) and (sees_all(by) or PeakPlan.objects.led_by(by).filter(pk=plan.pk).exists())


def may_approve(by: User | None, plan: PeakPlan) -> bool:
    """Those with the right, except whoever wrote the plan."""
    return by is None or (
        by.has_perm(APPROVE)
        and by.pk != plan.created_by_id
        and PeakPlan.objects.visible_to(by).filter(pk=plan.pk).exists()
    )


def may_lend(by: User | None, need: PeakNeed) -> bool:
    """Whoever plans the lending team says who goes; whoever may edit the plan, too."""
    if may_edit(by, need.plan):
        return True
    lends = need.from_team_id is not None and Team.objects.of(by).filter(pk=need.from_team_id).exists()  # type: ignore[arg-type]
    return by is not None and by.has_perm(EDIT) and lends


def may_tick(by: User | None, task: PeakTask) -> bool:
    return (by is not None and task.owner_id == by.pk) or may_edit(by, task.plan)


def require_to_open(by: User | None, teams: Iterable[Team]) -> None:
    """Over each of the teams; over none of them, over the whole department. Raises: NotAllowed."""
    if by is None:
        return
    chosen = list(teams)
    if not by.has_perm(OPEN):
        raise NotAllowed(_("You may not write peak plans."))
    if not chosen and not sees_all(by):
        text = _("Choose your teams: a plan of the whole department is written by its director.")
        raise NotAllowed(text, fields={"teams": text})
    for team in chosen:
        rights.require_over_team(by, OPEN, team)


def require_to_edit(by: User | None, plan: PeakPlan) -> None:
    """Raises: NotAllowed."""
    if not may_edit(by, plan):
        raise NotAllowed(_("Only those who look after the teams of this plan may change it."))


def require_not_reviewed(plan: PeakPlan) -> None:
    """Raises: WrongState."""
    if plan.state == PeakState.REVIEWED:
        raise WrongState(_("This plan has been reviewed; it stays as it is."))


def require_draft(plan: PeakPlan) -> None:
    """Raises: WrongState for what has been approved: dates, phases and targets stand."""
    if plan.state != PeakState.DRAFT:
        raise WrongState(_("This was approved. Have the plan sent back first."))
