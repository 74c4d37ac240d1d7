"""The last step of a plan: what was learnt from the event."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from portal.models import User
from staffing import recording
from staffing.choices import PeakState
from staffing.models import PeakPlan, PeakReview
from staffing.peaks import plans, rights


@transaction.atomic
def review(
    plan: PeakPlan,
    *,
    went_well: str,
    went_badly: str,
    conclusions: str,
    by: User | None,
    at: datetime,
) -> PeakReview:
    """Close the plan after its last day. What follows from it is added to the check-list afterwards.

    Raises: NotAllowed; WrongState for one reviewed or never approved, or before the event is over.
    """
    plan = plans.editing(plan, by=by)
    rights.require_not_reviewed(plan)
    if plan.state == PeakState.DRAFT:
        raise WrongState(_("This plan was never approved; there is nothing to review."))
    if plans.today_of(plan, at) <= plan.last_on:
        raise WrongState(_("The event is not over yet."))
    made = PeakReview.objects.create(
        plan=plan, went_well=went_well, went_badly=went_badly, conclusions=conclusions, by=by, at=at
    )
    recording.changed(plan, {"state": (plan.state, PeakState.REVIEWED)}, by=by, at=at)
    plan.state = PeakState.REVIEWED
    plan.save(update_fields=["state"])
    return made
