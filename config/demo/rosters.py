"""The demonstration's rosters: three weeks of each team are out; the supervisor draws up what follows."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from config.demo.people import Staff
from staffing.models import MinimumStaffing, Roster, ShiftType, Team
from staffing.rosters import exceptions, opening, publishing
from staffing.shifts import DAY

WEEK = timedelta(days=7)
REASON = "人手紧张，已与本人商定并安排调休"


def fill(staff: Staff, *, at: datetime) -> None:
    """Over the duties that were assigned: last week, this one and the next."""
    today = localdate(at)
    monday = today - timedelta(days=today.weekday())
    early = ShiftType.objects.get(code="A")
    for team in Team.objects.order_by("pk"):
        roster = opening.open_roster(
            team, first_on=monday - WEEK, last_on=monday + 2 * WEEK - DAY, by=staff.root, at=at
        )
        MinimumStaffing.objects.create(team=team, shift_type=early, agents=1)
        _publish(roster, staff, at=at)


def _publish(roster: Roster, staff: Staff, *, at: datetime) -> None:
    reasons = {breach.key: REASON for breach in exceptions.judge(roster).open}
    publishing.publish(roster, by=staff.root, at=at, reasons=reasons)
